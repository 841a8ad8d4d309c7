package dev.simurgh.pubsub;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Limits log lines of one kind to one in ten seconds, and counts the others. */
final class Seldom {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicLong last = new AtomicLong(System.nanoTime() - NANOS);
    private final LongAdder leftOut = new LongAdder();

    /** Returns how many lines were left out since the last one, or -1 if this one is to be left out as well. */
    long leftOut() {
        long before = last.get();
        long now = System.nanoTime();
        if (now - before >= NANOS && last.compareAndSet(before, now)) {
            return leftOut.sumThenReset();
        }
        leftOut.increment();
        return -1;
    }
}
