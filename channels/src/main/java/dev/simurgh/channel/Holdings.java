package dev.simurgh.channel;

import dev.simurgh.pubsub.Subscription;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What ends with its channel: the timers and the extra subscriptions. Safe for use by many threads. */
final class Holdings {
    private @Nullable Set<Timer> timers;
    private @Nullable Set<Subscription> subscriptions;
    private boolean released;

    /** Holds a timer, or returns false if it is too late for that. */
    synchronized boolean hold(Timer timer) {
        if (!released) {
            if (timers == null) {
                timers = new HashSet<>(4);
            }
            timers.add(timer);
        }
        return !released;
    }

    /** Holds a subscription, or returns false if it is too late for that. */
    synchronized boolean hold(Subscription subscription) {
        if (!released) {
            if (subscriptions == null) {
                subscriptions = new HashSet<>(4);
            }
            subscriptions.removeIf(Subscription::isCancelled);
            subscriptions.add(subscription);
        }
        return !released;
    }

    synchronized void forget(Timer timer) {
        if (timers != null) {
            timers.remove(timer);
        }
    }

    /** Ends all that is held, and all that somebody will try to hold. */
    void release() {
        List<Timer> pending;
        List<Subscription> subscribed;
        synchronized (this) {
            released = true;
            pending = timers == null ? List.of() : List.copyOf(timers);
            subscribed = subscriptions == null ? List.of() : List.copyOf(subscriptions);
            timers = null;
            subscriptions = null;
        }
        pending.forEach(Timer::cancel);
        subscribed.forEach(Subscription::cancel);
    }
}
