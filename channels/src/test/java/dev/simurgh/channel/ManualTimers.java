package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that moves when the test says so. */
final class ManualTimers implements Timers {
    private record Due(long nanos, long number, Runnable task) {}

    private final PriorityQueue<Due> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));
    /** How often somebody has asked for the time. */
    int looks;

    private long now;
    private long number;

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        if (delay.compareTo(Duration.ofNanos(Long.MAX_VALUE - now)) >= 0) {
            return () -> {}; // never
        }
        Due due = new Due(now + delay.toNanos(), number++, task);
        waiting.add(due);
        return () -> waiting.remove(due);
    }

    @Override
    public long nanoTime() {
        looks++;
        return now;
    }

    /** Moves on, and after each task that has become due does whatever it has set off. */
    void advance(Duration by, Runnable afterEach) {
        long until = now + by.toNanos();
        for (Due due = waiting.peek(); due != null && due.nanos <= until; due = waiting.peek()) {
            waiting.remove(due);
            now = due.nanos;
            due.task.run();
            afterEach.run();
        }
        now = until;
    }

    int waiting() {
        return waiting.size();
    }
}
