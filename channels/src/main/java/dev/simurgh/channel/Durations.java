package dev.simurgh.channel;

import java.time.Duration;

/** Durations from users, who may mean "for ever" by one that no clock of nanoseconds can count: 292 years. */
final class Durations {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Durations() {}

    /** Whether it is too long to be counted in nanoseconds. */
    static boolean isForever(Duration duration) {
        return duration.compareTo(LONGEST) >= 0;
    }

    /** In nanoseconds, {@link Long#MAX_VALUE} at most. */
    static long nanos(Duration duration) {
        return isForever(duration) ? Long.MAX_VALUE : duration.toNanos();
    }
}
