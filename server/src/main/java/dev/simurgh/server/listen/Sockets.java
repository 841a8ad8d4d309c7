package dev.simurgh.server.listen;

import dev.simurgh.server.IoTransport;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
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

    /** So many connections are accepted in a row, if so many wait, before others have their turn. */
    static final int ACCEPTS = 16;

    private Sockets() {}

    static IoHandlerFactory handlers(IoTransport transport) {
        return switch (transport) {
            case IO_URING -> IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setCqSize(COMPLETION_QUEUE));
            case EPOLL -> PacedIo.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    /**
     * How many connections are accepted at once. On epoll Netty would accept one in each turn of the event loop, however long that is: it asks
     * whether the last read filled its buffer, which says something of bytes only.
     */
    static RecvByteBufAllocator accepts(IoTransport transport) {
        ServerChannelRecvByteBufAllocator accepts = new ServerChannelRecvByteBufAllocator();
        accepts.respectMaybeMoreData(transport != IoTransport.EPOLL).maxMessagesPerRead(ACCEPTS);
        return accepts;
    }

    static Class<? extends ServerChannel> acceptor(IoTransport transport) {
        return switch (transport) {
            case IO_URING -> IoUringServerSocketChannel.class;
            case EPOLL -> EpollServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }
}
