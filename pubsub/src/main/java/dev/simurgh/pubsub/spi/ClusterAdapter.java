package dev.simurgh.pubsub.spi;

import dev.simurgh.pubsub.Broadcast;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Carries broadcasts between the nodes of a cluster.
 *
 * <p>Delivery is at most once and ordered per sending node and topic; nothing is acknowledged or sent again. All methods may be called
 * from any thread, event loops among them, and none but {@link #start} and {@link #close} may block.
 */
public interface ClusterAdapter extends AutoCloseable {
    /** This node's name, such as {@code server@127.0.0.1}; does not change. */
    String nodeName();

    /** The names of the other nodes that are connected now. */
    List<String> nodes();

    /**
     * Starts to take part, and returns when the node can send. Called once, before any other method but the names.
     *
     * @param receiver this node's side
     * @throws IllegalArgumentException if a node of that name is already there
     */
    void start(Receiver receiver);

    /**
     * Connects to the cluster of another node, given by its name or however else the adapter finds nodes.
     *
     * @return completes within seconds: whether that node is connected then. Fails with {@link IllegalArgumentException} if the name is
     *     malformed. Unless overridden, tells only whether it is connected now.
     */
    default CompletableFuture<Boolean> connect(String node) {
        return CompletableFuture.completedFuture(node.equals(nodeName()) || nodes().contains(node));
    }

    /** Sends to all other nodes that may have subscribers for the topic. */
    void broadcast(Broadcast broadcast);

    /**
     * Sends to one node only.
     *
     * @return whether a node of that name is connected
     */
    boolean directBroadcast(String node, Broadcast broadcast);

    /** Hears that this node has got its first subscriber for a topic. Calls for one topic come in order. */
    default void topicAdded(String topic) {}

    /** Hears that this node has lost its last subscriber for a topic. */
    default void topicRemoved(String topic) {}

    /** Leaves the cluster. */
    @Override
    void close();

    /** A node's side of its cluster adapter. Callable from any thread; nothing blocks. */
    interface Receiver {
        /** Takes what another node has broadcast, and hands it to the subscribers here. */
        void broadcast(Broadcast broadcast);

        /** Hears that another node has connected; {@link #nodes} has it by now. */
        default void nodeUp(String node) {}

        /** Hears that another node has gone, behind the last broadcast that came from it; {@link #nodes} no longer has it. */
        default void nodeDown(String node) {}
    }
}
