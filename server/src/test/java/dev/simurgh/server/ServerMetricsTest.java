package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.spi.MetricListener;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a server tells of itself in numbers, as long as it is there. */
class ServerMetricsTest {
    private static double read(TestServer test, String name, String... tags) {
        return test.endpoint.backstage().metrics().stream()
                .filter(metric -> metric.name().equals(name) && has(metric, tags))
                .mapToDouble(metric -> metric.reading().getAsDouble())
                .sum();
    }

    private static boolean has(Metric metric, String... tags) {
        for (int i = 0; i < tags.length; i += 2) {
            if (!tags[i + 1].equals(metric.tags().get(tags[i]))) {
                return false;
            }
        }
        return true;
    }

    @Test
    void connectionsAreThoseThatAreThere() throws Exception {
        try (TestServer test = TestServer.start()) {
            assertThat(read(test, "simurgh.server.connections")).isZero();
            RawClient one = test.joined();
            RawClient two = test.joined();
            try (one;
                    two) {
                assertThat(read(test, "simurgh.server.connections")).isEqualTo(2);
                assertThat(read(test, "simurgh.connections", "socket", "/socket", "transport", "websocket"))
                        .isEqualTo(2);
                assertThat(read(test, "simurgh.channels", "socket", "/socket", "channel", "load:*"))
                        .isEqualTo(2);
                one.close(CloseCode.NORMAL);
                await().untilAsserted(() ->
                        assertThat(read(test, "simurgh.server.connections")).isEqualTo(1));
                await().untilAsserted(() ->
                        assertThat(read(test, "simurgh.connections")).isEqualTo(1));
            }
        }
    }

    @Test
    void eachSocketAndTransportIsThereBeforeItsFirstClient() {
        try (TestServer test =
                TestServer.start(server -> server.longPoll(LongPollOptions.of(Tokens.of("x".repeat(64)))))) {
            assertThat(test.endpoint.backstage().metrics())
                    .filteredOn(metric -> metric.name().equals("simurgh.connections"))
                    .extracting(metric ->
                            metric.tags().get("socket") + " " + metric.tags().get("transport"))
                    .containsExactlyInAnyOrder(
                            "/socket websocket",
                            "/socket longpoll",
                            "/refuse_socket websocket",
                            "/refuse_socket longpoll",
                            "/info_socket/:org websocket",
                            "/info_socket/:org longpoll");
        }
    }

    @Test
    void theLimitsAreToldBesideWhatTheyLimit() {
        try (TestServer test = TestServer.start(ServerLimits.builder()
                .maxConnections(7)
                .maxPendingConnections(6)
                .maxPendingBytes(5 << 20)
                .maxQueuedBytes(4 << 20))) {
            assertThat(read(test, "simurgh.server.connections.max")).isEqualTo(7);
            assertThat(read(test, "simurgh.server.pending.max")).isEqualTo(6);
            assertThat(read(test, "simurgh.server.requests.max")).isEqualTo(5 << 20);
            assertThat(read(test, "simurgh.server.memory.max")).isEqualTo(4 << 20);
        }
    }

    @Test
    void theyGoWithTheirServerAndAreToldFromThoseOfAnother() throws Exception {
        try (TestServer test = TestServer.start();
                Server other = Server.builder(test.endpoint)
                        .host("127.0.0.1")
                        .port(0)
                        .eventLoops(1)
                        .start()) {
            String here = "127.0.0.1:" + test.server.port();
            String there = "127.0.0.1:" + other.port();
            ConcurrentLinkedQueue<String> removed = new ConcurrentLinkedQueue<>();
            test.endpoint.backstage().listen(new MetricListener() {
                @Override
                public void added(Metric metric) {}

                @Override
                public void removed(Metric metric) {
                    removed.add(String.valueOf(metric.tags().get("server")));
                }
            });
            try (RawClient mine = test.joined()) {
                assertThat(read(test, "simurgh.server.connections", "server", here))
                        .isEqualTo(1);
                assertThat(read(test, "simurgh.server.connections", "server", there))
                        .isZero();
                assertThat(mine).isNotNull();
            }
            other.stop().get(10, TimeUnit.SECONDS);
            assertThat(removed).isNotEmpty().containsOnly(there);
            assertThat(servers(test)).containsOnly(here);
        }
    }

    private static List<String> servers(TestServer test) {
        return test.endpoint.backstage().metrics().stream()
                .filter(metric -> metric.name().startsWith("simurgh.server."))
                .map(metric -> String.valueOf(metric.tags().get("server")))
                .distinct()
                .toList();
    }
}
