package dev.simurgh.cluster;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of all topics, by hash: who wants their broadcasts, and which were made lately.
 *
 * <p>The news that a node has got its first subscriber for a topic takes time to travel. A broadcast made on another node in that time
 * would not be sent there, although its subscriber was there first, and sending everything to everybody would have reached it. So what
 * was not sent to all nodes is kept for a while, and what is missed is sent as soon as the news arrives. The receiver drops it if it was
 * made before the subscription.
 *
 * <p>All is guarded by the shard: looking up who wants a broadcast, sending and remembering it are one step, and so are learning of a
 * subscription and sending what it has missed. Else one could fall between the steps of the other. It is held for a map look-up and an
 * append to the queue of each link; no link blocks.
 */
final class TopicShard {
    /** How far the memory reaches back: longer than a hung node stays connected. */
    static final long MEMORY_NANOS = 10_000_000_000L;

    static final int MOST_REMEMBERED = 8192;
    static final long MOST_REMEMBERED_BYTES = 1 << 20;

    /** What a remembered broadcast takes besides its payload, about. */
    private static final int OVERHEAD_BYTES = 64;

    private static final int TABLE_PART_BYTES = 32 * 1024;

    /** A topic that other nodes want or that was broadcast to lately. */
    private static final class Route {
        Peer[] peers = Peer.NONE;

        @Nullable
        Recent oldest;

        @Nullable
        Recent newest;
    }

    /** A broadcast that was not sent to all nodes; in two lists, of its topic and of the shard. */
    private static final class Recent {
        final Broadcast broadcast;
        final Route route;
        final long madeAt;
        /** Who was there at the time; nobody else has a claim to it. */
        final Peer[] present;

        Peer[] sentTo;

        @Nullable
        Recent nextOfTopic;

        @Nullable
        Recent next;

        Recent(Broadcast broadcast, Route route, long madeAt, Peer[] present, Peer[] sentTo) {
            this.broadcast = broadcast;
            this.route = route;
            this.madeAt = madeAt;
            this.present = present;
            this.sentTo = sentTo;
        }

        int bytes() {
            return broadcast.payload() instanceof Payload.Binary binary
                    ? binary.length() + OVERHEAD_BYTES
                    : ((Payload.Json) broadcast.payload()).length() + OVERHEAD_BYTES;
        }
    }

    private final Map<String, Route> routes = new HashMap<>();
    /** The topics with subscribers on this node, with the time of the first subscription. */
    private final Map<String, Long> local = new HashMap<>();

    private final Peers peers;
    private final Counters counters;

    private @Nullable Recent oldest;
    private @Nullable Recent newest;
    private int remembered;
    private long rememberedBytes;

    /** @param peers the other nodes; read inside the lock, so that none gets its table without a topic and then no news of it */
    TopicShard(Peers peers, Counters counters) {
        this.peers = peers;
        this.counters = counters;
    }

    // Broadcasts.

    synchronized void broadcast(Broadcast broadcast, long now) {
        Peers.View present = peers.view();
        Route route = routes.get(broadcast.topic());
        Peer[] wanting = route == null ? Peer.NONE : route.peers;
        for (Peer peer : present.unknown) {
            wanting = Peer.plus(wanting, peer);
        }
        if (wanting.length > 0) {
            ClusterMessage message = ClusterMessage.broadcast(broadcast);
            for (Peer peer : wanting) {
                peer.sendBroadcast(message);
            }
        }
        if (wanting.length < present.all.length) {
            remember(broadcast, route, present.all, wanting, now);
        }
    }

    private void remember(Broadcast broadcast, @Nullable Route known, Peer[] present, Peer[] sentTo, long now) {
        Route route = known;
        if (route == null) {
            route = new Route();
            routes.put(broadcast.topic(), route);
        }
        Recent recent = new Recent(broadcast, route, now, present, sentTo);
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
        remembered++;
        rememberedBytes += recent.bytes();
        forget(now);
    }

