package dev.simurgh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.SocketOptions;
import dev.simurgh.transport.WebSocketOptions;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that connect, and go, in all the ways that there are, at a real server. When it is quiet, the meters say what is there, and
 * what came is what is there and what has gone.
 */
@Timeout(120)
class TortureTest {
    private static final int ROUNDS = 3;
    private static final int EACH_ROUND = 80;
    private static final int STEADY = 7;
    private static final String JOIN = "[\"1\",\"1\",\"room:1\",\"phx_join\",{}]";
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-z0-9_]+(?:\\{.*})?) (\\S+)$");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Endpoint endpoint = endpoint();
    private final Server server = Server.builder(endpoint)
            .host("127.0.0.1")
            .port(0)
            .eventLoops(2)
            .socket(
                    "/socket",
                    SocketOptions.builder()
                            .checkOrigin(OriginPolicy.of("//good.example"))
                            .build())
            .webSocket(
                    "/socket",
                    WebSocketOptions.builder()
                            .closeTimeout(Duration.ofMillis(500))
                            .build())
            .longPoll(
                    "/socket",
                    LongPollOptions.builder(Tokens.of("x".repeat(64)))
                            .window(Duration.ofMillis(200))
                            .build())
            .start();
    private final List<Raw> steady = new ArrayList<>();

    private Endpoint endpoint() {
        ChannelSpec<Object> room = ChannelSpec.builder(Object::new)
                .quiet()
                .join((c, s) -> s.topic().equals("room:no") ? JoinResult.error() : JoinResult.ok())
                .handleIn("crash", Payload.class, (c, payload, s) -> {
                    throw new IllegalStateException("on purpose");
                })
                .handleAny((c, message, s) -> Result.ok())
                .build();
        return Endpoint.builder()
                .part(EndpointMeters.of(registry))
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel("room:*", room)
                                .connect(request -> request.nested().containsKey("no")
                                        ? ConnectResult.refuse()
                                        : ConnectResult.ok())
                                .quiet()
                                .build())
                .build();
    }

    @AfterEach
    void end() {
        steady.forEach(Raw::cut);
        endpoint.close();
    }

    /** A client that says what it is told to. */
    private final class Raw {
        private final Socket socket;

        Raw() throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            socket.setSoTimeout(5000);
        }

        Raw say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        Raw upgrade(String query, String... headers) throws IOException {
            return say("GET /socket/websocket?" + query + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + String.join("", headers) + "\r\n");
        }

        /** Opens a WebSocket, and joins a topic. */
        Raw joined() throws IOException {
            upgrade("vsn=2.0.0").head();
            frame(0x81, JOIN.getBytes(StandardCharsets.UTF_8));
            skip(2);
            return this;
        }

        /** Reads an answer to the end of its head. */
        String head() throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                head.write(next);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        void skip(int bytes) throws IOException {
            socket.getInputStream().readNBytes(bytes);
        }

        /** Sends a frame whose mask is zero. */
        Raw frame(int first, byte[] content) throws IOException {
            byte[] frame = new byte[6 + content.length];
            frame[0] = (byte) first;
            frame[1] = (byte) (0x80 | content.length);
            System.arraycopy(content, 0, frame, 6, content.length);
            socket.getOutputStream().write(frame);
            return this;
        }

        Raw push(String topic, String event) throws IOException {
            return frame(
                    0x81, ("[\"1\",\"2\",\"" + topic + "\",\"" + event + "\",{}]").getBytes(StandardCharsets.UTF_8));
        }

        Raw close(int code) throws IOException {
            return frame(0x88, new byte[] {(byte) (code >> 8), (byte) code});
        }

        /** Closes with a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        void halfClose() throws IOException {
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
            socket.close();
        }

        void cut() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What a client does, and then is gone. */
    private void misbehave(int how) throws IOException {
        Raw raw = new Raw();
        try {
            act(raw, how);
        } catch (SocketException e) {
            // The server was quicker to end it: broken pipe, or reset.
        }
        raw.cut();
    }

    private static void act(Raw raw, int how) throws IOException {
        switch (how) {
            case 0 -> raw.upgrade("vsn=2.0.0", "Origin: http://bad.example\r\n").head();
            case 1 -> raw.upgrade("vsn=9.9.9").head();
            case 2 -> raw.upgrade("vsn=2.0.0&no=1").head();
            case 3 -> raw.upgrade("vsn=2.0.0").reset();
            case 4 ->
                raw.say("GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: loc").reset();
            case 5 -> raw.joined().reset();
            case 6 -> raw.joined().halfClose();
            case 7 ->
                raw.joined().close(1000).close(1000).frame(0x81, new byte[0]).cut();
            case 8 -> raw.joined().close(4000 + how).halfClose();
            case 9 -> raw.joined().say("\u0081\u00ff").reset();
            case 10 ->
                raw.joined()
                        .frame(0x81, "{nonsense".getBytes(StandardCharsets.UTF_8))
                        .push("room:1", "crash")
                        .halfClose();
            case 11 ->
                raw.joined()
                        .push("room:no", "phx_join")
                        .push("nowhere", "phx_join")
                        .push("room:1", "phx_leave")
                        .cut();
            case 12 -> raw.joined().frame(0xC1, new byte[3]).halfClose();
            case 13 ->
                raw.say("GET /socket/longpoll?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .head();
            case 14 ->
                raw.say("GET /socket/longpoll?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .reset();
            case 15 ->
                raw.say("GET /socket/longpoll?vsn=2.0.0&no=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .head();
            case 16 -> raw.say("\u0016\u0003\u0001nonsense\r\n\r\n").head();
            default -> raw.upgrade("vsn=2.0.0", "Content-Length: 5\r\n").cut();
        }
    }

    private void round(ExecutorService clients, Random random) throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < EACH_ROUND; i++) {
            int how = i < 18 ? i : random.nextInt(18);
            all.add(() -> {
                try {
                    misbehave(how);
                } catch (IOException e) {
                    throw new AssertionError("client of kind " + how, e);
                }
                return null;
            });
        }
        for (Future<Void> done : clients.invokeAll(all)) {
            done.get();
        }
    }

    private double sum(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    private double gauges(String name) {
        return registry.get(name).gauges().stream().mapToDouble(Gauge::value).sum();
    }

    private void quiet(int connections) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(endpoint.connectionCount()).isEqualTo(connections));
        await().untilAsserted(() -> assertThat(endpoint.channelCount()).isEqualTo(connections));
        assertThat(gauges("simurgh.connections")).isEqualTo(connections);
        assertThat(gauges("simurgh.channels")).isEqualTo(connections);
        await().untilAsserted(() -> assertThat(sum("simurgh.connects", "outcome", "ok") - sum("simurgh.disconnects"))
                .isEqualTo(connections));
        await().untilAsserted(() -> assertThat(sum("simurgh.joins", "outcome", "ok") - sum("simurgh.leaves"))
                .isEqualTo(connections));
    }

    private Set<String> scraped() {
        Set<String> series = new HashSet<>();
        Matcher line = SERIES.matcher(registry.scrape());
        while (line.find()) {
            assertThat(series.add(line.group(1))).as("once: " + line.group(1)).isTrue();
            assertThat(Double.parseDouble(line.group(2))).as(line.group(1)).isGreaterThanOrEqualTo(0);
        }
        return series;
    }

    @Test
    void whatCameIsWhatIsThereAndWhatHasGone() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(4);
        Random random = new Random(15);
        for (int i = 0; i < STEADY; i++) {
            steady.add(new Raw().joined());
        }
        quiet(STEADY);
        round(clients, random);
        quiet(STEADY);
        Set<String> series = scraped();
        for (int i = 1; i < ROUNDS; i++) {
            round(clients, random);
            quiet(STEADY);
        }
        assertThat(scraped()).containsAll(series);
        assertThat(sum("simurgh.connects", "outcome", "wrong_origin")).isGreaterThanOrEqualTo(ROUNDS);
        assertThat(sum("simurgh.connects", "outcome", "wrong_version")).isGreaterThanOrEqualTo(ROUNDS);
        assertThat(sum("simurgh.connects", "outcome", "refused")).isGreaterThanOrEqualTo(2 * ROUNDS);
        assertThat(sum("simurgh.disconnects", "code", "1006")).isPositive();
        assertThat(sum("simurgh.crashes")).isGreaterThanOrEqualTo(ROUNDS);
        clients.shutdown();
        server.stop().get();
        quiet(0);
        assertThat(registry.get("simurgh.drain.progress").gauge().value()).isBetween(0.0, 1.0);
        endpoint.close();
        assertThat(registry.scrape()).isEmpty();
    }
}
