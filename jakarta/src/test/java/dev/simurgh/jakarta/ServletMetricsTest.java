package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.server.RawClient;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.ServerStats;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a servlet tells of itself in numbers, as long as it is there. */
class ServletMetricsTest {
    private static final LongPollOptions POLLING = LongPollOptions.of(Tokens.of("x".repeat(64)));

    private static double read(Rig rig, String name, String server) {
        return rig.endpoint.backstage().metrics().stream()
                .filter(metric -> metric.name().equals("simurgh.server." + name)
                        && server.equals(metric.tags().get("server")))
                .mapToDouble(metric -> metric.reading().getAsDouble())
                .findFirst()
                .orElse(-1);
    }

    @ParameterizedTest
    @EnumSource
    void itsClientsAreCountedAsLongAsItIsThere(WebContainer.Kind kind) throws Exception {
        ServerLimits limits =
                ServerLimits.builder().maxConnections(7).maxQueuedBytes(4 << 20).build();
        try (Rig rig = new Rig(
                kind, Limits.defaults(), options -> options.longPoll(POLLING).limits(limits))) {
            try (RawClient one = rig.joined();
                    RawClient poller = rig.client()) {
                assertThat(poller.get("/socket/longpoll?vsn=2.0.0").body()).contains("\"status\":410");
                assertThat(one).isNotNull();
                assertThat(rig.servlet.stats()).isEqualTo(new ServerStats(2, 1, 0, 0, 0, 0, 0));
                assertThat(read(rig, "connections", "application")).isEqualTo(2);
                assertThat(read(rig, "connections.max", "application")).isEqualTo(7);
                assertThat(read(rig, "sessions", "application")).isEqualTo(1);
                assertThat(read(rig, "memory.max", "application")).isEqualTo(4 << 20);
            }
            await().untilAsserted(() ->
                    assertThat(read(rig, "connections", "application")).isEqualTo(1)); // the session
            rig.servlet.stop().get(20, TimeUnit.SECONDS);
            assertThat(rig.endpoint.backstage().metrics())
                    .extracting(Metric::name)
                    .noneMatch(name -> name.startsWith("simurgh.server."));
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoServletsOfAnEndpointAreToldApart(WebContainer.Kind kind) {
        SimurghServlet[] other = new SimurghServlet[1];
        try (Rig rig = new Rig(kind, Limits.defaults(), options -> options, (container, endpoint) -> {
            other[0] = SimurghServlet.builder(endpoint).eventLoops(1).build();
            container.add("/other", (classes, context) -> other[0].register(context));
        })) {
            try (RawClient client = RawClient.webSocket(rig.container.port(), "/other" + Rig.TARGET)) {
                assertThat(client).isNotNull();
                assertThat(read(rig, "connections", "application")).isZero();
                assertThat(read(rig, "connections", "application-2")).isEqualTo(1);
            }
            other[0].close();
            assertThat(read(rig, "connections", "application")).isZero();
            assertThat(read(rig, "connections", "application-2")).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesAndRefusedRequestsAreCounted(WebContainer.Kind kind) throws Exception {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        HttpHandler late = request -> answer;
        try (Rig rig = new Rig(
                kind,
                Limits.defaults(),
                options -> options.handler("/late", late)
                        .limits(ServerLimits.builder().maxBodyBytes(1_000).build()))) {
            try (RawClient client = rig.client()) {
                client.send(post(500));
                await().untilAsserted(() ->
                        assertThat(read(rig, "requests", "application")).isBetween(500.0, 1_024.0));
                answer.complete(Response.text("now"));
                assertThat(client.answer(true).status()).isEqualTo(200);
                assertThat(read(rig, "requests", "application")).isZero();
            }
            assertThat(read(rig, "requests.refused", "application")).isZero();
            try (RawClient client = rig.client()) {
                client.send(post(2_000));
                assertThat(client.answer(true).status()).isEqualTo(413);
            }
            assertThat(read(rig, "requests.refused", "application")).isEqualTo(1);
        }
    }

    private static byte[] post(int length) {
        return ("POST /late HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length))
                .getBytes(StandardCharsets.US_ASCII);
    }
}
