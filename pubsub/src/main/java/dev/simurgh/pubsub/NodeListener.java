package dev.simurgh.pubsub;

/**
 * Hears of the other nodes of a cluster. Called on a thread of the cluster adapter, one event at a time; must not block. What it throws is
 * logged, and hurts nobody.
 *
 * <p>Of one node {@code nodeUp} and {@code nodeDown} take turns. Its {@linkplain MessageHandler messages} come in between.
 */
public interface NodeListener {
    /** Another node has connected. It may be one that was down before: then it was cut off meanwhile, and is the same node. */
    default void nodeUp(NodeId node) {}

    /** Another node has left, died, or is no longer reached. */
    default void nodeDown(NodeId node) {}

    /**
     * This node has lost what connects it to the cluster, such as a broker. Until {@link #clusterBack} broadcasts reach this node only, and
     * others' do not reach it. Nodes that are connected to each other directly do not tell this: they lose each other one by one.
     */
    default void clusterAway() {}

    /** The cluster is there again, with all topics of this node. What was broadcast meanwhile is lost. */
    default void clusterBack() {}
}
