package dev.simurgh.server.listen;

import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.server.IoTransport;
import dev.simurgh.server.ServerStartException;
import dev.simurgh.transport.loop.Spans;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The event loops, and the port they accept connections on. */
public final class Listener {
    /** Connections that wait to be accepted; the kernel cuts it to {@code net.core.somaxconn}, 4096 by default on Linux: a storm wants more. */
    private static final int BACKLOG = 65_535;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Loops loops;
    private final Map<EventExecutor, ServerLoop> serverLoops = new HashMap<>();
    private final Channel acceptor;
    private final int port;

    /**
     * Starts to listen.
     *
     * @throws ServerStartException if the address cannot be had
     */
    public Listener(int eventLoops, InetSocketAddress address, Pipelines pipelines) {
        IoTransport transport = pipelines.transport();
        this.loops = new Loops(eventLoops, Sockets.handlers(transport));
        loops.forEach(loop -> serverLoops.put(loop, new ServerLoop((io.netty.channel.EventLoop) loop)));
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(Sockets.acceptor(transport))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, Sockets.accepts(transport))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        pipelines.init(channel, loopOf(channel));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            toCompletable(loops.shutdownGracefully(0, 0, TimeUnit.SECONDS)).join();
            throw new ServerStartException(
                    "port: " + address.getPort() + " of " + address.getHostString()
                            + " (expected: a free port of this machine). Stop who has it, or take another with port(int); 0 takes any",
                    bound.cause());
        }
        this.acceptor = bound.channel();
        acceptor.pipeline().addLast(new AcceptFailures(System::nanoTime)); // behind Netty's own, which pauses
        this.port = ((InetSocketAddress) acceptor.localAddress()).getPort();
    }

    private ServerLoop loopOf(Channel channel) {
        ServerLoop loop = serverLoops.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("channel on a foreign event loop: " + channel);
        }
        return loop;
    }

    /** Does something again and again, until the event loops end. On an event loop, where it must not block. */
    @SuppressWarnings("FutureReturnValueIgnored") // ends with its loop
    public void repeat(Duration interval, Runnable action) {
        if (!Spans.isForever(interval)) {
            long nanos = interval.toNanos();
            loops.next().scheduleWithFixedDelay(action, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    public int port() {
        return port;
    }

    /** Tells whether that is one of these event loops. */
    public boolean isOf(EventLoop loop) {
        return loop instanceof ServerLoop && serverLoops.containsValue(loop);
    }

    public void forEachLoop(Consumer<EventLoop> action) {
        serverLoops.values().forEach(action);
    }

    /** Gives the port back. Connections stay. */
    public CompletableFuture<Void> stopAccepting() {
        return toCompletable(acceptor.close());
    }

    /** Cuts what connections there still are, and ends the event loops. */
    public CompletableFuture<Void> close() {
        return toCompletable(loops.shutdownGracefully(0, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                .whenComplete((ended, failure) -> serverLoops.values().forEach(ServerLoop::release));
    }

    private static CompletableFuture<Void> toCompletable(Future<?> future) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        future.addListener(done -> {
            if (done.isSuccess()) {
                result.complete(null);
            } else {
                result.completeExceptionally(done.cause());
            }
        });
        return result;
    }
}
