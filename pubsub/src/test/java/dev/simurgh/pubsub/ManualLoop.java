package dev.simurgh.pubsub;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/** An event loop whose tasks run when the test says so, on the test's thread. */
final class ManualLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean inside;
    /** Whether it has ended, and takes no more. */
    boolean ended;
    /** How often it was given something, or should have been. */
    int asked;

    @Override
    public boolean inEventLoop() {
        return inside;
    }

    @Override
    public void execute(Runnable task) {
        asked++;
        if (ended) {
            throw new RejectedExecutionException("test");
        }
        tasks.add(task);
    }

    @Override
    public boolean hasEnded() {
        return ended;
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

    /** Runs the next task. */
    void runOne() {
        turn(tasks.remove());
    }

    /** Runs tasks until there is none. */
    void runAll() {
        while (!tasks.isEmpty()) {
            runOne();
        }
    }

    int waiting() {
        return tasks.size();
    }
}
