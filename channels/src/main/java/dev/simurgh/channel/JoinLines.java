package dev.simurgh.channel;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * How many lines about joins one connection may write: {@value #MOST} in {@value #SECONDS} s, with a count of what was left out. All that
 * is known of that stands in one number, for the sake of connections that do nothing: which stretch of time runs, and how many joins it has
 * seen. Stretches come again after two days, which costs some lines at worst.
 */
final class JoinLines {
    static final int MOST = 30;
    static final int SECONDS = 10;

    private static final long NANOS = TimeUnit.SECONDS.toNanos(SECONDS);
    private static final int COUNT_BITS = 18;
    private static final int MOST_COUNTED = (1 << COUNT_BITS) - 1;

    private JoinLines() {}

    /** The number after one more join, at this time. */
    static int next(int known, long nanoTime) {
        int stretch = (int) (nanoTime / NANOS) << COUNT_BITS;
        int count = stretch == (known & ~MOST_COUNTED) ? count(known) : 0;
        return stretch | Math.min(count + 1, MOST_COUNTED);
    }

    /** Whether the join that has just been counted has its line. */
    static boolean isRoom(int known) {
        return count(known) <= MOST;
    }

    /** How many lines were left out in the stretch of time. */
    static int leftOut(int known) {
        return Math.max(0, count(known) - MOST);
    }

    /** How many lines of an earlier stretch are to be told of, now that another one has begun. */
    static int over(int before, int now) {
        return (before & ~MOST_COUNTED) == (now & ~MOST_COUNTED) ? 0 : leftOut(before);
    }

    static void tell(Logger log, Level level, int leftOut, String mountPath) {
        if (leftOut > 0) {
            log.atLevel(level).log("… and {} more joins in {} s on one connection to {}", leftOut, SECONDS, mountPath);
        }
    }

    private static int count(int known) {
        return known & MOST_COUNTED;
    }
}
