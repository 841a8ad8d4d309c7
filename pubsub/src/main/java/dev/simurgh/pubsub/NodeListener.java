package dev.simurgh.pubsub;

/** Hears of the other nodes of a cluster. Called on a thread of the cluster adapter, one event at a time; must not block. */
public interface NodeListener {
    /** Another node has connected. */
    default void nodeUp(String node) {}

    /** Another node has left, died, or is no longer reached. */
    default void nodeDown(String node) {}
}
