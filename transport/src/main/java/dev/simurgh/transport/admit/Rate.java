package dev.simurgh.transport.admit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A token bucket: so many in a second, and as many at once after a second without any; never twice as many across the turn
 * of a second. Kept as one time, up to which all tokens are used: each takes its share of a second, and what lies more than a second back is
 * lost. For any thread.
 */
final class Rate {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long share;
    private final LongSupplier nanoTime;
    private final AtomicLong usedUpTo;

    /** Makes a full one. */
    Rate(int perSecond, LongSupplier nanoTime) {
        this.share = SECOND / perSecond;
        this.nanoTime = nanoTime;
        this.usedUpTo = new AtomicLong(nanoTime.getAsLong() - SECOND);
    }

    /** Takes a token, if there is one. */
    boolean take() {
        long now = nanoTime.getAsLong();
        while (true) {
            long before = usedUpTo.get();
            long used = Math.min(now - before, SECOND);
            if (used < share) {
                return false;
            }
            if (usedUpTo.compareAndSet(before, now - used + share)) {
                return true;
            }
        }
    }
}
