package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.WebSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Limits of a client on a real WebSocket: that each is counted when it is reached, and what the client then gets. */
class ClientLimitsTest {
    private static String push(String ref, String event, String payload) {
        return "[\"1\",\"" + ref + "\",\"load:a\",\"" + event + "\"," + payload + "]";
    }

    private static void assertCounted(TestServer test, Limit limit, long times) {
        await().untilAsserted(() -> assertThat(test.endpoint.limitCounts()).containsEntry(limit, times));
        assertThat(test.endpoint.limitCounts())
                .allSatisfy((other, count) -> assertThat(count).as(other.name()).isEqualTo(other == limit ? times : 0));
    }

    private static TestServer start(Limits.Builder limits) {
        return TestServer.start(limits.build(), WebSocketOptions.builder());
    }

    @Test
    void whoIsOverItsRateIsReadMoreSlowlyAndLosesNothing() {
        try (TestServer test = start(Limits.builder().messagesPerSecond(200));
                RawClient client = test.joined();
                RawClient other = test.joined()) {
            for (int i = 0; i < 1100; i++) {
                client.text(push("" + i, "echo", "{}"));
            }
            assertThat(other.text(push("o", "echo", "{}")).read().text()).contains("\"o\"");
            for (int i = 0; i < 1100; i++) {
                assertThat(client.read().text()).startsWith("[\"1\",\"" + i + "\",");
            }
            assertCounted(test, Limit.MESSAGES_PER_SECOND, 1);
        }
    }

    @Test
    void pingsCountAsMessages() {
        try (TestServer test = start(Limits.builder().messagesPerSecond(20));
                RawClient client = test.joined()) {
            for (int i = 0; i < 110; i++) {
                client.frame(RawClient.FIN | FrameWriter.PING, "");
            }
            for (int i = 0; i < 110; i++) {
                assertThat(client.read().opcode()).isEqualTo(FrameWriter.PONG);
            }
            assertCounted(test, Limit.MESSAGES_PER_SECOND, 1);
        }
    }

    @Test
    void whoIsNotReadForItsRateIsNotSilent() {
        WebSocketOptions.Builder patience = WebSocketOptions.builder().idleTimeout(Duration.ofMillis(300));
        Limits limits = Limits.builder().messagesPerSecond(1).build();
        try (TestServer test = TestServer.start(limits, patience);
                RawClient client = test.webSocket()) {
            for (int i = 0; i < 7; i++) {
                client.text(TestServer.HEARTBEAT);
            }
            for (int i = 0; i < 7; i++) {
                assertThat(client.read().text()).contains("ok");
            }
        }
    }

    @Test
    void whoIsWithinItsRateReachesNothing() {
        try (TestServer test = start(Limits.builder());
                RawClient client = test.joined()) {
            for (int i = 0; i < 2000; i++) {
                client.text(push("" + i, "echo", "{}"));
                client.read();
            }
            assertThat(test.endpoint.limitCounts().values()).containsOnly(0L);
        }
    }

    @Test
    void messagesThatAreTooLong() {
        try (TestServer test = start(Limits.builder().maxMessageBytes(100));
                RawClient client = test.webSocket()) {
            assertThat(client.text("x".repeat(101)).readToClose()).isEqualTo(1009);
            assertCounted(test, Limit.MESSAGE_BYTES, 1);
        }
    }

    @Test
    void messagesInTooManyFrames() {
        try (TestServer test = TestServer.start(WebSocketOptions.builder().maxFragments(2));
                RawClient client = test.webSocket()) {
            client.frame(RawClient.TEXT, "5b").frame(0, "31").frame(0, "2c");
            assertThat(client.readToClose()).isEqualTo(1008);
            assertCounted(test, Limit.FRAGMENTS, 1);
        }
    }

    @Test
    void pushesThatItDoesNotRead() {
        Limits limits = Limits.builder().maxQueueBytes(100_000).build();
        try (TestServer test = TestServer.start(limits, WebSocketOptions.builder());
                RawClient client = new RawClient(test.server.port(), 8192)) {
            client.upgrade(TestServer.TARGET);
            TestServer.join(client);
            client.text(push("2", "flood", "{\"frames\":5000,\"bytes\":4000}"));
            assertCounted(test, Limit.QUEUE_BYTES, 1);
        }
    }

    @Test
    void whoJoinsNothingIsClosedThoughNothingElseGoesOn() {
        try (TestServer test = start(Limits.builder().joinWithin(Duration.ofMillis(300)));
                RawClient silent = test.webSocket()) {
            assertThat(silent.readToClose()).isEqualTo(1008);
            assertCounted(test, Limit.JOIN_WITHIN, 1);
        }
    }

    @Test
    void joinsOfAllTogether() {
        try (TestServer test = start(Limits.builder().joinsPerSecond(1));
                RawClient first = test.joined();
                RawClient second = test.webSocket()) {
            String join = "[\"1\",\"1\",\"load:b\",\"phx_join\",{}]";
            assertThat(second.text(join).read().text())
                    .isEqualTo("[\"1\",\"1\",\"load:b\",\"phx_reply\",{\"response\":{\"reason\":\"too many joins\","
                            + "\"retry_after\":1},\"status\":\"error\"}]");
            await().untilAsserted(
                            () -> assertThat(second.text(join).read().text()).contains("\"status\":\"ok\""));
            assertThat(first.text(push("2", "echo", "{}")).read().text()).contains("\"ok\"");
        }
    }
}
