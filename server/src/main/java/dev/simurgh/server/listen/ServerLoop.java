package dev.simurgh.server.listen;

import dev.simurgh.netty.NettyLoop;
import java.util.function.LongSupplier;

/** An event loop of the server's, with the buffer that its connections read into, whatever they speak. */
public final class ServerLoop extends NettyLoop {
    private final ReadBuffer readBuffer = new ReadBuffer();

    /** Makes one. */
    public ServerLoop(io.netty.channel.EventLoop loop) {
        super(loop);
    }

    /** As above, with another clock for its timeouts. */
    public ServerLoop(io.netty.channel.EventLoop loop, LongSupplier nanoTime) {
        super(loop, nanoTime);
    }

    ReadBuffer readBuffer() {
        return readBuffer;
    }

    /** Gives all memory back, once the loop has ended. */
    public void release() {
        readBuffer.release();
    }
}
