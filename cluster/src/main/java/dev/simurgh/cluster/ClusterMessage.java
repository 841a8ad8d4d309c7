package dev.simurgh.cluster;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.util.List;

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
        BROADCAST(5);

        final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    static final int VERSION = 1;
    /** The oldest version of a node that this one can talk to. */
    static final int OLDEST = 1;

    /** Kind and length. */
    static final int HEADER_BYTES = 5;

    // Flags of TOPICS.
    static final int FIRST = 1;
    static final int LAST = 2;

    // Flags of BROADCAST.
    static final int BINARY = 1;
    static final int LATE = 2;

    private static final long NANOS_PER_MICRO = 1000;

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

    /** The topic that it is about; empty if it is about none or several. */
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

    /** The encoded message. Not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    static ClusterMessage hello(String nodeName) {
        byte[] name = Texts.encode(nodeName);
        return new ClusterMessage(
                Kind.HELLO,
                "",
                "",
                new ClusterWriter(name.length + 7).u16(VERSION).u16(OLDEST).field(name));
    }

    static ClusterMessage topics(int flags, List<byte[]> topics) {
        int size = 1;
        for (byte[] topic : topics) {
            size += topic.length + 5;
        }
        ClusterWriter body = new ClusterWriter(size).u8(flags);
        topics.forEach(body::field);
        return new ClusterMessage(Kind.TOPICS, "", "", body);
    }

    static ClusterMessage added(String topic) {
        return topic(Kind.TOPIC_ADDED, topic);
    }

    static ClusterMessage removed(String topic) {
        return topic(Kind.TOPIC_REMOVED, topic);
    }

    private static ClusterMessage topic(Kind kind, String topic) {
        byte[] name = Texts.encode(topic);
        return new ClusterMessage(kind, topic, "", new ClusterWriter(name.length + 5).field(name));
    }

    static ClusterMessage broadcast(Broadcast broadcast) {
        return broadcast(broadcast.topic(), broadcast.event(), broadcast.payload(), 0, 0);
    }

    /** A broadcast that goes out this long after it was made. */
    static ClusterMessage late(String topic, String event, Payload payload, long ageNanos) {
        return broadcast(topic, event, payload, LATE, ageNanos / NANOS_PER_MICRO);
    }

    private static ClusterMessage broadcast(
            String topicName, String eventName, Payload payload, int flags, long ageMicros) {
        byte[] topic = Texts.encode(topicName);
        byte[] event = Texts.encode(eventName);
        byte[] array;
        int offset;
        int length;
        int kind;
        if (payload instanceof Payload.Binary binary) {
            kind = BINARY;
            array = binary.array();
            offset = binary.offset();
            length = binary.length();
        } else {
            kind = 0;
            Payload.Json json = (Payload.Json) payload;
            array = json.array();
            offset = json.offset();
            length = json.length();
        }
        ClusterWriter body = new ClusterWriter(topic.length + event.length + length + 21).u8(flags | kind);
        if ((flags & LATE) != 0) {
            body.varint(ageMicros);
        }
        body.field(topic).field(event).rest(array, offset, length);
        return new ClusterMessage(Kind.BROADCAST, topicName, eventName, body);
    }

    @Override
    public String toString() {
        return (kind + " " + topic + " " + event).strip();
    }
}
