package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends what has waited for too long, although the store does not answer. All wait for the same time, so that they are in the order of their
 * deadlines, and one timer is enough.
 */
final class Deadlines<T extends Deadlines.Waiting> {
    /** Something that has a deadline. */
    abstract static class Waiting {
        private long deadline;
        private boolean settled; // guarded by the deadlines' lock

        /** Called once at most, on the timer's thread, unless it was settled before. */
        abstract void expired();
    }

    private final Timers timers;
    private final Duration limit;
    private final ArrayDeque<T> waiting = new ArrayDeque<>(); // guarded by this
    private Runnable timer = () -> {}; // guarded by this
    private boolean armed; // guarded by this
    private boolean closed; // guarded by this

    Deadlines(Timers timers, Duration limit) {
        this.timers = timers;
        this.limit = limit;
    }

    synchronized void add(T item) {
        ((Waiting) item).deadline = timers.nanoTime() + limit.toNanos();
        waiting.add(item);
        if (!armed) {
            arm(limit.toNanos());
        }
    }

    /** Forgets it: it has an answer. */
    synchronized void settle(T item) {
        ((Waiting) item).settled = true;
        forgetSettled();
    }

    private void forgetSettled() {
        for (T first = waiting.peek(); first != null && ((Waiting) first).settled; first = waiting.peek()) {
            waiting.remove();
        }
    }

    private void arm(long nanos) {
        armed = !closed;
        if (armed) {
            timer = timers.schedule(Duration.ofNanos(nanos), this::tick);
        }
    }

    private void tick() {
        for (T item : due()) {
            item.expired();
        }
    }

    private synchronized List<T> due() {
        List<T> due = new ArrayList<>();
        long now = timers.nanoTime();
        forgetSettled();
        for (T first = waiting.peek(); first != null && ((Waiting) first).deadline - now <= 0; first = waiting.peek()) {
            waiting.remove();
            if (!((Waiting) first).settled) {
                due.add(first);
            }
        }
        T next = waiting.peek();
        armed = false;
        if (next != null) {
            arm(((Waiting) next).deadline - now);
        }
        return due;
    }

    /** Ends the timer. */
    synchronized void close() {
        closed = true;
        timer.run();
    }
}
