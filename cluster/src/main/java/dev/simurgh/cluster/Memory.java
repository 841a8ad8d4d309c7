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

    private final Map<String, Route> routes;
    private @Nullable Recent oldest;
    private @Nullable Recent newest;
    private long bytes;

    /** @param routes the shard's; has a route for each topic of which something is remembered */
    Memory(Map<String, Route> routes) {
        this.routes = routes;
    }

    /** Remembers a broadcast, unless it alone is more than may be: it would push out all others and then itself. */
    void add(Broadcast broadcast, @Nullable Route known, Peer[] present, Peer[] sentTo, long now) {
        Payload payload = Recent.compact(broadcast.payload());
        String position = broadcast.position().orElse(null);
        if (Recent.bytes(broadcast.topic(), broadcast.event(), payload, position) > MOST_BYTES) {
            return;
        }
        Route route = known;
        if (route == null) {
            route = new Route(broadcast.topic());
            routes.put(route.topic, route);
        }
        append(new Recent(route, broadcast, payload, now, present, sentTo));
        while (bytes > MOST_BYTES && oldest != null) {
            forget(oldest);
        }
    }

    private void append(Recent recent) {
        Route route = recent.route;
        if (route.newest == null) {
            route.oldest = recent;
        } else {
            route.newest.nextOfTopic = recent;
        }
        route.newest = recent;
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
        Route route = eldest.route;
        route.oldest = eldest.nextOfTopic;
        eldest.next = null; // else one that has grown old keeps all that came after it alive, until that is old, too
        eldest.nextOfTopic = null;
        if (route.oldest == null) {
            route.newest = null;
            if (route.isIdle()) {
                routes.remove(route.topic, route);
            }
        }
    }
}
