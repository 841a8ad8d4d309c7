package dev.simurgh.pubsub;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/** An event loop whose tasks run when the test says so, on the test's thread. */
public final class ManualLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean inside;
    /** Whether it has ended, and takes no more. */
    public boolean ended;
    /** Whether it takes nothing now, and will later. */
    public boolean full;
    /** How often it was given something, or should have been. */
    public int asked;

    @Override
    public boolean inEventLoop() {
        return inside;
    }

    @Override
    public void execute(Runnable task) {
        asked++;
        if (ended || full) {
            throw new RejectedExecutionException("test");
        }
        tasks.add(task);
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    /** Runs something as if on this loop, now. */
    public void turn(Runnable code) {
        boolean before = inside;
        inside = true;
        try {
            code.run();
        } finally {
            inside = before;
        }
    }

    /** Runs something as if on another thread, now. */
    public void elsewhere(Runnable code) {
        boolean before = inside;
        inside = false;
        try {
            code.run();
        } finally {
            inside = before;
        }
    }

    /** Runs the next task, if there is one. */
    public boolean runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            turn(task);
        }
        return task != null;
    }

    /** Runs tasks until there is none. */
    public void runAll() {
        while (runOne()) {}
    }

    public int waiting() {
        return tasks.size();
    }
}
