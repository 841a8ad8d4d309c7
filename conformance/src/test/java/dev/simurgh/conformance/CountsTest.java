package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a driver of tests sees from outside: the limits of the command line, and the counts. */
@Timeout(60)
class CountsTest {
    private static final List<String> COUNTS = List.of(
            "connections",
            "channels",
            "sessions",
            "subscriptions",
            "timers",
            "queuedBytes",
            "waitingBytes",
            "presences");

    private final HttpClient http = HttpClient.newHttpClient();

    private static ConformanceServer start(String... options) {
        String[] all = new String[options.length + 2];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = "--port";
        all[options.length + 1] = "0";
        return ConformanceServer.start(ConformanceOptions.parse(all));
    }

    private static void stop(ConformanceServer server) {
        server.stop().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private HttpResponse<String> get(ConformanceServer server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(), BodyHandlers.ofString());
    }

    private JsonNode counts(ConformanceServer server) throws Exception {
        return new ObjectMapper().readTree(get(server, "/counts").body());
    }

    private WebSocket webSocket(ConformanceServer server) {
        return webSocket(server, new WebSocket.Listener() {});
    }

    private WebSocket webSocket(ConformanceServer server, WebSocket.Listener listener) {
        URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/socket/websocket?vsn=2.0.0");
        return http.newWebSocketBuilder().buildAsync(uri, listener).join();
    }

    private int refusal(ConformanceServer server) {
        try {
            webSocket(server).abort();
            return 101;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    @ParameterizedTest
    @EnumSource
    void allIsZeroAgainWhenNobodyIsThere(On on) throws Exception {
        ConformanceServer server = start("--on", on.option());
        try {
            assertNobody(counts(server));
            Queue<String> received = new ConcurrentLinkedQueue<>();
            WebSocket client = webSocket(server, new WebSocket.Listener() {
                @Override
                public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                    received.add(text.toString());
                    from.request(1);
                    return null;
                }
            });
            client.sendText("[\"2\",\"2\",\"room:a\",\"phx_join\",{}]", true).join();
            client.sendText("[\"3\",\"3\",\"presence:a\",\"phx_join\",{\"user_id\":1}]", true)
                    .join();
            client.sendText("[\"4\",\"4\",\"crowd:a\",\"phx_join\",{\"name\":\"Attar\"}]", true)
                    .join();
            await().untilAsserted(() -> {
                JsonNode counts = counts(server);
                assertThat(counts.get("presences").asInt())
                        .as(() -> counts + ", and the client has received " + received)
                        .isEqualTo(2);
            });
            await().untilAsserted(() -> assertPolling(server));
            client.abort();
            await().untilAsserted(() -> assertNobody(counts(server)));
        } finally {
            stop(server);
        }
    }

    /** A session ends half a second after its last poll, which on a slow machine may be before it is counted: then there is another. */
    private void assertPolling(ConformanceServer server) throws Exception {
        assertThat(get(server, "/fastpoll_socket/longpoll?vsn=2.0.0").body()).contains("\"status\":410");
        JsonNode busy = counts(server);
        assertThat(busy.get("sessions").asInt()).isPositive();
        assertThat(busy.get("connections").asInt())
                .isEqualTo(busy.get("sessions").asInt() + 1);
        assertThat(busy.get("subscriptions").asInt()).isPositive();
    }

    private static void assertNobody(JsonNode counts) {
        assertThat(COUNTS)
                .allSatisfy(
                        name -> assertThat(counts.get(name).asLong(-1)).as(name).isZero());
        assertThat(counts.size()).isEqualTo(COUNTS.size());
    }

    @Test
    void aFullServerSaysSoAndLetsTheNextOneInWhenThereIsRoom() throws Exception {
        ConformanceServer server = start("--max-connections", "1");
        try {
            WebSocket client = webSocket(server);
            assertThat(refusal(server)).isEqualTo(503);
            HttpResponse<String> polling = get(server, "/socket/longpoll?vsn=2.0.0");
            assertThat(polling.statusCode()).isEqualTo(503);
            assertThat(polling.headers().firstValue("retry-after")).hasValue("5");
            assertThat(polling.body()).isEqualTo("too many connections");
            client.abort();
            await().until(() -> refusal(server) == 101);
        } finally {
            stop(server);
        }
    }

    @Test
    void oneAddressTakesItsShare() throws Exception {
        ConformanceServer server = start("--max-connections-per-address", "1");
        try {
            webSocket(server);
            assertThat(refusal(server)).isEqualTo(429);
        } finally {
            stop(server);
        }
    }
}
