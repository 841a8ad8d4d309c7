package dev.simurgh.micrometer;

import java.time.Duration;
import java.util.List;

/** The upper bounds of the buckets in which timers count. */
record Buckets(List<Duration> bounds) {
    private static final List<Duration> LIFETIMES = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofHours(24));

    /** Those of one timer: connections last longer than anything else. */
    Duration[] of(Described timer) {
        boolean lifetimes = timer == Described.CONNECTION_DURATION && !bounds.isEmpty();
        return (lifetimes ? LIFETIMES : bounds).toArray(Duration[]::new);
    }
}