    /** Forgets what is too old or too much. The oldest of the shard is also the oldest of its topic. */
    private void forget(long now) {
        while (oldest != null
                && (remembered > MOST_REMEMBERED
                        || rememberedBytes > MOST_REMEMBERED_BYTES
                        || now - oldest.madeAt > MEMORY_NANOS)) {
            Recent gone = oldest;
            oldest = gone.next;
            remembered--;
            rememberedBytes -= gone.bytes();
            gone.route.oldest = gone.nextOfTopic;
            gone.next = null; // else one that has grown old keeps all that came after it alive, until that is old, too
            gone.nextOfTopic = null;
            if (gone.route.oldest == null) {
                gone.route.newest = null;
                dropIfIdle(gone.broadcast.topic(), gone.route);
            }
        }
        if (oldest == null) {
            newest = null;
        }
    }

    private void dropIfIdle(String topic, Route route) {
        if (route.peers.length == 0 && route.oldest == null) {
            routes.remove(topic, route);
        }
    }

    // The topics of others.

    /** Learns that a node wants a topic, and sends it what it has missed. */
    synchronized void added(Peer peer, String topic, long now) {
        forget(now);
        Route route = routes.computeIfAbsent(topic, name -> new Route());
        route.peers = Peer.plus(route.peers, peer);
        for (Recent recent = route.oldest; recent != null; recent = recent.nextOfTopic) {
            if (Peer.contains(recent.present, peer) && !Peer.contains(recent.sentTo, peer)) {
                recent.sentTo = Peer.plus(recent.sentTo, peer);
                counters.late.increment();
                peer.sendBroadcast(ClusterMessage.late(recent.broadcast, Math.max(0, now - recent.madeAt)));
            }
        }
    }

    synchronized void removed(Peer peer, String topic) {
        Route route = routes.get(topic);
        if (route != null) {
            route.peers = Peer.minus(route.peers, peer);
            dropIfIdle(topic, route);
        }
    }

    /** Forgets what a node wants, but for these topics. */
    synchronized void retain(Peer peer, Set<String> topics) {
        for (Iterator<Map.Entry<String, Route>> i = routes.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<String, Route> entry = i.next();
            Route route = entry.getValue();
            if (Peer.contains(route.peers, peer) && !topics.contains(entry.getKey())) {
                route.peers = Peer.minus(route.peers, peer);
                if (route.peers.length == 0 && route.oldest == null) {
                    i.remove();
                }
            }
        }
    }

    synchronized long remoteTopics() {
        return routes.values().stream().filter(route -> route.peers.length > 0).count();
    }

    // The topics of this node.

    synchronized void subscribed(String topic, long now) {
        local.put(topic, now);
        tell(ClusterMessage.added(topic));
    }

    synchronized void unsubscribed(String topic) {
        local.remove(topic);
        tell(ClusterMessage.removed(topic));
    }

    private void tell(ClusterMessage news) {
        for (Peer peer : peers.all()) {
            peer.sendNews(news);
        }
    }

    /** Tells a node all topics of this shard. */
    synchronized void tellAll(Peer peer) {
        List<byte[]> part = new ArrayList<>();
        int bytes = 0;
        for (String topic : local.keySet()) {
            byte[] name = ClusterMessage.utf8(topic);
            part.add(name);
            bytes += name.length;
            if (bytes > TABLE_PART_BYTES) {
                peer.sendNews(ClusterMessage.topics(0, part));
                part = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!part.isEmpty()) {
            peer.sendNews(ClusterMessage.topics(0, part));
        }
    }

    /** Tells whether a broadcast that was made so long ago came behind the first subscription here. */
    synchronized boolean wantsLate(String topic, long ageNanos, long now) {
        Long since = local.get(topic);
        return since != null && now - ageNanos - since >= 0;
    }
}
