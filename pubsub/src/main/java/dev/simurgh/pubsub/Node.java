package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node, and the others of its cluster, by name. All methods may be called from any thread. */
public final class Node {
    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private final ClusterAdapter cluster;
    private final CopyOnWriteArrayList<NodeListener> listeners = new CopyOnWriteArrayList<>();

    Node(ClusterAdapter cluster) {
        this.cluster = cluster;
    }

    /** The name of this node, such as {@code server@127.0.0.1}; {@value PubSub#NO_NAME} if it was given none. */
    public String self() {
        return cluster.nodeName();
    }

    /** The names of the other nodes that are connected now, sorted. */
    public List<String> list() {
        return cluster.nodes().stream().sorted().toList();
    }

    /**
     * Connects to another node, and through it to all that it is connected to; blocks until that has come about, or failed, which takes
     * seconds at most. Both sides may have been clusters before. What a name may look like is up to the cluster adapter.
     *
     * @return whether that node is connected now
     * @throws IllegalArgumentException if the name is malformed
     * @throws IllegalStateException if this node takes part in no cluster
     */
    public boolean connect(String node) {
        try {
            return connectLater(node).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                cause.addSuppressed(e); // where it was called
                throw cause;
            }
            throw e;
        }
    }

    /** As {@link #connect}, without blocking; what that would throw is what the answer fails with. */
    public CompletableFuture<Boolean> connectLater(String node) {
        return cluster.connect(node);
    }

    /** Tells a listener of nodes that come and go from now on. */
    public void addListener(NodeListener listener) {
        listeners.add(listener);
    }

    /** Tells a listener no more. */
    public void removeListener(NodeListener listener) {
        listeners.remove(listener);
    }

    void up(String node) {
        log.info("node up: {}", node);
        tell(listener -> listener.nodeUp(node));
    }

    void down(String node) {
        log.info("node down: {}", node);
        tell(listener -> listener.nodeDown(node));
    }

    private void tell(Consumer<NodeListener> event) {
        for (NodeListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                log.error("node listener {} failed", listener, e);
            }
        }
    }

    @Override
    public String toString() {
        return self() + " with " + list();
    }
}
