package dev.simurgh.channel;

import java.time.Duration;

/** Durations from users, who may mean "for ever" by one that no clock of nanoseconds can count: 292 years. */
final class Durations {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    private static final Duration SHORTEST = Duration.ofNanos(Long.MIN_VALUE);

    private Durations() {}

    /** Whether it is too long to be counted in nanoseconds. */
    static boolean isForever(Duration duration) {
        return duration.compareTo(LONGEST) >= 0;
    }

    /** In nanoseconds, as far as there are numbers for them. */
    static long nanos(Duration duration) {
        if (isForever(duration)) {
            return Long.MAX_VALUE;
        }
        return duration.compareTo(SHORTEST) <= 0 ? Long.MIN_VALUE : duration.toNanos();
    }
}
