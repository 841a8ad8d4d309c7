package dev.simurgh.cluster;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was broadcast lately to the topics of a shard and not sent to all nodes, the oldest first. Guarded by the shard.
 *
 * <p>It holds texts and payloads, not the {@link Broadcast}s, with which the frames for clients would stay, too. What it counts is what it
 * takes.
 */
final class Memory {
    /** How far it reaches back: longer than a hung node stays connected. */
    static final long NANOS = 10_000_000_000L;

    static final long MOST_BYTES = 1 << 20;

    private final Map<String, KnownTopic> knownTopics;
    private @Nullable Recent oldest;
    private @Nullable Recent newest;
    private long bytes;

    /** @param knownTopics the shard's; has an entry for each topic of which something is remembered */
    Memory(Map<String, KnownTopic> knownTopics) {
        this.knownTopics = knownTopics;
    }

    /** Remembers a broadcast, unless it alone is more than may be: it would push out all others and then itself. */
    void add(Broadcast broadcast, @Nullable KnownTopic already, Peer[] present, Peer[] sentTo, long now) {
        Payload payload = Recent.compact(broadcast.payload());
        String position = broadcast.position().orElse(null);
        String traceparent = broadcast.traceparent().orElse(null);
        if (Recent.bytes(broadcast.topic(), broadcast.event(), payload, position, traceparent) > MOST_BYTES) {
            return;
        }
        KnownTopic known = already;
        if (known == null) {
            known = new KnownTopic(broadcast.topic());
            knownTopics.put(known.topic, known);
        }
        append(new Recent(known, broadcast, payload, now, present, sentTo));
        while (bytes > MOST_BYTES && oldest != null) {
            forget(oldest);
        }
    }

    private void append(Recent recent) {
        KnownTopic known = recent.known;
        if (known.newest == null) {
            known.oldest = recent;
        } else {
            known.newest.nextOfTopic = recent;
        }
        known.newest = recent;
        if (newest == null) {
            oldest = recent;
        } else {
            newest.next = recent;
        }
        newest = recent;
        bytes += recent.bytes();
    }

    /** Forgets what is too old. Routes that nobody needs any more go with it. */
    void forgetOld(long now) {
        while (oldest != null && now - oldest.madeAt > NANOS) {
            forget(oldest);
        }
    }

    void forgetAll() {
        while (oldest != null) {
            forget(oldest);
        }
    }

    /** The oldest of the shard is also the oldest of its topic. */
    private void forget(Recent eldest) {
        oldest = eldest.next;
        if (oldest == null) {
            newest = null;
        }
        bytes -= eldest.bytes();
        KnownTopic known = eldest.known;
        known.oldest = eldest.nextOfTopic;
        eldest.next = null; // else one that has grown old keeps all that came after it alive, until that is old, too
        eldest.nextOfTopic = null;
        if (known.oldest == null) {
            known.newest = null;
            if (known.isIdle()) {
                knownTopics.remove(known.topic, known);
            }
        }
    }
}
