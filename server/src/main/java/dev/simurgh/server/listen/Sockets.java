package dev.simurgh.server.listen;

import dev.simurgh.server.IoTransport;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;

/** Netty's classes for each way to talk to the operating system. */
final class Sockets {
    /** Completions of a broadcast's writes come all at once; Netty's default of 4096 was seen to overflow. */
    private static final int COMPLETION_QUEUE = 32 << 10;

    private Sockets() {}

    static IoHandlerFactory handlers(IoTransport transport) {
        return switch (transport) {
            case IO_URING -> IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setCqSize(COMPLETION_QUEUE));
            case EPOLL -> PacedIo.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    static Class<? extends ServerChannel> acceptor(IoTransport transport) {
        return switch (transport) {
            case IO_URING -> IoUringServerSocketChannel.class;
            case EPOLL -> EpollServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }
}
