package dev.simurgh.conformance;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How a replay treats time.
 *
 * @param quiet how long nothing may arrive where the recording shows no answer
 * @param patience how much later than recorded something may arrive
 * @param scale the duration of a recorded millisecond, in milliseconds; other than 1 only against a server that keeps to it
 */
record Pace(Duration quiet, Duration patience, double scale) {
    static final Pace RECORDED =
            new Pace(Duration.ofMillis(Long.getLong("conformance.quietMillis", 60)), Duration.ofSeconds(5), 1);

    /** What came unasked after at least this long was sent by a timer. */
    static final long TIMER_MS = 800;

    /** The recording client waited at least this long when it looked for an answer. */
    private static final long LOOKED_MS = 80;

    private static final long KEPT_PAUSE_MS = 500;
    private static final long LEAST_POLL_PAUSE_MS = 30;
    private static final double EARLIEST = 0.7;

    /** Whether the client looked for an answer during this time. */
    boolean looked(long gapMs) {
        return gapMs >= LOOKED_MS;
    }

    /**
     * How much of the client's pause before a step is part of the scenario, or 0: long ones, which timers hang on, and some time before
     * each request of long polling, since what was asked for before it is what the poll brings.
     */
    long keptMs(long gapMs, Step step) {
        boolean request = step.isHttp() && !step.isUpgrade() && !step.isDriver();
        if (request) {
            return Math.max(gapMs, LEAST_POLL_PAUSE_MS);
        }
        return gapMs >= KEPT_PAUSE_MS ? gapMs : 0;
    }

    /** Whether the server said something long before a timer recorded as so long can have fired. */
    boolean tooEarly(long tookNanos, long gapMs) {
        return tookNanos < nanos(gapMs) * EARLIEST;
    }

    long latestNanos(long gapMs) {
        return nanos(gapMs) + patience.toNanos();
    }

    long nanos(long recordedMs) {
        return (long) (TimeUnit.MILLISECONDS.toNanos(recordedMs) * scale);
    }
}
