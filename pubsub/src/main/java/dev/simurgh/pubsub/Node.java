package dev.simurgh.pubsub;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node, the others of its cluster, and what they say to each other. All methods may be called from any thread.
 *
 * <p>Messages between nodes are for parts of a server that stand on all nodes, and clients never see them. They have a kind, which says who
 * takes them, and are delivered at most once, in the order of the sending thread; nothing is acknowledged, sent again or kept. A
 * message whose kind has no handler at the other node is dropped there. So a part that starts adds its listener and its handlers first,
 * and then asks all others for what they have: none of them can know when it is ready.
 */
public final class Node {
    /** How many bytes a message between nodes may have. */
    public static final int MAX_MESSAGE_BYTES = 4 << 20;

    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private final GuardedCluster cluster;
    private final NodeMessages messages;
    private final CopyOnWriteArrayList<NodeListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean away = new AtomicBoolean();

    Node(GuardedCluster cluster) {
        this.cluster = cluster;
        this.messages = new NodeMessages(cluster);
    }

    /** The name of this node, such as {@code server@127.0.0.1}; {@value PubSub#NO_NAME} if it was given none. */
    public String self() {
        return cluster.self().name();
    }

    /** This node, from this start to its end. */
    public NodeId id() {
        return cluster.self();
    }

    /** The names of the other nodes that are connected now, sorted. */
    public List<String> list() {
        return cluster.nodes().stream().map(NodeId::name).sorted().toList();
    }

    /** How many other nodes are connected now. */
    public int otherCount() {
        return cluster.nodes().size();
    }

    /** The other nodes that are connected now, sorted by name. */
    public List<NodeId> others() {
        return cluster.nodes().stream()
                .sorted(Comparator.comparing(NodeId::name))
                .toList();
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

    /**
     * Has the messages of a kind taken from now on. Those that came before had nobody to take them, and are gone.
     *
     * @param kind such as {@code presence}: 1 to 255 bytes, the same on all nodes
     * @throws IllegalStateException if the kind has a handler already
     * @throws IllegalArgumentException if the kind is empty or too long
     */
    public void addHandler(String kind, MessageHandler handler) {
        messages.add(kind, handler);
    }

    /** Has the messages of a kind no longer taken. One that is being handled by another thread is not waited for. */
    public void removeHandler(String kind) {
        messages.remove(kind);
    }

    /**
     * Sends a message to another node; does not block. A message and a broadcast of one thread to one node have no order among each other.
     *
     * @param message copied before this returns
     * @return whether it was sent: not if that very node is not connected, be it that another has its name now, and not if too much waits
     *     for it already. That it arrives is not sure
     * @throws IllegalArgumentException if {@code to} is this node, if the kind is empty or too long, or if the message is longer than {@link
     *     #MAX_MESSAGE_BYTES}
     */
    public boolean send(NodeId to, String kind, byte[] message) {
        return messages.send(to, kind, message);
    }

    /**
     * Sends a message to all other nodes that are connected now; as {@link #send} in all else.
     *
     * @return to how many it was sent
     */
    public int sendToAll(String kind, byte[] message) {
        return messages.sendToAll(kind, message);
    }

    /** What became of the messages so far. */
    public MessageStats messageStats() {
        return messages.stats();
    }

    /** Tells whether the cluster is away: {@link NodeListener#clusterAway}. */
    public boolean isClusterAway() {
        return away.get();
    }

    void up(NodeId node) {
        log.info("node up: {}", node.name());
        tell(listener -> listener.nodeUp(node));
    }

    void down(NodeId node) {
        log.info("node down: {}", node.name());
        tell(listener -> listener.nodeDown(node));
    }

    void received(NodeId from, String kind, byte[] message) {
        messages.received(from, kind, message);
    }

    void away() {
        if (away.compareAndSet(false, true)) {
            log.warn("cluster away: broadcasts reach this node only");
            tell(NodeListener::clusterAway);
        }
    }

    void back() {
        if (away.compareAndSet(true, false)) {
            log.info("cluster back");
            tell(NodeListener::clusterBack);
        }
    }

    private void tell(Consumer<NodeListener> event) {
        for (NodeListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable thrown) { // an Error, too, must not keep the others from hearing of it
                log.error("node listener {} failed", listener, thrown);
            }
        }
    }

    @Override
    public String toString() {
        return self() + " with " + list();
    }
}
