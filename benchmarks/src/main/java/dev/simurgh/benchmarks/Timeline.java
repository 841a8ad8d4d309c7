package dev.simurgh.benchmarks;

/**
 * When a load runs, on the clock of the lanes.
 *
 * @param start the first push
 * @param measured what is due from here on counts
 * @param end no push from here on
 */
record Timeline(long start, long measured, long end) {
    private static final long GRACE = 20_000_000;

    static Timeline of(long start, BenchOptions options) {
        long measured = start + nanos(options.warmup);
        return new Timeline(start, measured, measured + nanos(options.seconds));
    }

    /** Tells whether a closed loop has come to its end, its last turn included. */
    boolean over(long now) {
        return now > end + GRACE;
    }

    boolean counts(long time) {
        return time >= measured && time < end;
    }

    static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }
}
