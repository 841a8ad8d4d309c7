package dev.simurgh.server.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.simurgh.server.RawClient;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.SocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LongPollOptionsTest {
    private static final String PAGE = "Origin: https://app.example";

    private static LongPollOptions.Builder options() {
        return LongPollOptions.builder(LongPollTest.TOKENS);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> options().path("longpoll")).hasMessage("path: longpoll (expected: such as /longpoll)");
        assertThatThrownBy(() -> options().window(Duration.ZERO)).hasMessage("window: PT0S (expected: more than zero)");
        assertThatThrownBy(() -> options().lookupTimeout(Duration.ofSeconds(-1)))
                .hasMessage("lookupTimeout: PT-1S (expected: more than zero)");
        assertThatThrownBy(() -> options().tokenMaxAge(Duration.ZERO))
                .hasMessage("tokenMaxAge: PT0S (expected: more than zero)");
    }

    @Test
    void credentialsAreNotForEverybodysPages() {
        assertThatThrownBy(() -> TestServer.start(
                        server -> server.longPoll(options().allowCredentials().build())
                                .socket(SocketOptions.builder()
                                        .checkOrigin(OriginPolicy.any())
                                        .build())))
                .hasMessageContaining(
                        "allowCredentials with OriginPolicy.any() at /socket (expected: a policy that names whose pages");
    }

    @Test
    void withCredentialsTheOriginIsNamedInAnswersOfEachKind() {
        try (TestServer server = TestServer.start(builder -> builder.longPoll(options()
                        .allowCredentials()
                        .window(Duration.ofMillis(300))
                        .build())
                .socket(SocketOptions.builder()
                        .checkOrigin(OriginPolicy.host("app.example"))
                        .build()))) {
            int port = server.server.port();
            PollClient client = PollClient.connect(port);

            assertNamed(PollClient.get(port, PollClient.TARGET, PAGE));
            assertNamed(client.get(PAGE)); // which has waited
            assertNamed(PollClient.get(port, "/socket/longpoll?vsn=9.0.0", PAGE));
            try (RawClient raw = new RawClient(port)) {
                assertNamed(raw.request("OPTIONS", PollClient.TARGET, PAGE));
                assertNamed(raw.request("PUT", PollClient.TARGET, PAGE));
            }
            Answer other = PollClient.get(port, PollClient.TARGET, "Origin: https://evil.example");
            assertThat(other.body()).isEqualTo("{\"status\":403}");
            assertThat(other.headers())
                    .doesNotContainKeys("access-control-allow-origin", "access-control-allow-credentials")
                    .containsEntry("vary", "origin");
        }
    }

    @Test
    void aPolicyThatFailsCostsNoMessages() {
        AtomicBoolean failing = new AtomicBoolean();
        OriginPolicy policy = OriginPolicy.custom((origin, host) -> {
            if (failing.get()) {
                throw new IllegalStateException("the policy fails, as it was told to");
            }
            return true;
        });
        try (TestServer server = TestServer.start(
                builder -> builder.longPoll(options().allowCredentials().build())
                        .socket(SocketOptions.builder().checkOrigin(policy).build()))) {
            int port = server.server.port();
            PollClient client = PollClient.joined(port);
            try (RawClient parked = new RawClient(port)) {
                parked.send(("GET " + client.target() + " HTTP/1.1\r\nHost: localhost\r\n" + PAGE + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                await().until(() -> server.server.stats().pendingConnections() == 0);
                failing.set(true);
                server.endpoint.broadcast("load:a", "news", Map.of("n", 1));

                Answer answer = parked.answer(false);

                assertNamed(answer);
                assertThat(answer.body()).contains("news");
            }
            Answer failed = client.get(PAGE);
            assertThat(failed.status()).isEqualTo(500);
            assertThat(failed.body()).isEqualTo("{\"status\":500}");
        }
    }

    private static void assertNamed(Answer answer) {
        assertThat(answer.headers())
                .containsEntry("access-control-allow-origin", "https://app.example")
                .containsEntry("access-control-allow-credentials", "true")
                .containsEntry("vary", "origin");
    }

    @Test
    void thePathMayBeAnother() {
        try (TestServer server = TestServer.start(
                builder -> builder.longPoll("/socket", options().path("/lp").build()))) {
            int port = server.server.port();

            assertThat(PollClient.get(port, "/socket/lp?vsn=2.0.0").body()).contains("410");
            assertThat(PollClient.get(port, PollClient.TARGET).status()).isEqualTo(404);
            assertThat(PollClient.get(port, "/refuse_socket/lp").status()).isEqualTo(404);
        }
    }
}
