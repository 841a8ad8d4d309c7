package dev.simurgh.server.listen;

import dev.simurgh.transport.loop.TimedLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** One Netty event loop, as the channels see it, with what its connections share, whatever they speak: beside the clock, the buffer they read into. */
public final class ServerLoop extends TimedLoop {
    private final io.netty.channel.EventLoop loop;
    private final boolean maySendLess;
    private final ReadBuffer readBuffer = new ReadBuffer();

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
        super(nanoTime);
        this.loop = loop;
        this.maySendLess = maySendLess;
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

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a tick is never cancelled
    protected void schedule(Runnable task, long millis) {
        loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    ReadBuffer readBuffer() {
        return readBuffer;
    }

    /** Gives all memory back, once the loop has ended. */
    public void release() {
        readBuffer.release();
    }
}
