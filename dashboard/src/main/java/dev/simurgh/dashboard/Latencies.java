package dev.simurgh.dashboard;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How long something takes: counts in buckets that grow, eight to each doubling, so that a percentile is at most an eighth too high. Recording is for any
 * thread and costs some 10 ns; the rest is for the dashboard's own. Percentiles are of the last 30 to 60 s.
 *
 * <p>The same buckets as of HdrHistogram with one digit, but in 1 KB, and added to without a lock.
 */
final class Latencies {
    private static final int SUB_BITS = 3;
    private static final int SUB = 1 << SUB_BITS;
    /** Shorter is not told apart: 2^10 ns. */
    private static final int LEAST_BITS = 10;
    /** Longer is not told apart: 2^37 ns, which is more than two minutes. */
    private static final int MOST_BITS = 37;

    private static final int BUCKETS = (MOST_BITS - LEAST_BITS) * SUB + 1;
    private static final int WINDOW_STEPS = 6;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);
    private int[] before = new int[BUCKETS];
    private int[] beforeThat = before;
    private int steps;

    void record(long nanos) {
        counts.getAndIncrement(bucket(nanos));
    }

    private static int bucket(long nanos) {
        if (nanos < 1L << LEAST_BITS) {
            return 0;
        }
        if (nanos >= 1L << MOST_BITS) {
            return BUCKETS - 1;
        }
        int bits = 63 - Long.numberOfLeadingZeros(nanos);
        int sub = (int) (nanos >>> (bits - SUB_BITS)) & (SUB - 1);
        return (bits - LEAST_BITS) * SUB + sub;
    }

    /** The least that a bucket has not, in nanoseconds. */
    private static long end(int bucket) {
        int bits = LEAST_BITS + bucket / SUB;
        return (long) (SUB + bucket % SUB + 1) << (bits - SUB_BITS);
    }

    /** A step of the history is over. */
    void step() {
        if (++steps % WINDOW_STEPS == 0) {
            beforeThat = before;
            before = now();
        }
    }

    private int[] now() {
        int[] all = new int[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            all[i] = counts.get(i);
        }
        return all;
    }

    /** What was recorded lately, as a distribution. */
    Distribution lately() {
        int[] some = now();
        for (int i = 0; i < BUCKETS; i++) {
            some[i] -= beforeThat[i];
        }
        return new Distribution(some);
    }

    /** Of how long how many were. */
    static final class Distribution {
        private final int[] counts;
        private final long total;

        private Distribution(int[] counts) {
            this.counts = counts;
            long sum = 0;
            for (int count : counts) {
                sum += count;
            }
            total = sum;
        }

        static Distribution none() {
            return new Distribution(new int[BUCKETS]);
        }

        Distribution plus(Distribution other) {
            int[] both = counts.clone();
            for (int i = 0; i < BUCKETS; i++) {
                both[i] += other.counts[i];
            }
            return new Distribution(both);
        }

        /** In microseconds; 0 if there was nothing. */
        long micros(double share) {
            long rank = Math.max(1, (long) Math.ceil(total * share));
            long seen = 0;
            for (int i = 0; i < BUCKETS && total > 0; i++) {
                seen += counts[i];
                if (seen >= rank) {
                    return Math.max(1, end(i) / 1000);
                }
            }
            return 0;
        }
    }
}
