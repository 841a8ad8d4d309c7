package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a connection ends, and when its channels are warned of it. On the event loop, but for {@link #left}. There is none while a connection may last
 * for good, and one timer otherwise, however often it is renewed: a timer that comes too early looks when it is to come again.
 */
final class Expiry {
    /** So long before the end, or at half of the time. */
    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** The connection. On its event loop. */
    interface Owner {
        /** Its channels are to be told. */
        void expiresSoon();

        /** Its time is over. */
        void expired();
    }

    private final Line line;
    private final Owner owner;
    private volatile long endsAt;
    private long warnsAt;
    private boolean warned;
    private long wakesAt; // if there is a timer
    private @Nullable Runnable cancelTimer;
    private boolean over;

    Expiry(Line line, Owner owner) {
        this.line = line;
        this.owner = owner;
    }

    /** Sets the end, by the clock of the timers. */
    void endAt(long nanoTime) {
        long now = timers().nanoTime();
        endsAt = nanoTime;
        warnsAt = nanoTime - Math.min(WARNING_NANOS, (nanoTime - now) / 2);
        warned = false;
        arrange(now);
    }

    /** Whether the channels have been told that this is the end. */
    boolean isWarned() {
        return warned;
    }

    /** How much time is left. For any thread. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, endsAt - timers().nanoTime()));
    }

    /** The connection has gone, or may last for good. */
    void end() {
        over = true;
        if (cancelTimer != null) {
            cancelTimer.run();
            cancelTimer = null;
        }
    }

    private void arrange(long now) {
        long next = warned ? endsAt : warnsAt;
        if (over || (cancelTimer != null && wakesAt - next <= 0)) {
            return;
        }
        if (cancelTimer != null) {
            cancelTimer.run();
        }
        wakesAt = next;
        // by a task of its own: a connection that is only opening has no transport yet that could be closed
        cancelTimer = timers().schedule(Duration.ofNanos(Math.max(0, next - now)), () -> line.execute(() -> due(next)));
    }

    /** @param wokenAt tells its timer from one that was cancelled when it had come already */
    private void due(long wokenAt) {
        if (over || wokenAt != wakesAt) {
            return;
        }
        cancelTimer = null;
        long now = timers().nanoTime();
        if (endsAt - now <= 0) {
            over = true;
            owner.expired();
            return;
        }
        if (!warned && warnsAt - now <= 0) {
            warned = true;
            owner.expiresSoon();
        }
        arrange(timers().nanoTime());
    }

    private Timers timers() {
        return line.environment().timers();
    }
}
