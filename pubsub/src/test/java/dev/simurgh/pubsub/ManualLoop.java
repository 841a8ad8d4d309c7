package dev.simurgh.pubsub;

import java.util.ArrayDeque;
import java.util.Queue;

/** An event loop whose tasks run when the test says so, on the test's thread. */
final class ManualLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean inside;

    @Override
    public boolean inEventLoop() {
        return inside;
    }

    @Override
    public void execute(Runnable task) {
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

    /** Runs tasks until there is none. */
    void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            turn(task);
        }
    }

    int waiting() {
        return tasks.size();
    }
}
