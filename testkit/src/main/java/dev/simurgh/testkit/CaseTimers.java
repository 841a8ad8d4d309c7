package dev.simurgh.testkit;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;

/** A case's share of a clock, which others may have shares of, too: what it has scheduled goes when the case is closed. */
final class CaseTimers implements Timers {
    private final VirtualClock clock;
    private final Logs logs;
    private final Work work;
    private volatile boolean closed;

    /** @param work what is run after each task of the clock, and waited for by all that share it */
    CaseTimers(VirtualClock clock, Logs logs, Work work) {
        this.clock = clock;
        this.logs = logs;
        this.work = work;
        clock.share(work);
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
        clock.forget(this, work);
    }
}
