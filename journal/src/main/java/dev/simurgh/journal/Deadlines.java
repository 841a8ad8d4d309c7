package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Ends what has waited for too long, although the store does not answer. All wait for the same time, so that they are in the order of their
 * deadlines, and one timer is enough. What has an answer is not held, whatever still waits before it: it may be large.
 */
final class Deadlines {
    /** Something that has a deadline; told from others by what it is. */
    abstract static class Waiting {
        private long deadline; // guarded by the deadlines

        /**
         * Called once at most, on the timer's thread, unless it was settled before.
         *
         * @return what tells who waits, which is run on a thread of the executor
         */
        abstract Runnable expired();
    }

    private final Timers timers;
    private final Executor executor;
    private final Duration limit;
    private final Set<Waiting> waiting = new LinkedHashSet<>(); // guarded by this
    private Runnable timer = () -> {}; // guarded by this
    private boolean armed; // guarded by this
    private boolean closed; // guarded by this

    Deadlines(Timers timers, Executor executor, Duration limit) {
        this.timers = timers;
        this.executor = executor;
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
        expire(due());
    }

    /** All in one task: an executor may have a thread for each, and there may be thousands when a store hangs. */
    private void expire(Collection<Waiting> items) {
        if (items.isEmpty()) {
            return;
        }
        List<Runnable> answers = new ArrayList<>(items.size());
        for (Waiting item : items) {
            answers.add(item.expired());
        }
        Runnable all = () -> answers.forEach(Runnable::run);
        try {
            executor.execute(all);
        } catch (Throwable thrown) { // it takes nothing, or there is no thread for it
            all.run();
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
            all.remove();
            due.add(first);
        }
        return due;
    }

    /** Ends what still waits, and the timer. */
    void close() {
        Runnable cancel;
        List<Waiting> rest;
        synchronized (this) {
            closed = true;
            cancel = timer;
            rest = List.copyOf(waiting);
            waiting.clear();
        }
        try {
            cancel.run();
        } finally {
            expire(rest);
        }
    }
}
