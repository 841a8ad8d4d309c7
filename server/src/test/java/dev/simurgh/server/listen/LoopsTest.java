package dev.simurgh.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.server.IoTransport;
import dev.simurgh.server.RawClient;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopsTest {
    private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
    private final CompletableFuture<Void> read = new CompletableFuture<>();
    private final CompletableFuture<String> told = new CompletableFuture<>();

    private final class Told extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            accepted.complete(ctx.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object data) {
            ReferenceCountUtil.release(data);
            read.complete(null);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            told.complete("removed");
        }
    }

    private int listen(Loops loops, IoTransport transport) {
        Channel acceptor = new ServerBootstrap()
                .group(loops)
                .channel(Sockets.acceptor(transport))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Told());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        return ((InetSocketAddress) acceptor.localAddress()).getPort();
    }

    @ParameterizedTest
    @EnumSource(
            value = IoTransport.class,
            names = {"EPOLL", "NIO"})
    @SuppressWarnings("FutureReturnValueIgnored") // Netty's terminationFuture tells the same
    void aLoopThatIsEndedByOneOfItsTasksClosesItsChannels(IoTransport transport) throws Exception {
        Loops loops = new Loops(1, Sockets.handlers(transport));
        try (RawClient client = new RawClient(listen(loops, transport))) {
            Channel channel = accepted.get(20, TimeUnit.SECONDS);
            loops.execute(() -> loops.shutdownGracefully(0, 20, TimeUnit.SECONDS));

            assertThat(loops.terminationFuture().await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(channel.isOpen()).isFalse();
            assertThat(told).isCompletedWithValue("removed");
            assertThat(client.ended()).isTrue();
        }
    }

    /** Each of its tasks takes a millisecond and makes the next, so there is never a moment without one. */
    private final class Busy implements Runnable {
        private final Loops loops;
        private final RawClient client;
        private int run;

        Busy(Loops loops, RawClient client) {
            this.loops = loops;
            this.client = client;
        }

        @Override
        public void run() {
            long start = System.nanoTime();
            if (run++ == 0) {
                client.send(new byte[1]);
            }
            while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(1)) {
                Thread.onSpinWait();
            }
            if (!read.isDone()) {
                loops.execute(this);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = IoTransport.class,
            names = {"EPOLL", "NIO"})
    @SuppressWarnings("FutureReturnValueIgnored") // Netty's terminationFuture tells the same
    void socketsAreLookedAtWhileThereIsAlwaysATask(IoTransport transport) throws Exception {
        Loops loops = new Loops(1, Sockets.handlers(transport));
        try (RawClient client = new RawClient(listen(loops, transport))) {
            accepted.get(20, TimeUnit.SECONDS);
            Busy busy = new Busy(loops, client);
            loops.execute(busy);

            read.get(20, TimeUnit.SECONDS);
            assertThat(busy.run).isLessThan(200);
        } finally {
            loops.shutdownGracefully(0, 20, TimeUnit.SECONDS);
        }
    }
}
