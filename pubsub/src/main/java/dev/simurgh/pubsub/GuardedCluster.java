package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The border to the cluster adapter: what it throws, such as for a broker that is away, is logged and costs this node nothing but the
 * others' share of the broadcast. Subscribing, cancelling and local delivery go on.
 */
final class GuardedCluster {
    private static final Logger log = LoggerFactory.getLogger(GuardedCluster.class);

    private final ClusterAdapter cluster;
    private final Seldom seldom = new Seldom();

    GuardedCluster(ClusterAdapter cluster) {
        this.cluster = cluster;
    }

    String nodeName() {
        return cluster.nodeName();
    }

    void broadcast(Broadcast broadcast) {
        try {
            cluster.broadcast(broadcast);
        } catch (Throwable thrown) { // an Error, too: here it is as strange as any other
            failed("broadcast", thrown);
        }
    }

    boolean directBroadcast(String node, Broadcast broadcast) {
        try {
            return cluster.directBroadcast(node, broadcast);
        } catch (Throwable thrown) {
            failed("directBroadcast", thrown);
            return false;
        }
    }

    void topicAdded(String topic) {
        try {
            cluster.topicAdded(topic);
        } catch (Throwable thrown) {
            failed("topicAdded", thrown);
        }
    }

    void topicRemoved(String topic) {
        try {
            cluster.topicRemoved(topic);
        } catch (Throwable thrown) {
            failed("topicRemoved", thrown);
        }
    }

    void close() {
        try {
            cluster.close();
        } catch (Throwable thrown) {
            failed("close", thrown);
        }
    }

    private void failed(String method, Throwable thrown) {
        long before = seldom.leftOut();
        if (before >= 0) {
            log.error("cluster adapter failed in {} ({} failures before it were not logged)", method, before, thrown);
        }
    }
}
