package dev.simurgh.pubsub;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for an event loop: broadcasts, and frames that channels push from other threads. Counted in bytes of what it pins.
 *
 * <p>Over a soft limit the loop counts as behind. Whoever can stop making more does, which are the client connections that broadcast to
 * it: they are not read until half of the limit is left. Over a hard limit what comes is dropped and counted; only what is owed to a
 * client, such as a reply, is taken then. Methods may be called from any thread unless they say otherwise.
 *
 * <p>A second thing that waits is what comes up on the loop itself while it delivers a broadcast: a broadcast that a subscriber makes
 * must not overtake the one that it was called for, and what the subscriber sends next must not overtake that. Such things wait in {@link
 * #afterwards}, which the loop empties when the delivery is over, a number of them at a time so that its connections get their turn.
 */
public final class Backlog {
    private static final Logger log = LoggerFactory.getLogger(Backlog.class);

    /** What a task weighs besides its content: two objects and a place in a queue, rounded up. */
    private static final int TASK_BYTES = 96;

    private static final int BATCH = 64;

    private final EventLoop loop;
    private final BacklogLimits limits;
    private final BacklogListener listener;
    private final Optional<Backlog> itself = Optional.of(this);
    private final AtomicLong waiting = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final Seldom seldom = new Seldom();

    private final Object lock = new Object(); // for the three below
    private final Set<Wait> waits = new LinkedHashSet<>();
    private long behindSince;
    private boolean ended;
    private volatile boolean behind; // written under the lock

    // Touched by the loop only.
    private final ArrayDeque<Waiting> afterwards = new ArrayDeque<>();
    private boolean delivering;
    private boolean emptying;
    private boolean goesOn;

    Backlog(EventLoop loop, BacklogLimits limits, BacklogListener listener) {
        this.loop = loop;
        this.limits = limits;
        this.listener = listener;
    }

    /** Tells whether the caller is on the loop, and nothing that came up there before still waits: what it does now is in order. */
    public boolean isInTurn() {
        return loop.inEventLoop() && afterwards.isEmpty();
    }

    /**
     * Gives the loop a task that may be dropped.
     *
     * @param bytes what the task pins
     * @return whether it was taken: not if the hard limit is reached, which is counted, nor if the loop has ended
     */
    public boolean offer(int bytes, Runnable task) {
        return offer(bytes, task, limits.dropBytes());
    }

    /**
     * As {@link #offer}, but also on the loop itself as a task behind all that it was given: so what several threads offer in this way, one after the other, runs
     * in that order.
     */
    public boolean offerInOrder(int bytes, Runnable task) {
        Waiting waits = weighed(bytes, task, limits.dropBytes());
        return waits != null && queue(waits);
    }

    /** As {@link #offer}, with twice the room: for the few things that somebody relies on. */
    boolean offerUrgent(int bytes, Runnable task) {
        return offer(bytes, task, limits.urgentDropBytes());
    }

    private boolean offer(int bytes, Runnable task, long limit) {
        Waiting waits = weighed(bytes, task, limit);
        return waits != null && enqueue(waits);
    }

    /** Counts a task as waiting; null if there is no room for it. */
    private @Nullable Waiting weighed(int bytes, Runnable task, long limit) {
        int weight = bytes + TASK_BYTES;
        long total = waiting.addAndGet(weight);
        if (total - weight >= limit) {
            done(weight);
            drop();
            return null;
        }
        noticeBehind(total);
        return new Waiting(weight, task);
    }

    /**
     * Gives the loop a task that is owed to somebody, and is never dropped unless the loop has ended.
     *
     * @param bytes what the task pins
     * @return this, if the loop is behind: who can stop making more should
     */
    public Optional<Backlog> add(int bytes, Runnable task) {
        int weight = bytes + TASK_BYTES;
        noticeBehind(waiting.addAndGet(weight));
        enqueue(new Waiting(weight, task));
        return ifBehind();
    }

    /** Runs a task that weighs nothing: now if that is in order, else behind what came before. Not at all if the loop has ended. */
    public void execute(Runnable task) {
        if (isInTurn()) {
            task.run();
        } else {
            enqueue(new Waiting(0, task));
        }
    }

    private boolean enqueue(Waiting task) {
        if (loop.inEventLoop()) {
            afterwards.add(task);
            goOnSoon();
            return true;
        }
        return queue(task);
    }

    private boolean queue(Waiting task) {
        if (loop.tryExecute(task)) {
            return true;
        }
        done(task.weight);
        return false;
    }

    /** Tells whether the loop is behind: it passed the soft limit, and has not come down to half of it since. */
    public boolean isBehind() {
        return behind;
    }

    /** How many bytes wait. */
    public long bytes() {
        return waiting.get();
    }

    /** How much was dropped, in broadcasts and pushes. */
    public long dropped() {
        return dropped.sum();
    }

    /**
     * Calls back once the loop is no longer behind, or has ended: once, on any thread, and at once if it is not behind now. Must not
     * block.
     *
     * @return cancels that; harmless when it has been called
     */
    public Runnable whenCaughtUp(Runnable callback) {
        Wait wait = new Wait(callback);
        synchronized (lock) {
            if (behind) {
                waits.add(wait);
                return () -> cancel(wait);
            }
        }
        wait.over();
        return () -> {};
    }

    private void cancel(Wait wait) {
        synchronized (lock) {
            waits.remove(wait);
        }
    }

    Optional<Backlog> ifBehind() {
        return behind ? itself : Optional.empty();
    }

    private void noticeBehind(long total) {
        if (total <= limits.pauseBytes() || behind) {
            return;
        }
        synchronized (lock) {
            if (behind || ended) {
                return;
            }
            behind = true;
            behindSince = System.nanoTime();
        }
        listener.behind(total);
        noticeCaughtUp(waiting.get()); // it may have come down before it was known to be behind
    }

    private void done(int weight) {
        noticeCaughtUp(waiting.addAndGet(-weight));
    }

    private void noticeCaughtUp(long left) {
        if (behind && left <= limits.resumeBytes()) {
            caughtUp(false);
        }
    }

    /** The loop has ended, and nobody waits for it any more. */
    void end() {
        caughtUp(true);
    }

    private void caughtUp(boolean end) {
        List<Wait> done;
        long nanos;
        synchronized (lock) {
            ended |= end;
            boolean over = ended || waiting.get() <= limits.resumeBytes();
            if (!behind || !over) {
                return;
            }
            behind = false;
            nanos = System.nanoTime() - behindSince;
            done = List.copyOf(waits);
            waits.clear();
        }
        listener.caughtUp(nanos);
        done.forEach(Wait::over);
    }

    private void drop() {
        dropped.increment();
        long before = seldom.leftOut();
        if (before >= 0) {
            log.warn("event loop behind by {} bytes: dropped a message, and {} before it", waiting.get(), before);
        }
    }

    // On the loop.

    boolean isDelivering() {
        return delivering;
    }

    void deliveryBegins() {
        delivering = true;
    }

    void deliveryIsOver() {
        delivering = false;
        empty();
    }

    private void empty() {
        if (emptying) {
            return; // whoever does goes on
        }
        emptying = true;
        for (int n = 0; n < BATCH && !afterwards.isEmpty(); n++) {
            afterwards.remove().runNow();
        }
        emptying = false;
        goOnSoon();
    }

    private void goOnSoon() {
        if (!afterwards.isEmpty() && !delivering && !emptying && !goesOn) {
            goesOn = true;
            if (!loop.tryExecute(this::goOn)) {
                goesOn = false;
                goOnNow();
            }
        }
    }

    /** The loop takes nothing: it has ended, in the middle of a delivery, or it has no later turn to give. */
    private void goOnNow() {
        if (loop.hasEnded()) {
            afterwards.forEach(task -> done(task.weight));
            afterwards.clear();
            return;
        }
        emptying = true;
        while (!afterwards.isEmpty()) {
            afterwards.remove().runNow();
        }
        emptying = false;
    }

    private void goOn() {
        goesOn = false;
        empty();
    }

    /** A task in the loop's queue, or behind a delivery. */
    private final class Waiting implements Runnable {
        final int weight;
        private final Runnable task;

        Waiting(int weight, Runnable task) {
            this.weight = weight;
            this.task = task;
        }

        @Override
        public void run() {
            if (isInTurn() && !delivering) { // a loop may run what it is given at once
                runNow();
            } else {
                enqueue(this);
            }
        }

        void runNow() {
            try {
                task.run();
            } catch (Throwable thrown) { // an Error, too, must not cost the others their turn
                log.error("task of an event loop failed", thrown);
            } finally {
                if (weight > 0) {
                    done(weight);
                }
            }
        }
    }

    /** One call of {@link #whenCaughtUp}, told from others by identity. */
    private static final class Wait {
        private final Runnable callback;

        Wait(Runnable callback) {
            this.callback = callback;
        }

        void over() {
            try {
                callback.run();
            } catch (Throwable thrown) { // an Error, too, must not keep the others waiting
                log.error("callback of an event loop's backlog failed", thrown);
            }
        }
    }
}
