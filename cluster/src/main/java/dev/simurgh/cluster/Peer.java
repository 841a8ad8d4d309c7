package dev.simurgh.cluster;

import dev.simurgh.cluster.spi.Link;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
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

    // Touched by what comes from it only.
    @Nullable
    Set<String> incomingTable;

    boolean greeted;
    boolean dropped;
    boolean misunderstood;

    /** What it calls itself; null until it has said so. */
    volatile @Nullable String name;

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
        boolean wasOutdated = outdated;
        outdated = false;
        return wasOutdated;
    }

    void beginTable() {
        incomingTable = new HashSet<>();
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
        String known = name;
        return known == null ? link.toString() : known;
    }
}
