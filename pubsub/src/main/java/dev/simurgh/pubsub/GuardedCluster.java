package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The border to the cluster adapter: what it throws, such as for a broker that is away, is logged and costs this node nothing but the
 * others' share of the broadcast. Subscribing, cancelling and local delivery go on. Before its start an adapter is asked for nothing but
 * its name; it hears then which topics there are.
 */
final class GuardedCluster {
    private static final Logger log = LoggerFactory.getLogger(GuardedCluster.class);

    private final ClusterAdapter cluster;
    private final Seldom seldom = new Seldom();
    /** The topics that the adapter has not heard of yet, and who waits for its answer. */
    private final Map<String, CompletableFuture<Void>> early = new LinkedHashMap<>();
    /** Changed in the lock of {@link #early}, when there are none any more. */
    private volatile boolean started;

    GuardedCluster(ClusterAdapter cluster) {
        this.cluster = cluster;
    }

    NodeId self() {
        return cluster.self();
    }

    /** Starts the adapter, and throws what that throws. */
    void start(ClusterAdapter.Receiver receiver) {
        cluster.start(receiver);
        synchronized (early) {
            early.forEach((topic, answer) -> answered(answer, topicAddedNow(topic)));
            early.clear();
            started = true;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure is handed on
    private static void answered(CompletableFuture<Void> answer, CompletableFuture<Void> given) {
        given.whenComplete((done, failure) -> {
            if (failure == null) {
                answer.complete(null);
            } else {
                answer.completeExceptionally(failure);
            }
        });
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
        if (!started) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "connect: " + node + " before this node has started (expected: when the endpoint has)"));
        }
        try {
            return Objects.requireNonNull(cluster.connect(node), "connect returned null");
        } catch (Throwable thrown) {
            return CompletableFuture.failedFuture(thrown); // who connects hears of it
        }
    }

    void broadcast(Broadcast broadcast) {
        if (!started) {
            return;
        }
        try {
            cluster.broadcast(broadcast);
        } catch (Throwable thrown) { // an Error, too: here it is as strange as any other
            failed("broadcast", thrown);
        }
    }

    boolean directBroadcast(String node, Broadcast broadcast) {
        try {
            return started && cluster.directBroadcast(node, broadcast);
        } catch (Throwable thrown) {
            failed("directBroadcast", thrown);
            return false;
        }
    }

    boolean send(NodeId to, String kind, byte[] message) {
        try {
            return started && cluster.send(to, kind, message);
        } catch (Throwable thrown) {
            failed("send", thrown);
            return false;
        }
    }

    int sendToAll(String kind, byte[] message) {
        try {
            return started ? cluster.sendToAll(kind, message) : 0;
        } catch (Throwable thrown) {
            failed("sendToAll", thrown);
            return 0;
        }
    }

    CompletableFuture<Void> topicAdded(String topic) {
        if (!started) {
            synchronized (early) {
                if (!started) {
                    return early.computeIfAbsent(topic, name -> new CompletableFuture<>());
                }
            }
        }
        return topicAddedNow(topic);
    }

    private CompletableFuture<Void> topicAddedNow(String topic) {
        try {
            return Objects.requireNonNull(cluster.topicAdded(topic), "topicAdded returned null");
        } catch (Throwable thrown) {
            failed("topicAdded", thrown);
            return CompletableFuture.failedFuture(thrown);
        }
    }

    void topicRemoved(String topic) {
        if (!started) {
            synchronized (early) {
                if (!started) {
                    early.remove(topic);
                    return;
                }
            }
        }
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
        if (!started) {
            return;
        }
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
