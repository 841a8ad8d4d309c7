package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.Limits;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.transport.WebSocketOptions;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client sees on each container that is not the same as on the server by construction. */
class ContainersTest {
    private static String echo(int length) {
        return "[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + "x".repeat(length) + "\"}]";
    }

    private static String text(RawClient client) {
        StringBuilder text = new StringBuilder();
        RawClient.WsFrame frame = client.read();
        text.append(frame.text());
        while ((frame.first() & RawClient.FIN) == 0) {
            frame = client.read();
            text.append(frame.text());
        }
        return text.toString();
    }

    private static int status(Rig rig, String target, String... headers) {
        try (RawClient client = rig.client()) {
            return client.upgrade(target, headers).status();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void messagesOfAllSizesGoBothWays(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind);
                RawClient client = rig.joined()) {
            for (int length : new int[] {0, 100, 9_000, 70_000, 1_000_000}) {
                client.text(echo(length));
                assertThat(text(client)).hasSizeGreaterThan(length).contains("x".repeat(length));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void aBurstIsAnsweredInOrder(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind);
                RawClient client = rig.joined()) {
            for (int i = 0; i < 2_000; i++) {
                client.text("[\"1\",\"" + i + "\",\"load:a\",\"echo\",{}]");
            }
            for (int i = 0; i < 2_000; i++) {
                assertThat(client.read().text()).startsWith("[\"1\",\"" + i + "\",");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void aClosedConnectionLeavesNothing(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind)) {
            try (RawClient client = rig.joined()) {
                assertThat(client.close(1000).readToClose()).isEqualTo(1000);
            }
            try (RawClient client = rig.joined()) {
                client.text(Rig.HEARTBEAT).read();
            } // without a close frame
            await().untilAsserted(
                            () -> assertThat(rig.endpoint.connectionCount()).isZero());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsDisconnectedWhileItConnectsIsSoWhenItOpens(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind);
                RawClient client = RawClient.webSocket(rig.container.port(), "/kicked/websocket?vsn=2.0.0")) {
            try {
                assertThat(client.readToClose()).isEqualTo(1001);
            } catch (UncheckedIOException cut) { // Jetty takes no close before it has told that the connection is open
                assertThat(kind).isEqualTo(WebContainer.Kind.JETTY);
            }
            await().untilAsserted(
                            () -> assertThat(rig.endpoint.connectionCount()).isZero());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoMayNotComeInIsAnsweredAsOnTheServer(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind)) {
            assertThat(status(rig, "/info/acme/websocket?outcome=error&vsn=2.0.0"))
                    .isEqualTo(403);
            assertThat(status(rig, "/info/acme/websocket?vsn=9")).isEqualTo(403);
            assertThat(status(rig, "/socket/websocket", "Origin: http://evil.example"))
                    .isEqualTo(403);
            try (RawClient client = rig.client()) {
                Answer answer = client.get("/socket/websocket");
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.headers()).containsEntry("sec-websocket-version", "13");
                assertThat(answer.body()).contains("header Upgrade (expected: websocket)");
            }
            try (RawClient client = rig.client()) {
                assertThat(client.get("/nowhere").status()).isEqualTo(404);
            }
            assertThat(rig.outcomes)
                    .containsExactly(
                            ConnectOutcome.REFUSED,
                            ConnectOutcome.WRONG_VERSION,
                            ConnectOutcome.WRONG_ORIGIN,
                            ConnectOutcome.NOT_OPENED);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void aClientWhoseChannelsDoNotKeepUpIsLeftUnread(WebContainer.Kind kind) {
        Limits limits = Limits.builder().maxMailboxBytes(1 << 30).build();
        try (Rig rig = new Rig(kind, limits, options -> options);
                RawClient client = Rig.join(rig.webSocket(), "slow:a")) {
            int sent = fill(client, "[\"1\",\"2\",\"slow:a\",\"wait\",{\"s\":\"" + "x".repeat(10_000) + "\"}]");
            rig.goOn.countDown();

            for (int i = 0; i < sent; i++) {
                assertThat(text(client)).contains("\"status\":\"ok\"");
            }
        }
    }

    /** Sends the same until no more is taken. Returns how many went out whole. */
    private static int fill(RawClient client, String text) {
        byte[] frame = RawClient.frame(RawClient.FIN | RawClient.TEXT, text.getBytes(StandardCharsets.UTF_8));
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 4_000; i++) {
                client.send(frame);
                sent.incrementAndGet();
            }
        });
        AtomicInteger before = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(300)).until(() -> before.getAndSet(sent.get()) == sent.get());
        assertThat(sending).isNotDone();
        return sent.get();
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatReadsNothingHasToGoAndHoldsNoThread(WebContainer.Kind kind) {
        WebSocketOptions.Builder impatient =
                WebSocketOptions.builder().slowTimeout(Duration.ofMillis(500)).closeTimeout(Duration.ofMillis(300));
        try (Rig rig = new Rig(kind, Limits.defaults(), options -> options.webSocket(impatient.build()));
                RawClient client = rig.joined()) {
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":1000,\"bytes\":4000}]");
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":1000,\"bytes\":4000}]");
            for (int i = 0; i < 50; i++) {
                client.send(RawClient.frame(RawClient.FIN | RawClient.PING, new byte[10]));
            }
            await().untilAsserted(
                            () -> assertThat(rig.endpoint.connectionCount()).isZero());
            await().untilAsserted(
                            () -> assertThat(rig.servlet.stats().queuedBytes()).isZero());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void framesThatBreakARuleAreAnsweredWithItsCode(WebContainer.Kind kind) {
        Limits limits = Limits.builder().maxMessageBytes(50_000).build();
        try (Rig rig = new Rig(kind, limits, options -> options)) {
            assertThat(code(rig, client -> client.text(echo(60_000)))).isEqualTo(1009);
            assertThat(code(rig, client -> {
                        client.send(RawClient.frame(RawClient.TEXT, new byte[1]));
                        for (int i = 0; i < 1_100; i++) {
                            client.send(RawClient.frame(0, new byte[1]));
                        }
                    }))
                    .isEqualTo(1008);
            assertThat(code(rig, client -> client.frame(RawClient.FIN | 3, ""))).isEqualTo(1002);
            assertThat(code(rig, client -> client.frame(RawClient.FIN | 0x40 | RawClient.TEXT, "61")))
                    .isEqualTo(1002);
            assertThat(code(rig, client -> client.frame(RawClient.FIN | RawClient.TEXT, "ff")))
                    .isEqualTo(1007);
            await().untilAsserted(
                            () -> assertThat(rig.endpoint.connectionCount()).isZero());
        }
    }

