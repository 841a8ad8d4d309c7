package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PingTest {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final TestServer test =
            TestServer.start(WebSocketOptions.builder().pingInterval(INTERVAL).closeTimeout(Duration.ofMillis(200)));

    @AfterEach
    void stop() {
        test.close();
    }

    @Test
    void aSilentClientIsPingedAndAPongIsASignOfLife() {
        try (RawClient client = test.webSocket()) {
            for (int i = 0; i < 2; i++) {
                RawClient.WsFrame ping = client.read();
                assertThat(ping.first()).isEqualTo(RawClient.FIN | FrameWriter.PING);
                assertThat(ping.content()).isEmpty();
                client.frame(RawClient.FIN | FrameWriter.PONG, "");
            }
            assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("ok");
        }
    }

    @Test
    void aClientThatDoesNotAnswerIsGivenUpAfterOneInterval() {
        long start = System.nanoTime();
        try (RawClient client = test.webSocket()) {
            assertThat(client.read().opcode()).isEqualTo(FrameWriter.PING);
            RawClient.WsFrame close = client.read();

            assertThat(close.closeCode()).isEqualTo(CloseCode.GOING_AWAY);
            assertThat(close.text()).endsWith("no pong");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(INTERVAL.multipliedBy(2));
            await().untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isZero());
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aClientThatTalksIsNotPinged() {
        try (RawClient client = test.webSocket();
                RawClient silent = test.webSocket()) {
            await().pollInterval(INTERVAL.dividedBy(4)).until(() -> {
                assertThat(client.text(TestServer.HEARTBEAT).read().opcode()).isEqualTo(FrameWriter.TEXT);
                return test.endpoint.connectionCount() == 1;
            });
            assertThat(silent.readToClose()).isEqualTo(CloseCode.GOING_AWAY);
        }
    }

    @Test
    void pingsMustComeBeforeTheIdleTimeout() {
        assertThatThrownBy(() -> WebSocketOptions.builder()
                        .idleTimeout(Duration.ofSeconds(5))
                        .pingInterval(Duration.ofSeconds(5))
                        .build())
                .hasMessage("pingInterval: PT5S (expected: less than idleTimeout, PT5S)");
    }

    @Test
    void afterAStallClientsAreAskedFirstAndHeardFirst() {
        EmbeddedChannel channel = new EmbeddedChannel();
        FrameLoop loop = FrameLoopRig.on(channel.eventLoop());
        WebSocketTerms terms = WebSocketTerms.of(
                WebSocketOptions.builder().pingInterval(INTERVAL).build(), Limits.defaults(), reached -> {});
        int interval = terms.pingTicks();
        WebSocketConnection connection = new WebSocketConnection(loop, terms);
        channel.pipeline().addLast(connection);

        assertThat(connection.due(interval - 1)).isEqualTo(1);
        assertThat(connection.due(20 * interval)).as("asked").isEqualTo(interval);
        assertThat(connection.due(40 * interval))
                .as("time to be heard")
                .isPositive()
                .isLessThan(interval);
        assertThat(connection.due(41 * interval)).as("given up").isEqualTo(terms.closeTicks());

        channel.runPendingTasks();
        ByteBuf sent = channel.readOutbound();
        assertThat(ByteBufUtil.hexDump(sent)).startsWith("8900" + "88");
        sent.release();
        channel.finishAndReleaseAll();
        loop.release();
    }
}
