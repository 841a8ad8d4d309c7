package dev.simurgh.transport.loop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop that the test turns by hand, with a clock that the test moves. */
public final class ManualLoop extends TimedLoop {
    /** The time, which the constructor of the loop asks for already. */
    private static final class Clock {
        private long nanos;
    }

    private final Clock clock;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private @Nullable Runnable timed;
    private long timedAt;
    private boolean ended;

    public ManualLoop() {
        this(new Clock());
    }

    private ManualLoop(Clock clock) {
        super(() -> clock.nanos);
        this.clock = clock;
    }

    /** The time. */
    public long nanoTime() {
        return clock.nanos;
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("ended");
        }
        tasks.add(task);
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    protected void schedule(Runnable task, long millis) {
        timed = task;
        timedAt = clock.nanos + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Runs all that there is to do, and what comes of it. */
    public void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time go by, tick by tick. */
    public void pass(Duration time) {
        for (long end = clock.nanos + time.toNanos(); clock.nanos < end; ) {
            clock.nanos += TimeUnit.MILLISECONDS.toNanos(IdleWheel.TICK_MILLIS);
            Runnable due = timed;
            if (due != null && clock.nanos >= timedAt) {
                timed = null;
                due.run();
            }
            turn();
        }
    }

    /** Takes nothing more. */
    public void end() {
        ended = true;
    }
}
