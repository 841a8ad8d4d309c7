package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends what has waited for too long, although the store does not answer. All wait for the same time, so that they are in the order of their
 * deadlines, and one timer is enough. What has an answer is not held, whatever still waits before it: it may be large.
 */
final class Deadlines {
    /** Something that has a deadline; told from others by what it is. */
    abstract static class Waiting {
        private long deadline; // guarded by the deadlines

        /** Called once at most, on the timer's thread, unless it was settled before. */
        abstract void expired();
    }

    private final Timers timers;
    private final Duration limit;
    private final Set<Waiting> waiting = new LinkedHashSet<>(); // guarded by this
    private Runnable timer = () -> {}; // guarded by this
    private boolean armed; // guarded by this
    private boolean closed; // guarded by this

    Deadlines(Timers timers, Duration limit) {
        this.timers = timers;
        this.limit = limit;
    }

    synchronized void add(Waiting item) {
        item.deadline = timers.nanoTime() + limit.toNanos();
        waiting.add(item);
        if (!armed) {
            arm(limit.toNanos());
        }
    }

    /** Forgets it: it has an answer. */
    synchronized void settle(Waiting item) {
        waiting.remove(item);
    }

    /** How many wait. */
    synchronized int size() {
        return waiting.size();
    }

    private void arm(long nanos) {
        armed = !closed;
        if (armed) {
            timer = timers.schedule(Duration.ofNanos(nanos), this::tick);
        }
    }

    private void tick() {
        for (Waiting item : due()) {
            item.expired();
        }
    }

    private synchronized List<Waiting> due() {
        List<Waiting> due = new ArrayList<>();
        long now = timers.nanoTime();
        armed = false;
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting first = all.next();
            if (first.deadline - now > 0) {
                arm(first.deadline - now);
                break;
            }
            due.add(first);
            all.remove();
        }
        return due;
    }

    /** Ends the timer. */
    synchronized void close() {
        closed = true;
        timer.run();
    }
}
