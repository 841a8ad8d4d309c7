package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of docs/deploy for an application with two ports, an HTTP server standing in for the application. */
class TwoPortsTest {
    private static final Path DEPLOY = Path.of("..", "docs", "deploy");
    private static final Duration PHASE =
            Duration.ofSeconds(30); // Spring's own, of which a stop has two that may take long

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer application;
    private Server sockets;

    @BeforeEach
    void start() throws IOException {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/", exchange -> {
            byte[] answer = "the application".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        application.start();
        SocketSpec socket = SocketSpec.builder()
                .channel("room:*", ChannelSpec.builder(Object::new).build())
                .build();
        sockets = Server.builder(Endpoint.builder()
                        .codec(new JacksonCodec())
                        .socket("/socket", socket)
                        .build())
                .host("127.0.0.1")
                .port(0)
                .start();
    }

    @AfterEach
    void stop() {
        sockets.close();
        application.stop(0);
    }

    @Test
    void nginxMakesOneNameOfTwoPorts() throws Exception {
        int port = ServerProcess.freePort();
        try (ClusterBalancer balancer = ClusterBalancer.nginx(
                directory, configuration("spring-nginx.conf", "listen 8081", "listen 127.0.0.1:" + port), port)) {
            bothAreServed(balancer.port());
        }
    }

    @Test
    void haproxyMakesOneNameOfTwoPorts() throws Exception {
        int port = ServerProcess.freePort();
        try (ClusterBalancer balancer = ClusterBalancer.haproxy(
                directory, configuration("spring-haproxy.cfg", "bind :8082", "bind 127.0.0.1:" + port), port)) {
            bothAreServed(balancer.port());
        }
    }

    @Test
    void whoeverStopsTheApplicationGivesItTheTimeItTakes() throws IOException {
        String pods = Files.readString(DEPLOY.resolve("spring-kubernetes.yml"));
        long hook = number(pods, "command: \\[\"sleep\", \"(\\d+)\"]");
        assertThat(number(pods, "terminationGracePeriodSeconds: (\\d+)")).isGreaterThan(hook + 2 * PHASE.toSeconds());
        assertThat(number(Files.readString(DEPLOY.resolve("spring.service")), "TimeoutStopSec=(\\d+)"))
                .isGreaterThan(2 * PHASE.toSeconds());
    }

    private static long number(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return Long.parseLong(found.group(1));
    }

    private String configuration(String name, String documented, String listen) throws IOException {
        List<String> missing = new ArrayList<>();
        String text = Files.readString(DEPLOY.resolve(name));
        text = ClusterBalancer.replaced(text, documented, listen, missing);
        text = ClusterBalancer.replaced(text, "127.0.0.1:4000", "127.0.0.1:" + sockets.port(), missing);
        text = ClusterBalancer.replaced(
                text, "127.0.0.1:8080", "127.0.0.1:" + application.getAddress().getPort(), missing);
        text = text.replace(" port 8080", " port " + application.getAddress().getPort());
        assertThat(missing).as(name + " no longer has").isEmpty();
        return text;
    }

    private void bothAreServed(int port) throws Exception {
        assertThat(get(port, "/").body()).isEqualTo("the application");
        assertThat(get(port, "/actuator/health").statusCode()).isEqualTo(404);

        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocket socket = http.newWebSocketBuilder()
                .header("Origin", "http://127.0.0.1:" + port)
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + port + "/socket/websocket?vsn=2.0.0"), new Messages(messages))
                .get(1, TimeUnit.MINUTES);
        socket.sendText("[\"1\",\"1\",\"room:a\",\"phx_join\",{}]", true).get(1, TimeUnit.MINUTES);
        assertThat(messages.poll(1, TimeUnit.MINUTES)).contains("\"ok\"");
        socket.abort();
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private record Messages(BlockingQueue<String> received) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            received.add(text.toString());
            return WebSocket.Listener.super.onText(socket, text, last);
        }
    }
}
