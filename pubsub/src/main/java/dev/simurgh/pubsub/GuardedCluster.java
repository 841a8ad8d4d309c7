package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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

    NodeId self() {
        return cluster.self();
    }

    List<NodeId> nodes() {
        try {
            return cluster.nodes();
        } catch (Throwable thrown) {
            failed("nodes", thrown);
            return List.of();
        }
    }

    CompletableFuture<Boolean> connect(String node) {
        try {
            return Objects.requireNonNull(cluster.connect(node), "connect returned null");
        } catch (Throwable thrown) {
            return CompletableFuture.failedFuture(thrown); // who connects hears of it
        }
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

    boolean send(NodeId to, String kind, byte[] message) {
        try {
            return cluster.send(to, kind, message);
        } catch (Throwable thrown) {
            failed("send", thrown);
            return false;
        }
    }

    int sendToAll(String kind, byte[] message) {
        try {
            return cluster.sendToAll(kind, message);
        } catch (Throwable thrown) {
            failed("sendToAll", thrown);
            return 0;
        }
    }

    CompletableFuture<Void> topicAdded(String topic) {
        try {
            return Objects.requireNonNull(cluster.topicAdded(topic), "topicAdded returned null");
        } catch (Throwable thrown) {
            failed("topicAdded", thrown);
            return CompletableFuture.failedFuture(thrown);
        }
    }

    void topicRemoved(String topic) {
        try {
            cluster.topicRemoved(topic);
        } catch (Throwable thrown) {
            failed("topicRemoved", thrown);
        }
    }

    List<Metric> metrics() {
        try {
            return List.copyOf(cluster.metrics());
        } catch (Throwable thrown) {
            failed("metrics", thrown);
            return List.of();
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
