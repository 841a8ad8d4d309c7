package dev.simurgh.pubsub;

import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.protocol.Traceparent;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event with its payload, for all subscribers of a topic. Immutable; the payload is encoded already.
 *
 * <p>The frame that goes to clients is made once per serializer, by whoever needs it first, and shared by all.
 */
public final class Broadcast {
    /** The objects of a broadcast and its frame, and what the frame has around the payload. */
    private static final int OBJECT_BYTES = 256;

    private static final int MAX_POSITION_BYTES = 255;
    private static final int MAX_DIGITS = 18;

    private final String topic;
    private final String event;
    private final Payload payload;
    private final Extras extras;
    private volatile @Nullable Encoded encoded;

    /** What few broadcasts have. */
    private record Extras(
            @Nullable String position,
            long offset,
            @Nullable String traceparent) {
        static final Extras NONE = new Extras(null, -1, null);
    }

    private Broadcast(String topic, String event, Payload payload, Extras extras) {
        this.topic = topic;
        this.event = event;
        this.payload = payload;
        this.extras = extras;
    }

    /**
     * Makes a broadcast.
     *
     * @throws IllegalArgumentException if the payload is neither a JSON object nor binary, or if it is binary and the topic or event is longer
     *     than 255 bytes
     */
    public static Broadcast of(String topic, String event, Payload payload) {
        boolean object = payload instanceof Payload.Json json && json.isObject();
        if (!object && !(payload instanceof Payload.Binary)) {
            throw new IllegalArgumentException("payload of " + event + ": " + payload
                    + " (expected: a JSON object, such as Map.of(\"items\", list), or binary)");
        }
        return checked(new Broadcast(topic, event, payload, Extras.NONE));
    }

    /**
     * Makes a broadcast of any encoded payload, for senders whose protocol version allows more than objects.
     *
     * @throws IllegalArgumentException if the payload is not encoded
     */
    public static Broadcast ofAny(String topic, String event, Payload payload) {
        if (payload instanceof Payload.Value) {
            throw new IllegalArgumentException("payload of " + event + ": a value (expected: an encoded payload)");
        }
        return checked(new Broadcast(topic, event, payload, Extras.NONE));
    }

    /** Encodes a binary one now, so that a field too long for its header fails in the sender and not at each subscriber. */
    private static Broadcast checked(Broadcast broadcast) {
        if (broadcast.payload instanceof Payload.Binary) {
            broadcast.frame(Serializers.V2);
        }
        return broadcast;
    }

    /**
     * This broadcast with a position: its place in the topic's history, such as {@code epoch:offset}, from which a client can ask for what
     * it has missed. JSON goes to clients with the position as the message's {@code ref}. The binary broadcasts of vsn 2 have no
     * room for a ref: they go out without.
     *
     * @throws IllegalArgumentException if the position is empty, longer than 255 bytes in UTF-8, or all digits: a client would take that for
     *     the ref of one of its own messages
     */
    public Broadcast at(String newPosition) {
        int bytes = newPosition.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_POSITION_BYTES || newPosition.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("position: "
                    + (bytes > MAX_POSITION_BYTES ? bytes + " bytes" : "\"" + newPosition + "\"")
                    + " (expected: 1 to " + MAX_POSITION_BYTES + " bytes, not digits only, such as epoch:offset)");
        }
        Extras there = new Extras(newPosition, offset(newPosition), extras.traceparent);
        Broadcast placed = new Broadcast(topic, event, payload, there);
        if (payload instanceof Payload.Binary) {
            placed.encoded = encoded; // in which the position is not
        }
        return placed;
    }

    /**
     * This broadcast as a step of a distributed trace, in which who handles it goes on. It comes along to other nodes; clients do not see it, and no journal
     * stores it.
     *
     * @throws IllegalArgumentException if it is not well-formed, see {@link Traceparent#of(String)}
     */
    public Broadcast tracedBy(String traceparent) {
        String wellFormed = Traceparent.of(traceparent)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "traceparent: " + traceparent.length()
                                        + " characters (expected: one of the W3C's Trace Context, such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01)"));
        Broadcast traced = new Broadcast(topic, event, payload, new Extras(extras.position, extras.offset, wellFormed));
        traced.encoded = encoded; // in which it is not
        return traced;
    }

    /** Where in a distributed trace it comes from, if that is known: a {@code traceparent} as the W3C's Trace Context has it. */
    public Optional<String> traceparent() {
        return Optional.ofNullable(extras.traceparent);
    }

    /** The place in the topic's history, if it has one. */
    public Optional<String> position() {
        return Optional.ofNullable(extras.position);
    }

    /** The number behind the colon of the position, which says where in the topic's history it is; -1 if there is none. */
    public long offset() {
        return extras.offset;
    }

    private static long offset(String position) {
        String digits = position.substring(position.lastIndexOf(':') + 1);
        boolean number = digits.length() < position.length()
                && !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(digits) : -1;
    }

    /** The topic it is for. */
    public String topic() {
        return topic;
    }

    /** The event's name. */
    public String event() {
        return event;
    }

    /** The payload: {@link Payload.Json} or {@link Payload.Binary}. */
    public Payload payload() {
        return payload;
    }

    /**
     * The frame for clients of this serializer, or null where it has no form for this payload: a vsn 1 client cannot take
     * binary, a vsn 2 client no JSON but objects. The same object for each caller.
     *
     * @throws IllegalArgumentException if a field is too long for a binary frame
     */
    public @Nullable Frame frame(Serializer serializer) {
        for (Encoded e = encoded; e != null; e = e.next) {
            if (e.serializer == serializer) {
                return e.frame;
            }
        }
        return encode(serializer);
    }

    /** What it pins while it waits: the array that holds its payload, of which that may be a part, and the frame for clients. */
    public int pinnedBytes() {
        int names = topic.length() + event.length() + length(extras.position) + length(extras.traceparent);
        if (payload instanceof Payload.Json json) {
            return OBJECT_BYTES + 2 * names + json.array().length + json.length();
        }
        Payload.Binary binary = (Payload.Binary) payload;
        return OBJECT_BYTES + 2 * names + binary.array().length + binary.length();
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private synchronized @Nullable Frame encode(Serializer serializer) {
        for (Encoded e = encoded; e != null; e = e.next) {
            if (e.serializer == serializer) {
                return e.frame;
            }
        }
        Frame frame = serializer.accepts(payload) ? encoded(serializer) : null;
        encoded = new Encoded(serializer, frame, encoded);
        return frame;
    }

    private Frame encoded(Serializer serializer) {
        String position = extras.position;
        return position == null || payload instanceof Payload.Binary
                ? serializer.encodeBroadcast(topic, event, payload)
                : serializer.encodeMessage(Ref.NONE, Ref.of(position), topic, event, payload);
    }

    @Override
    public String toString() {
        return "Broadcast[" + topic + ", " + event + (extras.position == null ? "]" : ", at " + extras.position + "]");
    }

    private record Encoded(
            Serializer serializer,
            @Nullable Frame frame,
            @Nullable Encoded next) {}
}
