package dev.simurgh.testkit;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A case's share of a clock, which others may have shares of, too: what it has scheduled goes when the case is closed. */
final class CaseTimers implements Timers {
    private final VirtualClock clock;
    private final Logs logs;
    private final BooleanSupplier settler;
    private volatile boolean closed;

    /** @param settler has something run after each task of the clock, and tells whether there was something */
    CaseTimers(VirtualClock clock, Logs logs, BooleanSupplier settler) {
        this.clock = clock;
        this.logs = logs;
        this.settler = settler;
        clock.afterEach(settler);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        return closed ? () -> {} : clock.schedule(delay, logs.hearing(task), this);
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    void close() {
        closed = true;
        clock.forget(this, settler);
    }
}
