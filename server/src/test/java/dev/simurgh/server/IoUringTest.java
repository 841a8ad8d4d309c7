package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.protocol.CloseCode;
import dev.simurgh.transport.WebSocketOptions;
import io.netty.channel.uring.IoUring;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IoUringTest {
    private TestServer test = TestServer.start();

    @BeforeEach
    void start() {
        Assumptions.assumeTrue(IoUring.isAvailable(), "no io_uring here");
        test.close();
        WebSocketOptions patient = WebSocketOptions.builder()
                .closeTimeout(ChronoUnit.FOREVER.getDuration())
                .build();
        test = TestServer.start(server -> server.transport(IoTransport.IO_URING).webSocket(patient));
    }

    @AfterEach
    void stop() {
        test.close();
    }

    @Test
    void messagesOfAllSizesGoBothWays() {
        try (RawClient client = test.joined()) {
            for (int length : new int[] {10, 200, 9_000, 70_000, 1_000_000}) {
                String message = "[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + "x".repeat(length) + "\"}]";
                assertThat(client.text(message).read().text()).contains("x".repeat(length));
            }
        }
    }

    @Test
    void aBroadcastReachesEverybodyInOrder() {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(test.joined());
        }
        for (int n = 0; n < 100; n++) {
            clients.get(0).text("[\"1\",\"p\",\"load:a\",\"pub\",{\"n\":" + n + "}]");
        }
        for (RawClient client : clients) {
            for (int n = 0; n < 100; n++) {
                assertThat(client.read().text()).contains("{\"n\":" + n + "}");
            }
            client.close();
        }
    }

    @Test
    void aClientThatDoesNotReadIsClosed() {
        try (RawClient client = new RawClient(test.server.port(), 64 << 10)) {
            client.upgrade(TestServer.TARGET);
            TestServer.join(client);
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":5000,\"bytes\":4000}]");

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isZero());
            assertThat(client.readToClose()).isEqualTo(CloseCode.TRY_AGAIN_LATER);
        }
        assertThat(test.answers()).isTrue();
    }

    @Test
    void aClientThatBreaksTheProtocolIsToldAndLetGo() {
        try (RawClient client = test.joined()) {
            client.frame(0xF1, "00");
            assertThat(client.readToClose()).isEqualTo(CloseCode.PROTOCOL_ERROR);
            assertThat(client.ended()).isTrue();
        }
    }
}
