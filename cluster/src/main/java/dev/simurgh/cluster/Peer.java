package dev.simurgh.cluster;

import dev.simurgh.cluster.spi.Link;
import dev.simurgh.pubsub.NodeId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another node, from when it is met until it is lost. What comes from it is handled one message at a time. */
final class Peer {
    static final Peer[] NONE = {};
    private static final Logger log = LoggerFactory.getLogger(Peer.class);

    final Link link;
    private final Counters counters;

    // Guarded by this.
    private boolean outdated;
    private boolean refusing;

    /** Its messages to this node. */
    final Arrivals arrivals = new Arrivals();

    // Touched by what comes from it only.
    final Following following = new Following();
    /** The number of the latest part of this node's table that it was told. */
    long toldPart;
    /** When it was begun. */
    long toldAt;

    boolean greeted;
    boolean dropped;
    boolean misunderstood;
    /** Whether it was told that news of its topics was lost. */
    boolean hasGaps;

    /** Who it says it is; null until it has. */
    volatile @Nullable NodeId id;

    Peer(Link link, Counters counters) {
        this.link = link;
        this.counters = counters;
    }

    /** Sends a broadcast, or drops it, if too much waits already; tells whether it was sent. */
    boolean sendBroadcast(ClusterMessage message) {
        if (link.send(message)) {
            counters.sent.increment();
            return true;
        }
        counters.refused.increment();
        refuses();
        return false;
    }

    /** Sends something that is no broadcast, or drops it, if too much waits already; tells whether it was sent. */
    boolean send(ClusterMessage message) {
        if (link.send(message)) {
            return true;
        }
        refuses();
        return false;
    }

    /** Sends a message to a part of it. */
    boolean sendMessage(ClusterMessage message) {
        if (send(message)) {
            return true;
        }
        counters.refused.increment();
        return false;
    }

    /** Sends news of this node's topics. If the link refuses it, the peer's idea of them is wrong until it gets the whole table. */
    synchronized void sendNews(ClusterMessage message) {
        if (!outdated && !link.send(message)) {
            outdated = true;
            refuses();
        }
    }

    private synchronized void refuses() {
        if (!refusing) {
            refusing = true;
            log.warn("node {} takes messages too slowly: dropping what is for it", this);
        }
    }

    /** Hears that the link takes messages again; tells whether the peer has to be told all topics anew. */
    synchronized boolean recovers() {
        if (refusing) {
            refusing = false;
            log.info("node {} takes messages again", this);
        }
        return outdated;
    }

    /** It is about to be told all topics: news goes out again. */
    synchronized void begins() {
        outdated = false;
        toldPart = 0;
    }

    synchronized boolean isOutdated() {
        return outdated;
    }

    /** This array with one more, or the same if it is in there already. */
    static Peer[] plus(Peer[] peers, Peer peer) {
        if (contains(peers, peer)) {
            return peers;
        }
        Peer[] more = Arrays.copyOf(peers, peers.length + 1);
        more[peers.length] = peer;
        return more;
    }

    static Peer[] minus(Peer[] peers, Peer peer) {
        return contains(peers, peer)
                ? Arrays.stream(peers).filter(other -> other != peer).toArray(Peer[]::new)
                : peers;
    }

    static boolean contains(Peer[] peers, Peer peer) {
        for (Peer other : peers) {
            if (other == peer) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        NodeId known = id;
        return known == null ? link.toString() : known.name();
    }
}
