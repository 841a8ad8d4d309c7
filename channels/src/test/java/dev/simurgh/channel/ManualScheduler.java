package dev.simurgh.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** A scheduler that keeps its tasks until the test runs them. */
final class ManualScheduler implements Executor {
    private final List<Runnable> tasks = new ArrayList<>();
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
        if (tasks.isEmpty()) {
            return false;
        }
        tasks.remove(0).run();
        return true;
    }

    /** Runs any of the tasks: they may be on different threads. */
    void runAny(Random random) {
        if (!tasks.isEmpty()) {
            tasks.remove(random.nextInt(tasks.size())).run();
        }
    }

    int waiting() {
        return tasks.size();
    }
}
