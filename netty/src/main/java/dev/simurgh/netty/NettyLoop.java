package dev.simurgh.netty;

import dev.simurgh.transport.loop.TimedLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** An event loop of Netty, as the channels see it, with the clock of its connections' timeouts. */
public class NettyLoop extends TimedLoop {
    private final io.netty.channel.EventLoop loop;

    /** Makes one. */
    public NettyLoop(io.netty.channel.EventLoop loop) {
        this(loop, System::nanoTime);
    }

    /** As above, with another clock for its timeouts. */
    public NettyLoop(io.netty.channel.EventLoop loop, LongSupplier nanoTime) {
        super(nanoTime);
        this.loop = loop;
    }

    @Override
    public final boolean inEventLoop() {
        return loop.inEventLoop();
    }

    @Override
    public final void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public final boolean hasEnded() {
        return loop.isShutdown();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a tick is never cancelled
    protected final void schedule(Runnable task, long millis) {
        loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
}
