package dev.simurgh.transport.loop;

import java.time.Duration;

/** Spans of time, of which {@code ChronoUnit.FOREVER} is one: what does not fit into a {@code long} has no end. */
public final class Spans {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Spans() {}

    /** Tells a span that is longer than the 292 years which can be counted in nanoseconds. */
    public static boolean isForever(Duration span) {
        return span.compareTo(LONGEST) >= 0;
    }

    /** Returns a span in nanoseconds, or the most there can be. */
    public static long nanos(Duration span) {
        return isForever(span) ? Long.MAX_VALUE : span.toNanos();
    }
}
