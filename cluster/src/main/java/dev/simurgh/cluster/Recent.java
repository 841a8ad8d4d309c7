package dev.simurgh.cluster;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A broadcast that was not sent to all nodes; in two lists, of its topic and of its shard. Guarded by the shard. */
final class Recent {
    /** Itself, what is known of its topic with the entry in the map, and the headers of its texts and its payload. */
    private static final int OVERHEAD_BYTES = 250;

    /** How much more than twice its payload an array may hold: a client's usual frame is not copied. */
    private static final int SLACK_BYTES = 256;

    final KnownTopic known;
    final String event;
    final Payload payload;
    final @Nullable String position;
    final @Nullable String traceparent;
    final long madeAt;
    /** Who was there at the time; nobody else has a claim to it. */
    final Peer[] present;

    Peer[] sentTo;

    @Nullable
    Recent nextOfTopic;

    @Nullable
    Recent next;

    Recent(KnownTopic known, Broadcast broadcast, Payload payload, long madeAt, Peer[] present, Peer[] sentTo) {
        this.known = known;
        this.event = broadcast.event();
        this.payload = payload;
        this.position = broadcast.position().orElse(null);
        this.traceparent = broadcast.traceparent().orElse(null);
        this.madeAt = madeAt;
        this.present = present;
        this.sentTo = sentTo;
    }

    /** What it takes, counted as if the topic were its own and each character had two bytes. */
    long bytes() {
        return bytes(known.topic, event, payload, position, traceparent);
    }

    static long bytes(
            String topic, String event, Payload payload, @Nullable String position, @Nullable String traceparent) {
        int characters = topic.length() + event.length() + length(position) + length(traceparent);
        return OVERHEAD_BYTES + 2L * characters + array(payload).length;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** A payload without what else its array holds, if that is much: a client's frame may be far longer than the payload in it. */
    static Payload compact(Payload payload) {
        byte[] array = array(payload);
        if (payload instanceof Payload.Binary binary) {
            return isLoose(array, binary.length())
                    ? Payload.binary(copy(array, binary.offset(), binary.length()))
                    : binary;
        }
        Payload.Json json = (Payload.Json) payload;
        return isLoose(array, json.length())
                ? Payload.json(copy(array, json.offset(), json.length()), 0, json.length())
                : json;
    }

    private static boolean isLoose(byte[] array, int length) {
        return array.length - length > length + SLACK_BYTES;
    }

    private static byte[] copy(byte[] array, int offset, int length) {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    private static byte[] array(Payload payload) {
        return payload instanceof Payload.Binary binary ? binary.array() : ((Payload.Json) payload).array();
    }
}
