package dev.simurgh.server;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/** How the server talks to the operating system. */
public enum IoTransport {
    /** {@link #EPOLL} where it is there, else {@link #NIO}. */
    AUTO,
    /** Linux's epoll, through Netty's native library for x86-64 or aarch64: less CPU and less memory per connection. */
    EPOLL,
    /** The JDK's own, on every system. */
    NIO;

    /** Settles {@code AUTO}. */
    IoTransport resolve() {
        if (this == EPOLL && !Epoll.isAvailable()) {
            throw new ServerStartException(
                    "transport: EPOLL (expected: Linux with Netty's native library on the class path; use AUTO or NIO)",
                    Epoll.unavailabilityCause());
        }
        return this == AUTO ? (Epoll.isAvailable() ? EPOLL : NIO) : this;
    }

    IoHandlerFactory handlerFactory() {
        return this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    Class<? extends ServerChannel> serverChannel() {
        return this == EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }
}
