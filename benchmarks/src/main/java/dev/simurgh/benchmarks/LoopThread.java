package dev.simurgh.benchmarks;

import dev.simurgh.pubsub.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An event loop with a thread of its own, which shares its time as those of the server do: a little for who comes or goes, then all tasks that have come up. */
final class LoopThread implements EventLoop, AutoCloseable {
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Queue<Runnable> traffic = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "loop");
    private volatile boolean ended;

    LoopThread() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Has somebody come or go, when it is his turn. */
    void comesOrGoes(Runnable step) {
        traffic.add(step);
        LockSupport.unpark(thread);
    }

    @Override
    public boolean inEventLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("ended");
        }
        tasks.add(task);
        LockSupport.unpark(thread);
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    private void run() {
        while (!ended) {
            runSome(traffic, System.nanoTime() + TURN_NANOS);
            runSome(tasks, Long.MAX_VALUE);
            if (traffic.isEmpty() && tasks.isEmpty()) {
                LockSupport.parkNanos(REST_NANOS);
            }
        }
    }

    private static void runSome(Queue<Runnable> queue, long end) {
        for (Runnable each = queue.poll(); each != null; each = System.nanoTime() < end ? queue.poll() : null) {
            each.run();
        }
    }

    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
    }
}
