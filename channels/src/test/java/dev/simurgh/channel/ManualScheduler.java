package dev.simurgh.channel;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** A scheduler that keeps its tasks until the test runs them. */
final class ManualScheduler implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    boolean rejecting;

    @Override
    public void execute(Runnable task) {
        if (rejecting) {
            throw new RejectedExecutionException("test");
        }
        tasks.add(task);
    }

    /** Runs the next task, if there is one. */
    boolean runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    int waiting() {
        return tasks.size();
    }
}
