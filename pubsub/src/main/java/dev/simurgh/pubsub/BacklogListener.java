package dev.simurgh.pubsub;

/** Hears of event loops that are behind. Called on any thread, event loops among them: must be quick and must not throw. */
public interface BacklogListener {
    /** Hears nothing. */
    BacklogListener NONE = new BacklogListener() {};

    /** A loop has passed the soft limit: so many bytes wait for it. */
    default void behind(long bytes) {}

    /** A loop has caught up, or ended. Called once for each {@link #behind}. */
    default void caughtUp(long nanos) {}

    /** A broadcast was dropped for all subscribers of one event loop. */
    default void broadcastDropped() {}
}
