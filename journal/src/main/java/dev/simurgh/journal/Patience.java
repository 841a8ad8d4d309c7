package dev.simurgh.journal;

import java.time.Duration;

/**
 * How often the same is tried again in a store that others write to as well: for a number of times and for a time, since others may do hundreds of appends in the time of a
 * statement that waits for its turn. A store that contradicts itself is tried for that number of times only. For one thread at a time.
 */
final class Patience {
    /** Both must have passed. */
    private static final int LEAST_ATTEMPTS = 20;

    private static final Duration LEAST_TIME = Duration.ofSeconds(10);

    private final String stream;
    private long sinceNanos;
    private int attempts;
    /** In a row: it ends where it was said to, and was refused all the same, as once after a failover. */
    private int contradictions;

    Patience(String stream) {
        this.stream = stream;
    }

    /** Whether somebody who has waited since then has waited long enough. */
    static boolean isOver(long sinceNanos, long nowNanos) {
        return nowNanos - sinceNanos >= LEAST_TIME.toNanos();
    }

    /** Something else is tried for the first time. */
    void begin(long nowNanos) {
        sinceNanos = nowNanos;
        attempts = 1;
    }

    /** The store has taken it. */
    void stored() {
        contradictions = 0;
    }

    /** The store has not taken it: others were faster, or it contradicts itself. */
    void refused(boolean contradicts) {
        contradictions = contradicts ? contradictions + 1 : 0;
    }

    /** Whether it is to be tried again; that counts as done. */
    boolean mayTryAgain(long nowNanos) {
        if (isContradicted() || (attempts >= LEAST_ATTEMPTS && isOver(sinceNanos, nowNanos))) {
            return false;
        }
        attempts++;
        return true;
    }

    private boolean isContradicted() {
        return contradictions >= LEAST_ATTEMPTS;
    }

    /**
     * Says why it is not tried again.
     *
     * @param offset where the stream was said to end
     */
    JournalException gaveUp(long offset) {
        boolean contradicted = isContradicted();
        contradictions = 0;
        return new JournalException(
                contradicted
                        ? "not stored: the store says that " + stream + " ends at " + offset
                                + ", and takes nothing there (expected: a store that keeps to its word)"
                        : "not stored: others have changed " + stream + " before each of " + attempts
                                + " attempts (expected: fewer processes that write to one stream)",
                false,
                null);
    }
}
