package dev.simurgh.presence;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.presence.PresenceMessage.Changes;
import dev.simurgh.presence.PresenceMessage.Hello;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Tells all other nodes what changes here: at once while little does, on the thread that has changed it; else now and then, all that has come together. For any thread.
 *
 * <p>Nothing is queued for it. What was not told yet is what the {@link ChangeLog} has behind the version that was told last, and what has changed twice since then is told once.
 */
final class Announcer {
    /** So many messages in a row; then others have their turn. */
    private static final int MAX_DELTAS = 8;

    private final Registry registry;
    private final ChangeLog changes;
    private final Timers timers;
    private final long everyNanos;
    private final Consumer<PresenceMessage> toAll;
    /** Somebody is telling, or a timer is set for it. */
    private final AtomicBoolean busy = new AtomicBoolean();

    private volatile long told;
    // Of whoever is busy.
    private long last;
    private boolean toldBefore;

    Announcer(Registry registry, ChangeLog changes, Timers timers, Duration every, Consumer<PresenceMessage> toAll) {
        this.registry = registry;
        this.changes = changes;
        this.timers = timers;
        this.everyNanos = every.toNanos();
        this.toAll = toAll;
    }

    /** Up to which version the others were told. */
    long told() {
        return told;
    }

    /** Something may have changed. */
    void changed() {
        while (told < changes.version() && busy.compareAndSet(false, true)) {
            boolean later = false;
            try {
                later = toldBefore && waits(last + everyNanos - timers.nanoTime());
                if (!later) {
                    later = tell() && waits(everyNanos);
                }
            } finally {
                doneUnless(later);
            }
        }
    }

    private boolean waits(long nanos) {
        if (nanos <= 0) {
            return false;
        }
        timers.schedule(Duration.ofNanos(nanos), this::due);
        return true;
    }

    private void due() {
        boolean later = false;
        try {
            later = tell() && waits(everyNanos);
        } finally {
            doneUnless(later);
        }
        changed();
    }

    /** If a timer is set, it may have gone off and be done already: then nothing of it may be touched here any more. */
    private void doneUnless(boolean later) {
        if (!later) {
            busy.set(false);
        }
    }

    /** Returns whether there is more to tell. */
    private boolean tell() {
        boolean more = true;
        for (int i = 0; i < MAX_DELTAS && more; i++) {
            Delta delta = registry.locked(() -> changes.since(told));
            if (delta == null) { // so much was removed meanwhile that it is not remembered: they ask
                told = changes.version();
                toAll.accept(new Hello(told));
                return false;
            }
            more = delta.more();
            told = delta.to();
            toAll.accept(new Changes(delta.alone()));
        }
        last = timers.nanoTime();
        toldBefore = true;
        return more;
    }
}
