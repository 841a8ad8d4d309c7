package dev.simurgh.channel;

import dev.simurgh.pubsub.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/** An event loop whose tasks run when the test says so, on the test's thread. */
final class ManualLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean inside;
    /** Whether it has ended, and takes no more. */
    boolean ended;

    @Override
    public boolean inEventLoop() {
        return inside;
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("test");
        }
        tasks.add(task);
    }

    /** Runs something as if on this loop, now. */
    void turn(Runnable code) {
        boolean before = inside;
        inside = true;
        try {
            code.run();
        } finally {
            inside = before;
        }
    }

    /** Runs the next task, if there is one. */
    boolean runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            turn(task);
        }
        return task != null;
    }

    /** Runs tasks until there is none. */
    void runAll() {
        while (runOne()) {}
    }
}
