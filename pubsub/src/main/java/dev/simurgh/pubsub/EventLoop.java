package dev.simurgh.pubsub;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks one at a time and in the order in which they came: the home of a subscription.
 *
 * <p>Subscriber lists are kept per event loop object and touched by it alone, so a loop is told from another by identity.
 * {@link #execute} may be called from any thread.
 *
 * <p>There is one rule for rejection. {@link #execute} either takes a task, which then runs, or throws {@link
 * RejectedExecutionException}, and then the task never runs. A loop that has ended rejects everything, and says so by {@link
 * #hasEnded}; one that has not may reject a task for want of a thread, and take the next. What a loop had taken when it ended may be lost
 * with it. Who has nothing to do on a loop that has ended uses {@link #tryExecute}; who must undo something catches the exception.
 */
public interface EventLoop extends Executor {
    /** Tells whether the calling thread is the one that runs this loop's tasks now. */
    boolean inEventLoop();

    /**
     * Runs a task behind those given earlier. Callable from any thread.
     *
     * @throws RejectedExecutionException if the task will not run, because the loop has ended or has no thread for it
     */
    @Override
    void execute(Runnable task);

    /** Tells whether the loop runs nothing any more, for ever, so that what is registered for it can be forgotten. Default no. */
    default boolean hasEnded() {
        return false;
    }

    /**
     * Runs a task behind those given earlier or, if the loop rejects it, not at all. Callable from any thread.
     *
     * @return whether the loop has taken it
     */
    default boolean tryExecute(Runnable task) {
        try {
            execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
