package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.server.RawClient;
import dev.simurgh.transport.ServerLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** RFC 8441: browsers open their WebSockets so, as soon as they speak HTTP/2 with a server that can. Jetty can. */
class WebSocketOverHttp2Test {
    private final Endpoint endpoint = Endpoint.builder()
            .socket("/socket", SocketSpec.builder().quiet().build())
            .build();
    private final SimurghServlet servlet = SimurghServlet.builder(endpoint)
            .limits(ServerLimits.builder()
                    .maxConnections(10)
                    .maxConnectionsPerAddress(2)
                    .build())
            .build();
    private final Server server = new Server();
    private final HttpConfiguration http = new HttpConfiguration();
    private final ServerConnector connector =
            new ServerConnector(server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
    private final HTTP2Client client = new HTTP2Client();

    @BeforeEach
    void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        JakartaWebSocketServletContainerInitializer.configure(context, null);
        context.addServletContainerInitializer((classes, application) -> servlet.register(application));
        server.setHandler(context);
        server.start();
        client.start();
    }

    @AfterEach
    void stop() throws Exception {
        servlet.close();
        client.stop();
        server.stop();
        endpoint.close();
    }

    /** One stream: what the server says on it. */
    private static final class Talk implements Stream.Listener {
        private final BlockingQueue<Integer> status = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final Stream stream;

        Talk(Session session, String origin) throws Exception {
            this(session, origin, "websocket");
        }

        Talk(Session session, String origin, String protocol) throws Exception {
            String host = origin.substring("http://".length());
            HttpFields headers =
                    HttpFields.build().put("sec-websocket-version", "13").put("origin", origin);
            MetaData.Request connect = new MetaData.ConnectRequest(
                    HttpScheme.HTTP,
                    new HostPortHttpField(host.replace("elsewhere", "localhost")),
                    "/socket/websocket?vsn=2.0.0",
                    headers,
                    protocol);
            stream = session.newStream(new HeadersFrame(connect, null, false), this)
                    .get(5, TimeUnit.SECONDS);
        }

        @Override
        public void onHeaders(Stream on, HeadersFrame frame) {
            status.add(((MetaData.Response) frame.getMetaData()).getStatus());
            if (!frame.isEndStream()) {
                on.demand();
            }
        }

        @Override
        public void onDataAvailable(Stream on) {
            Stream.Data data = on.readData();
            if (data == null) {
                on.demand();
                return;
            }
            byte[] bytes = new byte[data.frame().remaining()];
            data.frame().getByteBuffer().get(bytes);
            frames.add(new String(bytes, StandardCharsets.ISO_8859_1));
            boolean last = data.frame().isEndStream();
            data.release();
            if (!last) {
                on.demand();
            }
        }

        int status() throws InterruptedException {
            Integer first = status.poll(5, TimeUnit.SECONDS);
            return first == null ? 0 : first;
        }

        String read() throws InterruptedException {
            String next = frames.poll(5, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        }

        void send(int first, byte[] content) {
            ByteBuffer frame = ByteBuffer.wrap(RawClient.frame(RawClient.FIN | first, content));
            stream.data(new DataFrame(stream.getId(), frame, false), Callback.NOOP);
        }
    }

    @Test
    void aStreamIsAWebSocketLikeAnyOther() throws Exception {
        String here = "http://localhost:" + connector.getLocalPort();
        Session session = client.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()), new Session.Listener() {})
                .get(5, TimeUnit.SECONDS);
        Talk first = new Talk(session, here);
        assertThat(first.status()).isEqualTo(200);
        first.send(RawClient.TEXT, Rig.HEARTBEAT.getBytes(StandardCharsets.UTF_8));
        assertThat(first.read()).contains("\"phx_reply\"");
        assertThat(new Talk(session, here.replace("localhost", "elsewhere")).status())
                .isEqualTo(403);

        Talk second = new Talk(session, here);
        assertThat(second.status()).isEqualTo(200);
        assertThat(new Talk(session, here).status()).isEqualTo(429); // streams count as connections do
        first.send(RawClient.CLOSE, new byte[] {3, (byte) 0xe8});
        assertThat(first.read()).endsWith("\u0003\u00e8");
        second.stream.reset(new ResetFrame(second.stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
        await().untilAsserted(() -> assertThat(servlet.stats().connections()).isZero());

        Talk last = new Talk(session, here);
        assertThat(last.status()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(endpoint.connectionCount()).isOne());
        CompletableFuture<Void> stopped = servlet.stop();
        assertThat(last.read()).endsWith("\u0003\u00f4"); // 1012
        last.send(RawClient.CLOSE, new byte[] {3, (byte) 0xf4});
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(4));
    }

    @Test
    void whoAsksForSomethingElseHasMadeTheMistakeItself() throws Exception {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Upgrade.class);
        logged.start();
        logger.addAppender(logged);
        try {
            Session session = client.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()),
                            new Session.Listener() {})
                    .get(5, TimeUnit.SECONDS);
            String here = "http://localhost:" + connector.getLocalPort();
            assertThat(new Talk(session, here, "connect-udp").status()).isEqualTo(400);
            await().untilAsserted(() -> assertThat(servlet.stats().connections()).isZero());
        } finally {
            logger.detachAppender(logged);
        }
        assertThat(logged.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage()).endsWith("(expected: a CONNECT for a WebSocket)");
        });
    }
}
