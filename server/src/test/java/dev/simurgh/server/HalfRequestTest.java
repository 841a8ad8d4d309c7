package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.ServerStats;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HalfRequestTest {
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void hangUp() {
        clients.forEach(RawClient::close);
    }

    private void hangUp(TestServer test) {
        hangUp();
        await().until(() -> test.server.stats().pendingConnections() == 0);
    }

    private RawClient client(TestServer test, String says) {
        RawClient client = test.client();
        client.send(says.getBytes(StandardCharsets.ISO_8859_1));
        clients.add(client);
        return client;
    }

    /** What was sent before has been read when this returns: a loop reads all that have something to say in turn. */
    private static void settle(TestServer test) {
        for (int i = 0; i < 3; i++) {
            try (RawClient other = test.client()) {
                assertThat(other.get("/health").status()).isEqualTo(200);
            }
        }
    }

    private static long directMemory() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    @Test
    void aBoundThatIsNoneIsNone() {
        try (TestServer test = TestServer.start(ServerLimits.builder()
                        .maxHeaderBytes(Integer.MAX_VALUE)
                        .maxRequestLineBytes(Integer.MAX_VALUE));
                RawClient client = test.client()) {
            client.send("GET /health HTTP/1.1\r\nHos".getBytes(StandardCharsets.US_ASCII));
            await().untilAsserted(
                            () -> assertThat(test.server.stats().pendingBytes()).isPositive());
            client.send("t: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.answer(false).status()).isEqualTo(200);
        }
    }

    @Test
    void halfARequestPinsItsOwnBytes() {
        try (TestServer test = TestServer.start(server -> server.eventLoops(1))) {
            settle(test);
            long before = directMemory();
            for (int i = 0; i < 600; i++) {
                client(test, "GET ");
            }
            settle(test);

            assertThat(directMemory() - before).isLessThanOrEqualTo(8 << 20);
            hangUp(test);
        }
    }

    @Test
    void aRequestThatComesInPiecesIsAnswered() {
        try (TestServer test = TestServer.start(server -> server.eventLoops(1))) {
            RawClient client = client(test, "\r\n");
            String request = "GET /health HTTP/1.1\r\nHost: here\r\nX-Long: " + "x".repeat(9000) + "\r\n\r\n";
            for (String piece : request.split("(?<=[G /H1\\r\\n:])", -1)) {
                client.send(piece.getBytes(StandardCharsets.ISO_8859_1));
                settle(test);
            }
            assertThat(client.answer(false).status()).isEqualTo(200);
            assertThat(client.get("/health").status()).as("the next one").isEqualTo(200);
            await().untilAsserted(
                            () -> assertThat(test.server.stats().pendingBytes()).isZero());
            hangUp(test);
        }
    }

    @Test
    void whoHasSentHalfARequestIsCutWhenTheServerStops() {
        TestServer test = TestServer.start();
        for (int i = 0; i < 50; i++) {
            client(test, "GET /he");
        }
        settle(test);
        test.close(); // and looks whether all buffers are back

        assertThat(clients).allMatch(RawClient::ended);
    }

    @Test
    void overTheBytesOfHalfRequestsTheOldestIsTurnedAway() {
        try (TestServer test = TestServer.start(server -> server.eventLoops(1)
                .limits(ServerLimits.builder().maxPendingBytes(20_000).build()))) {
            RawClient idle = client(test, "");
            RawClient first = client(test, "GET /" + "a".repeat(7000));
            settle(test);
            RawClient second = client(test, "GET /" + "b".repeat(7000));
            settle(test);
            assertThat(test.server.stats().turnedAway()).isZero();
            client(test, "GET /" + "c".repeat(7000));

            assertThat(first.answer(false).status()).isEqualTo(503);
            assertThat(first.ended()).isTrue();
            assertThat(test.server.stats().turnedAway()).isEqualTo(1);
            assertThat(test.server.stats().pendingBytes()).isBetween(14_000L, 20_000L);
            assertThat(idle.get("/health").status()).isEqualTo(200);
            second.send(" HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(second.answer(false).status()).isEqualTo(404);
            hangUp(test);
        }
    }

    @Test
    void oneTooManyThatAllCameJustNowIsTurnedAwayItself() {
        try (TestServer test = TestServer.start(server -> server.eventLoops(1)
                .limits(ServerLimits.builder().maxPendingConnections(2).build()))) {
            RawClient first = client(test, "");
            RawClient second = client(test, "");
            await().until(() -> test.server.stats().pendingConnections() == 2);
            Answer third = client(test, "").answer(false);

            assertThat(third.status()).isEqualTo(503);
            assertThat(test.server.stats()).isEqualTo(new ServerStats(0, 0, 0, 2, 0, 1, 0));
            assertThat(first.upgrade(TestServer.TARGET).status()).isEqualTo(101);
            assertThat(second.get("/health").status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(test.server.stats().pendingConnections())
                    .as("a WebSocket is admitted")
                    .isEqualTo(1));
            hangUp(test);
        }
    }

    @Test
    void whoseRequestWasRefusedMakesRoomIfItDoesNotHangUp() {
        try (TestServer test = TestServer.start(server -> crowded(server))) {
            for (int i = 0; i < 2; i++) {
                assertThat(client(test, "nonsense\r\n\r\n").answer(false).status())
                        .isEqualTo(400);
            }
            awaitRoom(test);
            hangUp(test);
        }
    }

    @Test
    void whoDoesNotTakeItsAnswerMakesRoom(@TempDir Path files) throws IOException {
        Files.write(files.resolve("large"), new byte[24 << 20]);
        try (TestServer test = TestServer.start(server -> crowded(server).files("/files", files.toString()))) {
            for (int i = 0; i < 2; i++) {
                RawClient client = new RawClient(test.server.port(), 4096);
                clients.add(client);
                client.send("GET /files/large HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            awaitRoom(test);
            hangUp(test);
        }
    }

    private static ServerBuilder crowded(ServerBuilder server) {
        return server.eventLoops(1)
                .limits(ServerLimits.builder()
                        .maxPendingConnections(2)
                        .handshakeTimeout(Duration.ofSeconds(50))
                        .build());
    }

    /** Patience is short, and ends long before the time that these clients have by themselves. */
    private static void awaitRoom(TestServer test) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            try (RawClient next = test.client()) {
                return next.get("/health").status() == 200;
            } catch (UncheckedIOException turnedAway) { // with its request unread
                return false;
            }
        });
        assertThat(test.server.stats().turnedAway()).isPositive();
    }

    @Test
    void moreHeadersThanAnybodySendsAreRefused() {
        try (TestServer test = TestServer.start()) {
            RawClient client = client(test, "");
            Answer answer = client.request("GET /health HTTP/1.1\r\nHost: here\r\n" + "a:\r\n".repeat(200) + "\r\n");

            assertThat(answer.status()).isEqualTo(431);
            hangUp(test);
        }
    }

    @Test
    void onlyControlCharactersMayComeBeforeARequest() {
        try (TestServer test = TestServer.start()) {
            String request = "GET /health HTTP/1.1\r\nHost: here\r\n\r\n";
            assertThat(client(test, "\r\n" + request).answer(false).status()).isEqualTo(200);
            assertThat(client(test, "\u00ff" + request).answer(false).status()).isEqualTo(400);
            hangUp(test);
        }
    }

    @Test
    void aHeadWithoutAnEndIsRefusedWhenItIsTooLong() {
        try (TestServer test = TestServer.start()) {
            assertThat(client(test, "GET /" + "a".repeat(9000)).answer(false).status())
                    .isEqualTo(414);
            assertThat(client(test, "GET / HTTP/1.1\r\nHost: " + "a".repeat(30_000))
                            .answer(false)
                            .status())
                    .isEqualTo(431);
            hangUp(test);
        }
    }
}
