package dev.simurgh.journal.jdbc;

import java.util.function.LongSupplier;

/**
 * The time by which a file keeps its entries: the time of day when it was opened, but not before what is stored, and from then on the time that has passed.
 * Whoever sets the clock of the machine makes nothing older or younger.
 */
final class StoreClock {
    private static final long MILLI = 1_000_000;

    private final LongSupplier timeOfDay;
    private final LongSupplier nanos;
    private long beganMillis;
    private long beganNanos;

    StoreClock(LongSupplier timeOfDay, LongSupplier nanos) {
        this.timeOfDay = timeOfDay;
        this.nanos = nanos;
    }

    static StoreClock real() {
        return new StoreClock(System::currentTimeMillis, System::nanoTime);
    }

    /** Begins, not before a time. Called once, before others ask. */
    void begin(long notBefore) {
        beganMillis = Math.max(notBefore, timeOfDay.getAsLong());
        beganNanos = nanos.getAsLong();
    }

    long millis() {
        return beganMillis + (nanos.getAsLong() - beganNanos) / MILLI;
    }
}
