package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limit;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.ServerLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each limit of a server is counted when it is reached, and never for a client that behaves. */
class LimitCountsTest {
    private static TestServer start(ServerLimits.Builder limits) {
        return TestServer.start(server -> server.limits(limits.build())
                .eventLoops(1)
                .handler("/take", HttpHandler.of(request -> HttpHandler.Response.text("taken"))));
    }

    private static void send(RawClient client, String text) {
        client.send(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertCounted(TestServer test, Limit limit, long times) {
        await().untilAsserted(() -> assertThat(test.endpoint.limitCounts()).containsEntry(limit, times));
        assertThat(test.endpoint.limitCounts())
                .allSatisfy((other, count) -> assertThat(count).as(other.name()).isEqualTo(other == limit ? times : 0));
    }

    @Test
    void linesHeadersAndBodiesThatAreTooLong() {
        ServerLimits.Builder limits = ServerLimits.builder()
                .maxRequestLineBytes(200)
                .maxHeaderBytes(300)
                .maxBodyBytes(10);
        for (Map.Entry<Limit, Integer> each : Map.of(
                        Limit.REQUEST_LINE_BYTES, 414, Limit.HEADER_BYTES, 431, Limit.BODY_BYTES, 413)
                .entrySet()) {
            try (TestServer test = start(limits);
                    RawClient client = test.client()) {
                Answer answer = switch (each.getKey()) {
                    case REQUEST_LINE_BYTES -> client.get("/health?" + "x".repeat(200));
                    case HEADER_BYTES -> client.get("/health", "X: " + "x".repeat(300));
                    default -> client.request("POST", "/take", "Content-Length: 11", "", "x".repeat(11));
                };
                assertThat(answer.status()).isEqualTo(each.getValue());
                assertCounted(test, each.getKey(), 1);
            }
        }
    }

    @Test
    void requestsThatDoNotCome() {
        try (TestServer test = start(ServerLimits.builder().handshakeTimeout(Duration.ofMillis(200)))) {
            try (RawClient silent = test.client();
                    RawClient half = test.client();
                    RawClient body = test.client();
                    RawClient second = test.client();
                    RawClient content = test.client()) {
                send(half, "GET /health HTT");
                send(body, "POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nhalf");
                assertThat(second.get("/health").status()).isEqualTo(200);
                send(second, "GET /health HTT");
                assertThat(content.get("/health").status()).isEqualTo(200); // and is only kept open from here on
                assertThat(silent.ended()).isTrue();
                assertThat(half.ended()).isTrue();
                assertThat(body.answer(false).status()).isEqualTo(408);
                assertThat(second.ended()).isTrue();
                assertThat(content.ended()).isTrue();
            }
            assertCounted(test, Limit.HANDSHAKE_TIMEOUT, 4);
        }
    }

    @Test
    void tooManyThatAreNotAdmitted() {
        try (TestServer test = start(ServerLimits.builder().maxPendingConnections(1))) {
            try (RawClient first = test.client()) {
                send(first, "GET /health HTT"); // between two requests it would make room
                try (RawClient second = test.client()) {
                    Answer answer = second.answer(false);
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.headers()).containsEntry("retry-after", "1");
                    assertThat(answer.body()).isEqualTo("too many requests");
                }
            }
            assertCounted(test, Limit.PENDING_CONNECTIONS, 1);
        }
    }

    @Test
    void tooMuchOfRequestsThatHaveNotCome() {
        try (TestServer test = start(ServerLimits.builder().maxPendingBytes(5000));
                RawClient client = test.client()) {
            send(client, "GET /" + "x".repeat(6000));
            assertThat(client.answer(false).status()).isEqualTo(503);
            assertCounted(test, Limit.PENDING_BYTES, 1);
        }
    }

    @Test
    void whoBehavesReachesNone() {
        try (TestServer test = start(ServerLimits.builder()
                .maxConnections(5)
                .maxConnectionsPerAddress(5)
                .handshakesPerSecond(1000)
                .maxBodyBytes(100)
                .maxPendingConnections(10))) {
            for (int i = 0; i < 20; i++) {
                try (RawClient one = test.joined();
                        RawClient other = test.client()) {
                    assertThat(other.get("/health").status()).isEqualTo(200);
                    assertThat(other.request("POST", "/take", "Content-Length: 100", "", "x".repeat(100))
                                    .body())
                            .isEqualTo("taken");
                    one.close(1000);
                    assertThat(one.readToClose()).isEqualTo(1000);
                }
            }
            assertThat(test.endpoint.limitCounts().values()).containsOnly(0L);
        }
    }
}
