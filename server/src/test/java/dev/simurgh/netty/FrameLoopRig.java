package dev.simurgh.netty;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.transport.carry.QueueBound;
import io.netty.channel.EventLoop;
import java.time.Duration;

/** A frame loop without a server, on the event loop of a channel that the test moves. */
final class FrameLoopRig {
    private FrameLoopRig() {}

    static FrameLoop on(EventLoop loop) {
        return on(loop, new QueueBound(1 << 30, 1, () -> 0));
    }

    static FrameLoop on(EventLoop loop, QueueBound bound) {
        return new FrameLoop(new NettyLoop(loop), new ClientLog(new Stopped()), bound);
    }

    private static final class Stopped implements Timers {
        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    }
}
