package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Time and a thread that move when the test says so. */
final class ManualTime implements Timers, Executor {
    private record Due(long nanos, long number, Runnable task) {}

    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private long now = 1_000_000_000_000L;
    private long number;

    @Override
    public synchronized Runnable schedule(Duration delay, Runnable task) {
        Due one = new Due(now + delay.toNanos(), number++, task);
        due.add(one);
        return () -> cancel(one);
    }

    private synchronized void cancel(Due one) {
        due.remove(one);
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** How many timers are set. */
    synchronized int waiting() {
        return due.size();
    }

    /** Runs what there is to run without time passing. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass in the middle of a task: what is due by then comes later. */
    synchronized void tick(Duration time) {
        now += time.toNanos();
    }

    void pass(Duration time) {
        run();
        long until = nanoTime() + time.toNanos();
        for (Due next = next(until); next != null; next = next(until)) {
            next.task.run();
            run();
        }
        synchronized (this) {
            now = until;
        }
    }

    private synchronized @Nullable Due next(long until) {
        Due first = due.peek();
        if (first == null || first.nanos > until) {
            return null;
        }
        now = Math.max(now, first.nanos);
        return due.remove();
    }
}
