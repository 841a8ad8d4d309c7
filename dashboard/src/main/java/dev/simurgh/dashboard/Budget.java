package dev.simurgh.dashboard;

import java.util.concurrent.TimeUnit;

/**
 * How much time walks may take: a hundredth of what passes, so that however much there is to walk through, and whoever looks, a core has 99 % of its time for
 * others. What was not used is saved, up to a bound; who looks at something for the first time may borrow, so that he need not wait. For one thread.
 */
final class Budget {
    private static final int SHARE = 100;
    private static final long SAVED = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long BORROWED = TimeUnit.MILLISECONDS.toNanos(250);

    private long credit = SAVED;
    private long since;

    Budget(long now) {
        since = now;
    }

    /** Whether there is time for a walk; for an urgent one also if it has to be borrowed. */
    boolean allows(boolean urgent, long now) {
        credit = Math.min(SAVED, credit + (now - since) / SHARE);
        since = now;
        return credit > (urgent ? -BORROWED : 0);
    }

    /** A walk has taken that long. */
    void spent(long nanos) {
        credit -= nanos;
    }
}
