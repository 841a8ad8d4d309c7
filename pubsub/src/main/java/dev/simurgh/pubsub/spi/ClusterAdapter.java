package dev.simurgh.pubsub.spi;

import dev.simurgh.pubsub.Broadcast;
import java.util.List;
import java.util.function.Consumer;

/**
 * Carries broadcasts between the nodes of a cluster.
 *
 * <p>Delivery is at most once and ordered per sending node; nothing is acknowledged or sent again. All methods may be called from
 * any thread, event loops among them, and must not block.
 */
public interface ClusterAdapter extends AutoCloseable {
    /** This node's name, such as {@code server@127.0.0.1}; does not change. */
    String nodeName();

    /** The names of the other nodes that are connected now. */
    List<String> nodes();

    /**
     * Starts to take part. Called once, before any other method but the names.
     *
     * @param receiver takes what other nodes broadcast and hands it to this node's subscribers; callable from any thread, does
     *     not block
     */
    void start(Consumer<Broadcast> receiver);

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
}
