package dev.simurgh.server.listen;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;

/** Netty's event loops, with short turns, and with an end that closes every channel. */
final class Loops extends MultiThreadIoEventLoopGroup {
    /** How long a loop runs tasks before it looks at its sockets again. Behind a backlog of tasks, clients would wait Netty's 1 s. */
    private static final long TASK_MILLIS = 20;

    Loops(int number, IoHandlerFactory handlers) {
        super(number, new DefaultThreadFactory("simurgh-loop"), handlers);
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... none) {
        return new Loop(this, executor, handlers);
    }

    private static final class Loop extends SingleThreadIoEventLoop {
        Loop(Loops parent, Executor executor, IoHandlerFactory handlers) {
            super(parent, executor, handlers, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), TASK_MILLIS);
        }

        /**
         * Netty closes a loop's channels in the turn before its last. If the end was asked for in that turn, as by a task, there was no
         * such turn: the sockets would stay open, and handlers keep what they hold.
         */
        @Override
        protected void run() {
            super.run();
            if (isShuttingDown()) {
                ioHandler().prepareToDestroy(); // closes what is still open; the tasks that this brings run after this
            }
        }
    }
}
