package dev.simurgh.server.listen;

import dev.simurgh.pubsub.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Netty event loop, as the channels see it, with what its connections share, whatever they speak: the clock of their
 * timeouts, and the buffer they read into.
 */
public final class ServerLoop implements EventLoop {
    private static final Logger log = LoggerFactory.getLogger(ServerLoop.class);

    private final io.netty.channel.EventLoop loop;
    private final boolean maySendLess;
    private final IdleWheel wheel;
    private final Runnable tickTask = this::tick;
    private final List<Runnable> eachTick = new ArrayList<>(1);
    private final ReadBuffer readBuffer = new ReadBuffer();
    private boolean tickScheduled;

    /**
     * Makes one.
     *
     * @param maySendLess whether what is queued for a connection can be taken back
     */
    public ServerLoop(io.netty.channel.EventLoop loop, boolean maySendLess) {
        this(loop, maySendLess, System::nanoTime);
    }

    /** As above, with another clock for its timeouts. */
    public ServerLoop(io.netty.channel.EventLoop loop, boolean maySendLess, LongSupplier nanoTime) {
        this.loop = loop;
        this.maySendLess = maySendLess;
        this.wheel = new IdleWheel(nanoTime);
    }

    public boolean maySendLess() {
        return maySendLess;
    }

    @Override
    public boolean inEventLoop() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public boolean hasEnded() {
        return loop.isShutdown();
    }

    /** The current tick of the wheel, up to one old. */
    public int now() {
        return wheel.now();
    }

    /** How long so many ticks take. */
    public long nanos(int ticks) {
        return TimeUnit.MILLISECONDS.toNanos(IdleWheel.TICK_MILLIS) * ticks;
    }

    public void watch(WheelEntry entry, int ticks) {
        wheel.add(entry, ticks);
        // not by size: a wheel may become empty and be filled again between two ticks
        if (!tickScheduled) {
            scheduleTick();
        }
    }

    public void watchAgain(WheelEntry entry, int ticks) {
        wheel.move(entry, ticks);
    }

    public void unwatch(WheelEntry entry) {
        wheel.remove(entry);
    }

    /**
     * Has something done with each tick, as long as anything is on the wheel. Never twice in a row without the loop having
     * turned to the network between, however late the tick is.
     */
    public void eachTick(Runnable action) {
        eachTick.add(action);
    }

    ReadBuffer readBuffer() {
        return readBuffer;
    }

    /** Gives all memory back, once the loop has ended. */
    public void release() {
        readBuffer.release();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a tick is never cancelled
    private void scheduleTick() {
        tickScheduled = true;
        try {
            loop.schedule(tickTask, IdleWheel.TICK_MILLIS, TimeUnit.MILLISECONDS);
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
