package dev.simurgh.benchmarks;

import dev.simurgh.pubsub.EventLoop;
import java.util.ArrayDeque;

/** An event loop that is the thread that calls; what is given to it runs when that thread says so. */
final class StandInLoop implements EventLoop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs tasks until there is none. */
    void runAll() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }
}
