package dev.simurgh.channel.spi;

import java.time.Duration;

/** Owns time: everything that an endpoint does later, or measures, goes through here. Callable from any thread. */
public interface Timers {
    /**
     * Runs a short task that does not block after a delay; never if the delay is more than {@link Long#MAX_VALUE} nanoseconds, which is
     * 292 years.
     *
     * @return cancels the task if it has not run yet
     */
    Runnable schedule(Duration delay, Runnable task);

    /** A clock in nanoseconds that only goes forward; its origin means nothing. */
    long nanoTime();
}
