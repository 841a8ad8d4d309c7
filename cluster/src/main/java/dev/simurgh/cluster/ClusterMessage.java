package dev.simurgh.cluster;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message from one node to another, encoded; docs/reference/cluster-protocol.md has the format. Immutable; may be shared by links.
 *
 * <p>{@code kind}, {@code topic} and {@code event} are for those who watch or trouble the traffic; a carrier needs the bytes and
 * {@link #isTable} only.
 */
public final class ClusterMessage {
    /** What nodes say to each other. The numbers are on the wire. */
    public enum Kind {
        /** Who the sender is, and which versions it speaks. */
        HELLO(1),
        /** A part of the table of all topics that the sender has subscribers for. */
        TOPICS(2),
        /** The sender has got its first subscriber for a topic. */
        TOPIC_ADDED(3),
        /** The sender has lost its last subscriber for a topic. */
        TOPIC_REMOVED(4),
        /** An event for the subscribers of a topic. */
        BROADCAST(5),
        /** Something for a part of the receiving node, and not for clients. */
        MESSAGE(6),
        /** Asks the receiver at which number the news of its topics are. */
        ASK(7),
        /** The number at which the news of the sender's topics are. */
        NUMBER(8),
        /** Asks the receiver to tell all of its topics anew. */
        AGAIN(9);

        final int code;

        private static final Kind[] ALL = values();

        Kind(int code) {
            this.code = code;
        }

        /** The kind of this number, or null. */
        static @Nullable Kind of(int code) {
            return code > 0 && code <= ALL.length ? ALL[code - 1] : null;
        }
    }

    static final int VERSION = 2;
    /** The oldest version of a node that this one can talk to. */
    static final int OLDEST = 2;

    /** Kind and length. */
    static final int HEADER_BYTES = 5;

    // Flags of TOPICS.
    static final int FIRST = 1;
    static final int LAST = 2;

    // Flags of BROADCAST.
    static final int BINARY = 1;

    // Extras of BROADCAST.
    /** How long after it was made it goes out, in microseconds. */
    static final int AGE = 1;
    /** Its place in the topic's history. */
    static final int POSITION = 2;
    /** Where in a distributed trace it comes from. */
    static final int TRACEPARENT = 3;

    private static final long NANOS_PER_MICRO = 1000;
    private static final byte[] NOTHING = {};

    private final Kind kind;
    private final String topic;
    private final String event;
    private final byte[] bytes;

    private ClusterMessage(Kind kind, String topic, String event, ClusterWriter body) {
        this.kind = kind;
        this.topic = topic;
        this.event = event;
        this.bytes = body.finish(kind.code);
    }

    /** What is said. */
    public Kind kind() {
        return kind;
    }

    /** The topic that it is about, or the kind of a {@link Kind#MESSAGE}; empty if it is about none or several. */
    public String topic() {
        return topic;
    }

    /** The event of a broadcast; else empty. */
    public String event() {
        return event;
    }

    /** Tells whether it is a part of the table of all topics that its sender wants. */
    public boolean isTable() {
        return kind == Kind.TOPICS;
    }

    /** Tells whether it is the first part of such a table. */
    public boolean beginsTable() {
        return isTable() && (bytes[HEADER_BYTES] & FIRST) != 0;
    }

    /** The encoded message. Not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Tells whether it is news of the sender's topics, or about such news. */
    public boolean isTopicNews() {
        return switch (kind) {
            case TOPICS, TOPIC_ADDED, TOPIC_REMOVED, ASK, NUMBER, AGAIN -> true;
            case HELLO, BROADCAST, MESSAGE -> false;
        };
    }

    static ClusterMessage hello(NodeId node) {
        byte[] name = Texts.encode(node.name());
        return new ClusterMessage(
                Kind.HELLO,
                "",
                "",
                new ClusterWriter(name.length + 15)
                        .u16(VERSION)
                        .u16(OLDEST)
                        .field(name)
                        .varint(node.start()));
    }

    /** @param number of the first part that of the latest news before it; of the others their place behind the first */
    static ClusterMessage topics(int flags, long number, List<byte[]> topics) {
        int size = 10;
        for (byte[] topic : topics) {
            size += topic.length + 5;
        }
        ClusterWriter body = new ClusterWriter(size).u8(flags).varint(number);
        topics.forEach(body::field);
        return new ClusterMessage(Kind.TOPICS, "", "", body);
    }

    static ClusterMessage added(long number, String topic) {
        return topic(Kind.TOPIC_ADDED, number, topic);
    }

    static ClusterMessage removed(long number, String topic) {
        return topic(Kind.TOPIC_REMOVED, number, topic);
    }

    private static ClusterMessage topic(Kind kind, long number, String topic) {
        byte[] name = Texts.encode(topic);
        return new ClusterMessage(
                kind,
                topic,
                "",
                new ClusterWriter(name.length + 14).varint(number).field(name));
    }

    static ClusterMessage ask() {
        return new ClusterMessage(Kind.ASK, "", "", new ClusterWriter(0));
    }

    static ClusterMessage number(long number) {
        return new ClusterMessage(Kind.NUMBER, "", "", new ClusterWriter(9).varint(number));
    }

    static ClusterMessage again() {
        return new ClusterMessage(Kind.AGAIN, "", "", new ClusterWriter(0));
    }

    static ClusterMessage broadcast(Broadcast broadcast) {
        byte[] extras = extras(
                broadcast.position().orElse(null), broadcast.traceparent().orElse(null), -1);
        return broadcast(broadcast.topic(), broadcast.event(), broadcast.payload(), extras);
    }

    /** A broadcast that goes out this long after it was made. */
    static ClusterMessage late(Recent recent, long ageNanos) {
        byte[] extras = extras(recent.position, recent.traceparent, ageNanos / NANOS_PER_MICRO);
        return broadcast(recent.known.topic, recent.event, recent.payload, extras);
    }

    private static ClusterMessage broadcast(String topicName, String eventName, Payload payload, byte[] extras) {
        byte[] topic = Texts.encode(topicName);
        byte[] event = Texts.encode(eventName);
        byte[] array;
        int offset;
        int length;
        int flags;
        if (payload instanceof Payload.Binary binary) {
            flags = BINARY;
            array = binary.array();
            offset = binary.offset();
            length = binary.length();
        } else {
            flags = 0;
            Payload.Json json = (Payload.Json) payload;
            array = json.array();
            offset = json.offset();
            length = json.length();
        }
        ClusterWriter body = new ClusterWriter(topic.length + event.length + extras.length + length + 21)
                .u8(flags)
                .field(extras)
                .field(topic)
                .field(event)
                .rest(array, offset, length);
        return new ClusterMessage(Kind.BROADCAST, topicName, eventName, body);
    }

    private static byte[] extras(@Nullable String position, @Nullable String traceparent, long ageMicros) {
        if (position == null && traceparent == null && ageMicros < 0) {
            return NOTHING;
        }
        ClusterWriter extras = new ClusterWriter(traceparent == null ? 32 : 96);
        if (ageMicros >= 0) {
            extras.u8(AGE).field(new ClusterWriter(9).varint(ageMicros).body());
        }
        if (position != null) {
            extras.u8(POSITION).field(Texts.encode(position));
        }
        if (traceparent != null) {
            extras.u8(TRACEPARENT).field(Texts.encode(traceparent));
        }
        return extras.body();
    }

    static ClusterMessage message(String kind, byte[] data) {
        byte[] name = Texts.encode(kind);
        ClusterWriter body = new ClusterWriter(name.length + data.length + 11)
                .field(NOTHING)
                .field(name)
                .rest(data, 0, data.length);
        return new ClusterMessage(Kind.MESSAGE, kind, "", body);
    }

    @Override
    public String toString() {
        return (kind + " " + topic + " " + event).strip();
    }
}