    private static int code(Rig rig, Consumer<RawClient> wrong) {
        try (RawClient client = rig.webSocket()) {
            wrong.accept(client);
            return client.readToClose();
        }
    }

    @ParameterizedTest
    @EnumSource
    void pingsAreAnswered(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind);
                RawClient client = rig.joined()) {
            assertThat(client.frame(RawClient.FIN | RawClient.PING, "616263")
                            .read()
                            .text())
                    .isEqualTo("abc");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSilentClientIsPingedAndThenClosed(WebContainer.Kind kind) {
        WebSocketOptions.Builder pinging = WebSocketOptions.builder().pingInterval(Duration.ofMillis(300));
        try (Rig rig = new Rig(kind, Limits.defaults(), options -> options.webSocket(pinging.build()));
                RawClient client = rig.joined()) {
            assertThat(client.read().opcode()).isEqualTo(RawClient.PING);
            assertThat(client.readToClose()).isEqualTo(1001);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void clientsAreSentAwayWith1012BeforeTheContainerStops(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind);
                RawClient client = rig.joined()) {
            CompletableFuture<Void> stopped = rig.servlet.stop();
            assertThat(client.readToClose()).isEqualTo(1012);
            client.close(1012);
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(4));
            assertThat(status(rig, Rig.TARGET)).isEqualTo(503);
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsLoseTheirConnectionWithTheContainer(WebContainer.Kind kind) {
        Rig rig = new Rig(kind);
        try (RawClient client = rig.joined()) {
            CompletableFuture<Void> closed = CompletableFuture.runAsync(rig.container::close);
            client.ended(); // Jetty ends connections before anything of the application's hears of it
            assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
            await().untilAsserted(
                            () -> assertThat(rig.endpoint.connectionCount()).isZero());
        } finally {
            rig.endpoint.close();
        }
    }
}
