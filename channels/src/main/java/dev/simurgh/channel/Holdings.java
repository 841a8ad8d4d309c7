package dev.simurgh.channel;

import dev.simurgh.pubsub.Subscription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What ends with its channel: the timers and the extra subscriptions; and what is to happen then. Safe for use by many threads. */
final class Holdings {
    /** How many of each kind a channel may have. */
    static final int MOST = 10_000;

    private @Nullable Set<TimerRef> timers;
    private @Nullable Set<Subscription>
            subscriptions; // ended in the order in which they began, so that tests can repeat it
    private @Nullable List<Runnable> endings;
    private boolean released;
    private boolean ended;

    /**
     * Holds a timer, or returns false if it is too late for that.
     *
     * @throws IllegalStateException if there are too many
     */
    synchronized boolean hold(TimerRef timer) {
        if (!released) {
            if (timers == null) {
                timers = new HashSet<>(4);
            }
            requireRoom("sendAfter", "timers wait", timers.size());
            timers.add(timer);
        }
        return !released;
    }

    /**
     * Holds a subscription, or returns false if it is too late for that.
     *
     * @throws IllegalStateException if there are too many
     */
    synchronized boolean hold(Subscription subscription) {
        if (!released) {
            if (subscriptions == null) {
                subscriptions = new LinkedHashSet<>(4);
            }
            subscriptions.removeIf(Subscription::isCancelled);
            requireRoom("subscribe", "subscriptions are there", subscriptions.size());
            subscriptions.add(subscription);
        }
        return !released;
    }

    /**
     * Has a task run at the end, or now if that is over.
     *
     * @throws IllegalStateException if there are too many
     */
    void atEnd(Runnable task, Consumer<Throwable> failed) {
        if (!holdEnding(task)) {
            guarded(task, failed);
        }
    }

    private synchronized boolean holdEnding(Runnable task) {
        if (!ended) {
            if (endings == null) {
                endings = new ArrayList<>(1);
            }
            requireRoom("atEnd", "tasks wait", endings.size());
            endings.add(task);
        }
        return !ended;
    }

    private static void requireRoom(String call, String what, int size) {
        if (size >= MOST) {
            throw new IllegalStateException(call + ": " + size + " " + what
                    + " already (expected: fewer for one channel, not one for each message)");
        }
    }

    synchronized void forget(TimerRef timer) {
        if (timers != null) {
            timers.remove(timer);
        }
    }

    /** Ends all that is held, and all that somebody will try to hold. */
    void release() {
        List<TimerRef> pending;
        List<Subscription> subscribed;
        synchronized (this) {
            released = true;
            pending = timers == null ? List.of() : List.copyOf(timers);
            subscribed = subscriptions == null ? List.of() : List.copyOf(subscriptions);
            timers = null;
            subscriptions = null;
        }
        pending.forEach(TimerRef::cancel);
        subscribed.forEach(Subscription::cancel);
    }

    /**
     * Does what is to happen at the end.
     *
     * @param failed hears what one of it has thrown: the others and the channel's end do not depend on it
     */
    void end(Consumer<Throwable> failed) {
        List<Runnable> due;
        synchronized (this) {
            ended = true;
            due = endings == null ? List.of() : endings;
            endings = null;
        }
        due.forEach(task -> guarded(task, failed));
    }

    private static void guarded(Runnable task, Consumer<Throwable> failed) {
        try {
            task.run();
        } catch (Throwable thrown) {
            failed.accept(thrown);
        }
    }
}
