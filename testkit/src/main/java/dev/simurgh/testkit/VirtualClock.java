package dev.simurgh.testkit;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves when the test says so. What is due runs on the thread that advances it, in the order of its time, and in the order
 * in which it was scheduled where the time is the same.
 *
 * <p>For one thread. {@link #schedule} and {@link #nanoTime} may also be called by others, between two steps of the test.
 */
public final class VirtualClock implements Timers {
    private record Due(long nanos, long number, Runnable task) {}

    private final PriorityQueue<Due> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));
    private final List<BooleanSupplier> settlers = new ArrayList<>();
    private long now;
    private long number;

    private VirtualClock() {}

    /** Makes a clock that stands at zero. */
    public static VirtualClock create() {
        return new VirtualClock();
    }

    /** In nanoseconds, or as many as can be counted: 292 years, which no clock gets to. */
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** The time that has passed since the clock was made. */
    public synchronized Duration now() {
        return Duration.ofNanos(now);
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    /**
     * Runs a task once the clock has been advanced that far; a delay of zero or less is due at the next advance, even one by nothing,
     * and one that would overflow the clock is never due.
     *
     * @return cancels the task if it has not run yet
     */
    @Override
    public synchronized Runnable schedule(Duration delay, Runnable task) {
        if (delay.compareTo(Duration.ofNanos(Long.MAX_VALUE - now)) >= 0) {
            return () -> {}; // never
        }
        Due due = new Due(now + (delay.isNegative() ? 0 : delay.toNanos()), number++, task);
        waiting.add(due);
        return () -> cancel(due);
    }

    private synchronized void cancel(Due due) {
        waiting.remove(due);
    }

    /**
     * Moves the clock on. Each task runs at its own time, and what it sets off has run before the next; what it schedules within the
     * stretch runs, too.
     *
     * @throws IllegalArgumentException if the duration is negative, or longer than 292 years with what has passed before
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance by " + by + " (expected: a clock goes forward)");
        }
        if (by.compareTo(Duration.ofNanos(Long.MAX_VALUE - nanoTime())) > 0) {
            throw new IllegalArgumentException(
                    "advance by " + by + " (expected: no more than 292 years since the clock was made)");
        }
        long until = nanoTime() + by.toNanos();
        settle();
        for (Due due = next(until); due != null; due = next(until)) {
            due.task.run();
            settle();
        }
        reach(until);
    }

    /** How many tasks are waiting for their time. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /**
     * Has something run after each task of an advance, for as long as it says that it has done anything: whatever the task has set off
     * on event loops and mailboxes.
     */
    synchronized void afterEach(BooleanSupplier settler) {
        settlers.add(settler);
    }

    /** Runs whatever can run without time passing. */
    void settle() {
        boolean progress = true;
        while (progress) {
            progress = false;
            for (BooleanSupplier settler : settlers()) {
                progress |= settler.getAsBoolean();
            }
        }
    }

    private synchronized List<BooleanSupplier> settlers() {
        return List.copyOf(settlers);
    }

    private synchronized @Nullable Due next(long until) {
        Due due = waiting.peek();
        if (due == null || due.nanos > until) {
            return null;
        }
        now = Math.max(now, due.nanos);
        return waiting.poll();
    }

    private synchronized void reach(long until) {
        now = Math.max(now, until);
    }
}
