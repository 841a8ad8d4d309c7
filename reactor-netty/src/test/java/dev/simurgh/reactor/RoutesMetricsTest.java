package dev.simurgh.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.pubsub.Metric;
import dev.simurgh.server.RawClient;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.ServerStats;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What routes tell of themselves in numbers, as long as they are there. */
class RoutesMetricsTest {
    private static double read(TestRoutes test, String name, String server) {
        return test.endpoint.backstage().metrics().stream()
                .filter(metric -> metric.name().equals("simurgh.server." + name)
                        && server.equals(metric.tags().get("server")))
                .mapToDouble(metric -> metric.reading().getAsDouble())
                .findFirst()
                .orElse(-1);
    }

    @Test
    void theirClientsAreCountedAsLongAsTheyAreThere() throws Exception {
        try (TestRoutes test = new TestRoutes(options -> options.longPoll(LongPollOptions.of(TestRoutes.TOKENS))
                .limits(ServerLimits.builder().maxConnections(7).build()))) {
            try (RawClient one = test.joined();
                    RawClient poller = test.client()) {
                assertThat(poller.get("/socket/longpoll?vsn=2.0.0").body()).contains("\"status\":410");
                assertThat(one).isNotNull();
                assertThat(test.routes.stats()).isEqualTo(new ServerStats(2, 1, 0, 0, 0, 0, 0));
                assertThat(read(test, "connections", "application")).isEqualTo(2);
                assertThat(read(test, "connections.max", "application")).isEqualTo(7);
                assertThat(read(test, "sessions", "application")).isEqualTo(1);
            }
            await().untilAsserted(() ->
                    assertThat(read(test, "connections", "application")).isEqualTo(1)); // the session
            test.routes.stop().get(20, TimeUnit.SECONDS);
            assertThat(test.endpoint.backstage().metrics())
                    .extracting(Metric::name)
                    .noneMatch(name -> name.startsWith("simurgh.server."));
        }
    }

    @Test
    void bodiesAndRefusedRequestsAreCounted() {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        try (TestRoutes test = new TestRoutes(options -> options.handler("/late", request -> answer)
                .limits(ServerLimits.builder().maxBodyBytes(1_000).build()))) {
            try (RawClient client = test.client()) {
                client.send(post(500));
                await().untilAsserted(() ->
                        assertThat(read(test, "requests", "application")).isBetween(500.0, 1_024.0));
                answer.complete(Response.text("now"));
                assertThat(client.answer(true).status()).isEqualTo(200);
                assertThat(read(test, "requests", "application")).isZero();
            }
            assertThat(read(test, "requests.refused", "application")).isZero();
            try (RawClient client = test.client()) {
                client.send(post(2_000));
                assertThat(client.answer(true).status()).isEqualTo(413);
            }
            assertThat(read(test, "requests.refused", "application")).isEqualTo(1);
        }
    }

    private static byte[] post(int length) {
        return ("POST /late HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length))
                .getBytes(StandardCharsets.US_ASCII);
    }
}
