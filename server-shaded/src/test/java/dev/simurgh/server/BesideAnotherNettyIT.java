package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The packed jar on the class path of an application that has another Netty, of 4.1: both run, with native libraries of
 * their own.
 */
class BesideAnotherNettyIT {
    private static final String OURS = "dev.simurgh.shaded.io.netty.";

    @Test
    void theApplicationsNettyIsTheOldOne() {
        assertThatThrownBy(() -> Class.forName("io.netty.channel.MultiThreadIoEventLoopGroup"))
                .isInstanceOf(ClassNotFoundException.class);
        assertThat(Server.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .endsWith(System.getProperty("shaded.jar"));
    }

    @Test
    void bothNativeTransportsOfOursLoad() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "no epoll here");
        ours("channel.epoll.Epoll", "ensureAvailability");
        ours("channel.uring.IoUring", "ensureAvailability");
    }

    @ParameterizedTest
    @EnumSource(IoTransport.class)
    void aClientJoinsAndIsAnswered(IoTransport transport) throws Exception {
        Assumptions.assumeTrue(transport != IoTransport.EPOLL || Epoll.isAvailable(), "no epoll here");
        Endpoint endpoint = endpoint();
        Server server = Server.builder(endpoint)
                .host("127.0.0.1")
                .port(0)
                .eventLoops(1)
                .transport(transport)
                .start();
        try {
            echoed(server.port());
        } finally {
            server.stop().join();
        }
    }

    /** Both at once, in one process: neither takes the other's native library for its own. */
    @Test
    void theApplicationsNettyRunsBesideIt() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "the application's Netty has a native library for x86-64 only");
        Server server = Server.builder(endpoint())
                .host("127.0.0.1")
                .port(0)
                .transport(IoTransport.EPOLL)
                .start();
        @SuppressWarnings("deprecation") // in 4.2, with which this is compiled
        EventLoopGroup loops = new EpollEventLoopGroup(1);
        try {
            InetSocketAddress theirs = (InetSocketAddress) new ServerBootstrap()
                    .group(loops)
                    .channel(EpollServerSocketChannel.class)
                    .childHandler(new Echo())
                    .bind("127.0.0.1", 0)
                    .sync()
                    .channel()
                    .localAddress();
            try (java.net.Socket client = new java.net.Socket(InetAddress.getLoopbackAddress(), theirs.getPort())) {
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().read()).isEqualTo('x');
            }
            echoed(server.port());
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
            server.stop().join();
        }
    }

    private static Endpoint endpoint() {
        SocketSpec socket = SocketSpec.builder()
                .channel(
                        "room:*",
                        ChannelSpec.builder(Echoing::new)
                                .handleIn("echo", Payload.class, Echoing::echo)
                                .build())
                .build();
        return Endpoint.builder()
                .codec(new JacksonCodec())
                .socket("/socket", socket)
                .build();
    }

    static final class Echoing {
        Result echo(Payload payload, Socket socket) {
            return Result.ok(payload);
        }
    }

    private static void echoed(int port) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + port + "/socket/websocket?vsn=2.0.0"), new Messages(received))
                .get(1, TimeUnit.MINUTES);
        socket.sendText("[\"1\",\"1\",\"room:a\",\"phx_join\",{}]", true).get(1, TimeUnit.MINUTES);
        assertThat(received.poll(1, TimeUnit.MINUTES)).contains("\"ok\"");
        socket.sendText("[\"1\",\"2\",\"room:a\",\"echo\",{\"text\":\"héllo\"}]", true)
                .get(1, TimeUnit.MINUTES);
        assertThat(received.poll(1, TimeUnit.MINUTES)).contains("{\"text\":\"héllo\"}");
        socket.abort();
    }

    private static Object ours(String name, String method) throws Exception {
        try {
            return Class.forName(OURS + name).getMethod(method).invoke(null);
        } catch (InvocationTargetException e) {
            throw new AssertionError(name, e.getCause());
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored")
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }

    private record Messages(BlockingQueue<String> received) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            received.add(text.toString());
            return WebSocket.Listener.super.onText(socket, text, last);
        }
    }
}
