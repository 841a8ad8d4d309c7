package dev.simurgh.cluster.jgroups;

import java.util.function.IntSupplier;

/**
 * What another node's clock shows, in milliseconds, as far as its answers tell: never later than it really is. Both clocks begin anywhere,
 * and overflow. For any thread.
 */
final class PeerClock {
    /** An answer that was under way for longer tells too little. */
    static final int MAX_ROUND_TRIP_MILLIS = 5_000;

    private static final int REFRESH_MILLIS = 60_000;

    private final IntSupplier here;
    private boolean known;
    private int ahead;
    private int asked;

    PeerClock(IntSupplier here) {
        this.here = here;
        asked = here.getAsInt();
    }

    int here() {
        return here.getAsInt();
    }

    /**
     * Takes an answer: what the other clock showed as it was given, and what the one here showed as it was asked for. Tells whether it
     * came in time to be of use.
     */
    synchronized boolean learn(int there, int question) {
        int now = here.getAsInt();
        if (now - question > MAX_ROUND_TRIP_MILLIS) {
            return false;
        }
        ahead = there - now;
        known = true;
        return true;
    }

    synchronized boolean isKnown() {
        return known;
    }

    synchronized int there() {
        return here.getAsInt() + ahead;
    }

    /** Whether to ask again, since no two clocks run alike; a yes is told once. */
    synchronized boolean asks() {
        int now = here.getAsInt();
        boolean due = known && now - asked > REFRESH_MILLIS;
        if (due) {
            asked = now;
        }
        return due;
    }
}
