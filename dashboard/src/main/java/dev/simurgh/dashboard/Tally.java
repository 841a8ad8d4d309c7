package dev.simurgh.dashboard;

import java.util.concurrent.atomic.LongAdder;

/** Counts something. Adding is for any thread, the rest for the dashboard's own. */
final class Tally {
    /** What counts as lately: so many steps of the history. */
    private static final int LATELY_STEPS = 12;

    private final LongAdder count = new LongAdder();
    private final Rate rate = new Rate();
    private final long[] before = new long[LATELY_STEPS];
    private int step;

    void add(long more) {
        count.add(more);
    }

    void increment() {
        count.increment();
    }

    long total() {
        return count.sum();
    }

    void sample(double seconds) {
        rate.sample(total(), seconds);
    }

    double perSecond() {
        return rate.perSecond();
    }

    /** A step of the history is over. */
    void step() {
        before[step] = total();
        step = (step + 1) % LATELY_STEPS;
    }

    /** How many there have been within the last minute. */
    long lately() {
        return total() - before[step];
    }
}
