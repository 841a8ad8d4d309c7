package dev.simurgh.transport.loop;

import dev.simurgh.pubsub.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop with the clock of the timeouts on it, an {@link IdleWheel}. But for what an event loop has, for its own thread. */
public abstract class TimedLoop implements EventLoop {
    private static final Logger log = LoggerFactory.getLogger(TimedLoop.class);

    private final IdleWheel wheel;
    private final Runnable tickTask = this::tick;
    private final List<Runnable> eachTick = new ArrayList<>(1);
    private boolean tickScheduled;

    /**
     * Makes one.
     *
     * @param nanoTime the clock of its timeouts
     */
    protected TimedLoop(LongSupplier nanoTime) {
        this.wheel = new IdleWheel(nanoTime);
    }

    /**
     * Runs a task on this loop in so many milliseconds; at most one waits at any time.
     *
     * @throws RejectedExecutionException if the loop has ended
     */
    protected abstract void schedule(Runnable task, long millis);

    /** The current tick of the wheel, up to one old. */
    public final int now() {
        return wheel.now();
    }

    /** How long so many ticks take. */
    public final long nanos(int ticks) {
        return TimeUnit.MILLISECONDS.toNanos(IdleWheel.TICK_MILLIS) * ticks;
    }

    /** Puts an entry on the wheel, to be told in so many ticks. */
    public final void watch(WheelEntry entry, int ticks) {
        wheel.add(entry, ticks);
        // not by size: a wheel may become empty and be filled again between two ticks
        if (!tickScheduled) {
            scheduleTick();
        }
    }

    /** Moves an entry that is on the wheel. */
    public final void watchAgain(WheelEntry entry, int ticks) {
        wheel.move(entry, ticks);
    }

    /** Takes an entry off the wheel, if it is on it. */
    public final void unwatch(WheelEntry entry) {
        wheel.remove(entry);
    }

    /**
     * Has something done with each tick, as long as anything is on the wheel. Never twice in a row without the loop having
     * turned to other tasks between, however late the tick is.
     */
    public final void eachTick(Runnable action) {
        eachTick.add(action);
    }

    private void scheduleTick() {
        tickScheduled = true;
        try {
            schedule(tickTask, IdleWheel.TICK_MILLIS);
        } catch (RejectedExecutionException e) {
            log.debug("no more timeouts on a stopped event loop", e);
        }
    }

    private void tick() {
        try {
            wheel.advance();
            eachTick.forEach(Runnable::run);
        } catch (Throwable thrown) {
            log.error("a tick failed", thrown);
        } finally { // whatever happens, there is a next one
            if (wheel.size() > 0) {
                scheduleTick();
            } else {
                tickScheduled = false;
            }
        }
    }
}
