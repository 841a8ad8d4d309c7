package dev.simurgh.cluster;

import java.util.List;

/**
 * Tells the other nodes of this node's topics, and numbers what it tells, so that they notice if something is lost.
 *
 * <p>A change has one number for all nodes, so that its bytes are made once. Numbering and sending are one step: what goes over a link is in
 * the order of its numbers.
 */
final class News {
    private final Peers peers;
    private long number;

    News(Peers peers) {
        this.peers = peers;
    }

    synchronized void added(String topic) {
        number++;
        if (peers.all().length > 0) {
            tell(ClusterMessage.added(number, topic));
        }
    }

    synchronized void removed(String topic) {
        number++;
        if (peers.all().length > 0) {
            tell(ClusterMessage.removed(number, topic));
        }
    }

    private void tell(ClusterMessage news) {
        for (Peer peer : peers.all()) {
            peer.sendNews(news);
        }
    }

    /** Says who this node is, and begins to tell all topics. What was lost to the peer before is made good by that. */
    synchronized void begin(Peer peer, ClusterMessage hello) {
        peer.begins();
        peer.sendNews(hello);
        peer.sendNews(ClusterMessage.topics(ClusterMessage.FIRST, number, List.of()));
    }

    /** Tells where the numbers are, so that it is noticed if the latest news was lost. */
    synchronized void tellNumber(Peer peer) {
        if (!peer.isOutdated()) {
            peer.send(ClusterMessage.number(number));
        }
    }
}
