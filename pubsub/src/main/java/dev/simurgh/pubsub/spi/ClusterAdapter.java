package dev.simurgh.pubsub.spi;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.NodeId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Carries broadcasts and messages between the nodes of a cluster.
 *
 * <p>Delivery is at most once and ordered per sending node and topic, messages per sending node; nothing is acknowledged or sent again. All
 * methods may be called from any thread, event loops among them, and none but {@link #start} and {@link #close} may block.
 *
 * <p>An adapter should not throw, but where its method says so. If it does nevertheless, the exception is logged, and pays who called:
 * what {@link #broadcast} throws loses that broadcast to other nodes, and subscribers here still get it; what {@link #directBroadcast}
 * or {@link #send} throws is as if that node was not connected, what {@link #nodes} or {@link #metrics} throws as if there was none; what {@link #topicAdded} throws is as if its answer had failed; what
 * {@link #topicRemoved} throws leaves the adapter with a topic too many; what {@link #close} throws ends nothing else. The {@link Receiver}
 * throws nothing.
 */
public interface ClusterAdapter extends AutoCloseable {
    /** This node: its name, such as {@code server@127.0.0.1}, and the number of this start. Does not change. */
    NodeId self();

    /** The other nodes that are connected now, of each name one. */
    List<NodeId> nodes();

    /**
     * Starts to take part, and returns when the node can send. Called once, before any other method but {@link #self} and {@link #nodes}.
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
        boolean there = node.equals(self().name()) || nodes().stream().anyMatch(other -> node.equals(other.name()));
        return CompletableFuture.completedFuture(there);
    }

    /** Sends to all other nodes that may have subscribers for the topic, with the {@linkplain Broadcast#position position}. */
    void broadcast(Broadcast broadcast);

    /**
     * Sends to one node only.
     *
     * @return whether a node of that name is connected
     */
    boolean directBroadcast(String node, Broadcast broadcast);

    /**
     * Sends a message to another node. What one thread sends to one node arrives in order, or not at all.
     *
     * @param kind says who takes it there: 1 to 255 bytes
     * @param message of at most {@link dev.simurgh.pubsub.Node#MAX_MESSAGE_BYTES}; the caller's, and may be changed after this has returned
     * @return whether that very node is connected, and the message is on its way. If it is not, the node must not get it
     */
    boolean send(NodeId to, String kind, byte[] message);

    /**
     * Sends a message to all other nodes that are connected now, as {@link #send} does.
     *
     * @return to how many it is on its way. Unless overridden, it is sent to one after the other.
     */
    default int sendToAll(String kind, byte[] message) {
        int taken = 0;
        for (NodeId node : nodes()) {
            taken += send(node, kind, message) ? 1 : 0;
        }
        return taken;
    }

    /**
     * Hears that this node has got its first subscriber for a topic. Calls for one topic come in order, and are made in a lock, so the
     * answer is given later or at once, but nothing that calls back is done in here.
     *
     * @return completes when what other nodes broadcast to the topic from then on reaches this one. Joins wait for it. If it fails, those
     *     who wait are refused, and the next who subscribes has this called again, maybe without a {@link #topicRemoved} before. An adapter
     *     that loses nothing meanwhile, or cannot tell, returns a completed one, as this does.
     */
    default CompletableFuture<Void> topicAdded(String topic) {
        return CompletableFuture.completedFuture(null);
    }

    /** Hears that this node has lost its last subscriber for a topic; maybe before {@link #topicAdded} was answered. */
    default void topicRemoved(String topic) {}

    /**
     * What the adapter tells of itself in numbers, named {@code simurgh.cluster.…}; how many nodes there are is told without it. Asked once, when it has
     * started. Default nothing.
     */
    default List<Metric> metrics() {
        return List.of();
    }

    /** Leaves the cluster. */
    @Override
    void close();

    /**
     * A node's side of its cluster adapter. Callable from any thread; nothing blocks, and nothing is thrown, whatever listeners and
     * handlers do.
     *
     * <p>What is told of one node is told one at a time: {@code nodeUp}, then what comes from it, then {@code nodeDown}. The same for {@code
     * away} and {@code back}. Changes of different nodes are told one at a time, too; messages of different nodes may come together.
     */
    interface Receiver {
        /** Takes what another node has broadcast, and hands it to the subscribers here. */
        void broadcast(Broadcast broadcast);

        /**
         * Takes a message of another node. Never before {@link #nodeUp} of this very node has returned, and never after its {@link
         * #nodeDown}.
         *
         * @param message the receiver's own
         */
        default void message(NodeId from, String kind, byte[] message) {}

        /** Hears that another node has connected; {@link #nodes} has it by now. */
        default void nodeUp(NodeId node) {}

        /** Hears that another node has gone, behind the last broadcast that came from it; {@link #nodes} no longer has it. */
        default void nodeDown(NodeId node) {}

        /** Hears that the cluster is out of reach, as a broker whose connection is lost. */
        default void away() {}

        /** Hears that it is reached again, and that all topics of this node are subscribed to as before. */
        default void back() {}
    }
}
