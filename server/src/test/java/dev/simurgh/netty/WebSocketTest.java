package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.server.IoTransport;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.WebSocketOptions;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WebSocketTest {
    private static final int FIN = RawClient.FIN;

    private TestServer test = TestServer.start(WebSocketOptions.builder().closeTimeout(Duration.ofMillis(300)));

    @AfterEach
    void stop() {
        test.close();
    }

    private void restart(WebSocketOptions.Builder options) {
        restart(Limits.defaults(), options);
    }

    private void restart(Limits limits, WebSocketOptions.Builder options) {
        test.close();
        test = TestServer.start(limits, options);
    }

    private void awaitNobodyLeft() {
        await().untilAsserted(() -> assertThat(test.endpoint.connectionCount()).isZero());
    }

    private static String echo(int length) {
        return "[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + "x".repeat(length) + "\"}]";
    }

    @ParameterizedTest
    @EnumSource(
            value = IoTransport.class,
            names = {"EPOLL", "NIO"})
    void bothTransportsCarryMessages(IoTransport transport) {
        test.close();
        test = TestServer.start(server -> server.transport(transport));
        try (RawClient client = test.joined()) {
            assertThat(client.text(echo(10)).read().text()).contains("xxxxxxxxxx");
        }
    }

    @ParameterizedTest
    @CsvSource({"100", "200", "9000", "70000", "1000000"})
    void messagesOfAllSizesGoBothWays(int length) {
        try (RawClient client = test.joined()) {
            client.text(echo(length));

            assertThat(client.read().text()).hasSizeGreaterThan(length).contains("x".repeat(length));
        }
    }

    @Test
    void aBurstIsAnsweredInOrder() {
        try (RawClient client = test.joined()) {
            StringBuilder sent = new StringBuilder();
            for (int i = 0; i < 2_000; i++) {
                client.text("[\"1\",\"" + i + "\",\"load:a\",\"echo\",{}]");
                sent.append(i).append(',');
            }
            StringBuilder answered = new StringBuilder();
            for (int i = 0; i < 2_000; i++) {
                answered.append(client.read().text().split("\"", 5)[3]).append(',');
            }
            assertThat(answered.toString()).isEqualTo(sent.toString());
        }
    }

    @Test
    void aBroadcastReachesEverybodyInOrderWithReplies() {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(test.joined());
        }
        RawClient publisher = clients.get(0);
        for (int n = 0; n < 50; n++) {
            publisher.text("[\"1\",\"p\",\"load:a\",\"pub\",{\"n\":" + n + "}]");
        }
        for (RawClient client : clients) {
            for (int n = 0; n < 50; n++) {
                assertThat(client.read().text()).isEqualTo("[null,null,\"load:a\",\"msg\",{\"n\":" + n + "}]");
            }
            client.close();
        }
    }

    @Test
    void pingsAreAnsweredAlsoBetweenFragments() {
        try (RawClient client = test.webSocket()) {
            assertThat(client.frame(FIN | FrameWriter.PING, "").read().first()).isEqualTo(FIN | FrameWriter.PONG);
            client.frame(FIN | FrameWriter.PONG, "aabb");
            client.send(RawClient.frame(FrameWriter.TEXT, "[null,\"1\",".getBytes(StandardCharsets.UTF_8)));
            client.send(RawClient.frame(FrameWriter.CONTINUATION, "\"phoenix\",".getBytes(StandardCharsets.UTF_8)));
            assertThat(client.frame(FIN | FrameWriter.PING, "6d6964").read().text())
                    .isEqualTo("mid");
            client.send(RawClient.frame(
                    FIN | FrameWriter.CONTINUATION, "\"heartbeat\",{}]".getBytes(StandardCharsets.UTF_8)));

            assertThat(client.read().text()).startsWith("[null,\"1\",\"phoenix\",\"phx_reply\",");
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000", "1001, 1000", "3000, 1000", "4999, 1000", "1005, 1002", "999, 1002", "5000, 1002"})
    void aClientThatClosesGetsItsAnswerAndTheEnd(int code, int answer) {
        try (RawClient client = test.joined()) {
            assertThat(client.close(code).read().closeCode()).isEqualTo(answer);
            assertThat(client.ended()).isTrue();
            awaitNobodyLeft();
        }
    }

    @Test
    void aClientThatBreaksARuleIsClosedWhateverElseItSends() {
        try (RawClient client = test.joined()) {
            client.frame(FIN | 3, "78");
            client.send(new byte[100_000]);

            assertThat(client.read().closeCode()).isEqualTo(CloseCode.PROTOCOL_ERROR);
            assertThat(client.ended()).isTrue();
        }
        awaitNobodyLeft();
    }

    @Test
    void aMessageOverTheLimitIsRefusedByItsHeader() {
        try (RawClient client = test.joined()) {
            client.send(new byte[] {(byte) 0x81, (byte) 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 0, 0, 0}); // 1 MiB and 1

            assertThat(client.read().closeCode()).isEqualTo(CloseCode.TOO_BIG);
        }
        assertThat(test.answers()).isTrue();
    }

    @Test
    void theServerClosesAndWaitsForTheAnswer() {
        try (RawClient client = test.joined()) {
            CompletableFuture<?> drained = test.endpoint.drain();

            assertThat(client.read().closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
            client.text(TestServer.HEARTBEAT).frame(FIN | FrameWriter.PING, "").close(CloseCode.SERVICE_RESTART);
            assertThat(client.ended()).isTrue();
            assertThat(drained).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void aClientThatNeverAnswersACloseIsCut() {
        try (RawClient client = test.joined()) {
            CompletableFuture<?> drained = test.endpoint.drain();

            assertThat(client.read().closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
            assertThat(client.ended()).isTrue();
            assertThat(drained).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void aSilentClientIsClosed() {
        restart(WebSocketOptions.builder().idleTimeout(Duration.ofMillis(300)));
        try (RawClient client = test.joined()) {
            assertThat(client.read().closeCode()).isEqualTo(CloseCode.GOING_AWAY);
            awaitNobodyLeft();
            client.close(CloseCode.GOING_AWAY);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aPingIsASignOfLifeAndABroadcastIsNot() {
        restart(WebSocketOptions.builder().idleTimeout(Duration.ofMillis(600)));
        try (RawClient silent = test.joined();
                RawClient alive = test.joined()) {
            CompletableFuture<Integer> closed = CompletableFuture.supplyAsync(silent::readToClose);
            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                alive.frame(FIN | FrameWriter.PING, "").text("[\"1\",\"p\",\"load:a\",\"pub\",{}]");
                return closed.isDone();
            });
            assertThat(closed).isCompletedWithValue(CloseCode.GOING_AWAY);
            assertThat(test.endpoint.connectionCount()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatDoesNotReadLosesWhatIsQueuedAndIsClosed() {
        // nobody is cut for being slow to read what the kernel has, some megabytes by 8 KiB
        restart(WebSocketOptions.builder().closeTimeout(ChronoUnit.FOREVER.getDuration()));
        try (RawClient client = new RawClient(test.server.port(), 8192)) {
            client.upgrade(TestServer.TARGET);
            TestServer.join(client);
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":20000,\"bytes\":4000}]");

            awaitNobodyLeft();
            assertThat(client.readToClose()).isEqualTo(CloseCode.TRY_AGAIN_LATER);
            client.close(CloseCode.TRY_AGAIN_LATER);
            assertThat(client.ended()).isTrue();
        }
        assertThat(test.answers()).isTrue();
    }

    @Test
    void whatIsQueuedForASlowClientIsThrownAway() {
        restart(
                Limits.builder().maxQueueBytes(64 << 20).build(),
                WebSocketOptions.builder().closeTimeout(ChronoUnit.FOREVER.getDuration()));
        try (RawClient client = new RawClient(test.server.port(), 8192)) {
            client.upgrade(TestServer.TARGET);
            TestServer.join(client);
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":25000,\"bytes\":4000}]"); // 100 MB

            awaitNobodyLeft();
            int frames = 0;
            while (client.read().opcode() == FrameWriter.TEXT) {
                frames++;
            }
            assertThat(frames).as("only what the kernel had").isLessThan(8_000);
        }
    }

    @Test
    void aClientThatNeverReadsIsCut() {
        try (RawClient client = new RawClient(test.server.port(), 8192)) {
            client.upgrade(TestServer.TARGET);
            TestServer.join(client);
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":20000,\"bytes\":4000}]");

            // the end is a reset, which a client only notices when it writes
            await().until(() -> {
                try {
                    client.frame(FIN | FrameWriter.PING, "");
                    return false;
                } catch (UncheckedIOException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void aSlowSubscriberDoesNotHoldUpTheOthers() {
        restart(
                Limits.builder().maxQueueBytes(100_000).build(),
                WebSocketOptions.builder().closeTimeout(ChronoUnit.FOREVER.getDuration()));
        try (RawClient slow = new RawClient(test.server.port(), 8192);
                RawClient publisher = test.joined()) {
            slow.upgrade(TestServer.TARGET);
            TestServer.join(slow);
            String big = "y".repeat(50_000);
            for (int n = 0; n < 200; n++) {
                publisher.text("[\"1\",\"p\",\"load:a\",\"pub\",{\"n\":\"" + n + big + "\"}]");
                assertThat(publisher.read().text()).contains("\"n\":\"" + n + "y");
            }
            await().untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isEqualTo(1));
            assertThat(slow.readToClose()).isEqualTo(CloseCode.TRY_AGAIN_LATER);
        }
    }

    @Test
    void aBurstOfOneTurnIsNoSignOfASlowClient() {
        try (RawClient client = test.joined()) {
            CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
                int frames = 0;
                while (frames < 500 && client.read().opcode() == FrameWriter.TEXT) {
                    frames++;
                }
                return frames;
            });
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":500,\"bytes\":4000}]"); // 2 MB
            assertThat(read).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(500);
        }
    }

    @Test
    void rubbishHurtsNobodyElse() {
        try (RawClient bystander = test.joined()) {
            for (long seed = 0; seed < 100; seed++) {
                Random random = new Random(seed);
                try (RawClient client = test.webSocket()) {
                    for (int i = 0; i < 5; i++) {
                        byte[] rubbish = new byte[random.nextInt(2_000)];
                        random.nextBytes(rubbish);
                        client.send(random.nextBoolean() ? rubbish : RawClient.frame(random.nextInt(256), rubbish));
                    }
                } catch (UncheckedIOException e) {
                    assertThat(e).hasMessageMatching(".*(Broken pipe|Connection reset).*"); // it was thrown out
                }
            }
            assertThat(bystander.text(echo(1)).read().text()).contains("phx_reply");
            await().untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isEqualTo(1));
        }
    }
}
