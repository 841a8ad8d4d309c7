package dev.simurgh.server;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import org.slf4j.LoggerFactory;

/** How the server talks to the operating system. */
public enum IoTransport {
    /** {@link #EPOLL} where it is there, else {@link #NIO}. */
    AUTO,
    /** Linux's epoll, through Netty's native library for x86-64 or aarch64: less CPU and less memory per connection. */
    EPOLL,
    /** The JDK's own, on every system. */
    NIO,
    /**
     * Linux's io_uring, through Netty's native library for x86-64 or aarch64. Many containers forbid it; then {@link
     * #AUTO} takes its place, with a warning in the log. Never chosen by itself: it takes more memory per connection,
     * and what waits for a slow client cannot be taken back.
     */
    IO_URING;

    /** Settles {@code AUTO}, and what is not to be had. */
    IoTransport resolve() {
        if (this == IO_URING && !IoUring.isAvailable()) {
            IoTransport other = AUTO.resolve();
            LoggerFactory.getLogger(IoTransport.class)
                    .warn(
                            "transport: IO_URING is not to be had here, taking {} (expected: Linux 5.14 or newer, Netty's"
                                    + " native library on the class path, and a container that allows it)",
                            other,
                            IoUring.unavailabilityCause());
            return other;
        }
        if (this == EPOLL && !Epoll.isAvailable()) {
            throw new ServerStartException(
                    "transport: EPOLL (expected: Linux with Netty's native library on the class path; use AUTO or NIO)",
                    Epoll.unavailabilityCause());
        }
        return this == AUTO ? (Epoll.isAvailable() ? EPOLL : NIO) : this;
    }
}
