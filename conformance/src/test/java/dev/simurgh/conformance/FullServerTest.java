package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is full, as phoenix.js sees it: it is refused before anything is open, so it keeps to its timetable. */
@Timeout(60)
class FullServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 8;
    /** 10, 50, 100, 150, 200, 250 and 500 ms are between so many attempts; a timer may be a little early. */
    private static final long LEAST_MILLIS = 1200;

    private final List<Long> refused = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Endpoint endpoint = Endpoint.builder()
            .codec(PhoenixJson.codec())
            .listener(new EndpointListener() {
                @Override
                public void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {
                    if (outcome == ConnectOutcome.OVER_LIMIT) {
                        refused.add(System.nanoTime());
                    }
                }
            })
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .connect(request -> {
                                asked.incrementAndGet();
                                return ConnectResult.ok();
                            })
                            .channel(
                                    "room:*",
                                    ChannelSpec.builder(Object::new).quiet().build())
                            .quiet()
                            .build())
            .build();
    private final Server server = Server.builder(endpoint)
            .host("127.0.0.1")
            .port(0)
            .longPoll(LongPollOptions.of(Tokens.of(ConformanceServer.SECRET_KEY_BASE)))
            .limits(ServerLimits.builder().maxConnections(1).build())
            .start();

    @AfterEach
    void stop() {
        server.stop().orTimeout(20, TimeUnit.SECONDS).join();
        endpoint.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "longpoll"})
    void phoenixJsKeepsToItsTimetableAndIsInWhenThereIsRoom(String transport) throws Exception {
        String url = "ws://127.0.0.1:" + server.port() + "/socket";
        WebSocket inside = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(url + "/websocket?vsn=2.0.0"), new WebSocket.Listener() {})
                .join();
        try (ScriptedClient client = new ScriptedClient(ClientTools.node("node.mjs", "phoenix", transport))) {
            client.connect("late", url, Map.of());
            client.join("late", "room", ClientUnderTest.Join.to("room:a"));
            NetworkRig.awaitUntil(() -> refused.size() >= ATTEMPTS);
            long millis = TimeUnit.NANOSECONDS.toMillis(refused.get(ATTEMPTS - 1) - refused.get(0));
            assertThat(millis).isGreaterThanOrEqualTo(LEAST_MILLIS);
            assertThat(asked).hasValue(1);

            inside.abort();
            client.sightings().await("room", "join ok", PATIENCE);
            assertThat(asked).hasValue(2);
        }
    }
}
