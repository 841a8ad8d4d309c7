package dev.simurgh.pubsub;

import java.util.concurrent.Executor;

/**
 * Runs tasks one at a time and in the order in which they came: the home of a subscription.
 *
 * <p>Subscriber lists are kept per event loop object and touched by it alone, so a loop is told from another by identity.
 * {@link #execute} may be called from any thread.
 */
public interface EventLoop extends Executor {
    /** Tells whether the calling thread is the one that runs this loop's tasks now. */
    boolean inEventLoop();
}
