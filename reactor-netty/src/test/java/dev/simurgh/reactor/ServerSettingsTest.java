package dev.simurgh.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** What the owner of the server may set, or its clients do to it. */
class ServerSettingsTest {
    private static final String ECHO = "[\"1\",\"2\",\"load:a\",\"echo\",{\"a\":1}]";

    private static TestRoutes on(UnaryOperator<HttpServer> http) {
        return new TestRoutes(
                Limits.defaults(), routes -> routes.longPoll(LongPollOptions.of(TestRoutes.TOKENS)), http);
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                setting("compression", http -> http.compress(true)),
                setting("access log", http -> http.accessLog(true)),
                setting(
                        "time limits",
                        http -> http.idleTimeout(Duration.ofMillis(300))
                                .readTimeout(Duration.ofMillis(300))
                                .requestTimeout(Duration.ofMillis(300))),
                setting("forwarded headers", http -> http.forwarded(true)),
                setting("HTTP/2", http -> http.protocol(HttpProtocol.H2C, HttpProtocol.HTTP11)),
                setting("the JDK's sockets", http -> http.runOn(LoopResources.create("nio", 1, true), false)),
                setting("a limit for requests on a connection", http -> http.maxKeepAliveRequests(2)),
                setting("wiretap", http -> http.wiretap(true)));
    }

    private static Arguments setting(String name, UnaryOperator<HttpServer> http) {
        return Arguments.of(name, http);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void clientsComeAndGoWhateverTheServerIsToldToDo(String name, UnaryOperator<HttpServer> http) {
        try (TestRoutes test = on(http)) {
            try (RawClient client = test.joined()) {
                assertThat(client.text(ECHO).read().text()).contains("{\"a\":1}");
                assertThat(client.close(1000).readToClose()).isEqualTo(1000);
            }
            try (RawClient client = test.client()) {
                String target = "/socket/longpoll?vsn=2.0.0";
                String session = client.get(target).body();
                assertThat(session).startsWith("{\"messages\":[],\"status\":410,\"token\":");
            }
            await().untilAsserted(
                            () -> assertThat(test.routes.stats().connections()).isEqualTo(1)); // the session
        }
    }

    @Test
    void aWebSocketOutlivesTheTimesOfRequests() {
        try (TestRoutes test = on(http -> http.idleTimeout(Duration.ofMillis(200))
                        .readTimeout(Duration.ofMillis(200))
                        .requestTimeout(Duration.ofMillis(200)));
                RawClient client = test.joined();
                RawClient idle = test.client()) {
            assertThat(idle.get("/nowhere").status()).isEqualTo(404);
            assertThat(idle.ended()).isTrue(); // so that much time is over

            assertThat(client.text(ECHO).read().text()).contains("{\"a\":1}");
        }
    }

    @Test
    void aForwardedAddressIsThatOfTheClientIfTheServerBelievesIt() {
        try (TestRoutes test = on(http -> http.forwarded(true));
                RawClient client = test.client()) {
            assertThat(client.upgrade(
                                    "/asking/websocket?vsn=2.0.0",
                                    "X-Forwarded-For: 10.1.2.3",
                                    "X-Forwarded-Proto: https")
                            .status())
                    .isEqualTo(101);

            assertThat(test.asked.remove()).satisfies(info -> {
                assertThat(info.peer().orElseThrow().getAddress().getHostAddress())
                        .isEqualTo("10.1.2.3");
                assertThat(info.uri().toString()).startsWith("https://");
            });
        }
    }

    @Test
    void aForwardedAddressThatIsNoneIsNotThisMachines() {
        try (TestRoutes test = on(http -> http.forwarded(true))) {
            for (String said : List.of("unknown", "bad.cafe", ",", "")) {
                try (RawClient client = test.client()) {
                    client.upgrade("/asking/websocket?vsn=2.0.0", "X-Forwarded-For: " + said);
                    assertThat(test.asked.remove().peer().orElseThrow().getAddress())
                            .as(said)
                            .hasToString("/0.0.0.0");
                }
            }
        }
    }

    @Test
    void twoApplicationsShareTheirEventLoops() {
        try (TestRoutes one = on(http -> http);
                TestRoutes other = on(http -> http);
                RawClient first = one.joined();
                RawClient second = other.joined()) {
            one.routes.close();
            assertThat(first.readToClose()).isEqualTo(1012);

            assertThat(second.text(ECHO).read().text()).contains("{\"a\":1}");
        }
    }

    private static TestRoutes impatient() {
        return new TestRoutes(
                Limits.builder().maxMessageBytes(1000).build(),
                routes -> routes.longPoll(LongPollOptions.of(TestRoutes.TOKENS))
                        .limits(ServerLimits.builder()
                                .handshakeTimeout(Duration.ofMillis(300))
                                .build()),
                UnaryOperator.identity());
    }

    private static Answer postOf(RawClient client, int length, String sent) {
        return client.request("POST /socket/longpoll?vsn=2.0.0&token=x HTTP/1.1\r\nHost: a\r\n"
                + "Content-Type: application/x-ndjson\r\nContent-Length: " + length + "\r\n\r\n" + sent);
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedFor() {
        try (TestRoutes test = impatient();
                RawClient client = test.client()) {
            Answer answer = postOf(client, 100, "abc");

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void norIsTheRestOfOneThatIsTooLong() {
        try (TestRoutes test = impatient();
                RawClient client = test.client()) {
            Answer answer = postOf(client, 100_000, "x".repeat(2000));

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(client.ended()).isTrue();
        }
    }
}
