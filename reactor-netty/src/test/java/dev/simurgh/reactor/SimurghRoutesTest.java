package dev.simurgh.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.WebSocketOptions;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.resources.LoopResources;

class SimurghRoutesTest {
    private static final String JOIN = "[\"1\",\"1\",\"load:a\",\"phx_join\",{}]";

    private TestRoutes test = new TestRoutes();

    @AfterEach
    void stop() {
        test.close();
    }

    private void restart(UnaryOperator<SimurghRoutesBuilder> options) {
        test.close();
        test = new TestRoutes(options);
    }

    private void awaitNobodyLeft() {
        await().untilAsserted(() -> assertThat(test.endpoint.connectionCount()).isZero());
    }

    @Test
    void messagesGoBothWays() {
        try (RawClient client = test.joined()) {
            assertThat(client.text("[\"1\",\"2\",\"load:a\",\"echo\",{\"a\":1}]")
                            .read()
                            .text())
                    .isEqualTo("[\"1\",\"2\",\"load:a\",\"phx_reply\",{\"response\":{\"a\":1},\"status\":\"ok\"}]");
        }
        awaitNobodyLeft();
    }

    @ParameterizedTest
    @CsvSource({"100", "9000", "70000", "1000000"})
    void messagesOfAllSizesGoBothWays(int length) {
        try (RawClient client = test.joined()) {
            client.text("[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + "x".repeat(length) + "\"}]");

            assertThat(client.read().text()).contains("x".repeat(length));
        }
    }

    @Test
    void aBroadcastReachesAllWhateverTheirEventLoop() {
        try (RawClient first = test.joined();
                RawClient second = test.joined();
                RawClient third = test.joined()) {
            first.text("[\"1\",\"2\",\"load:a\",\"pub\",{\"a\":1}]");

            for (RawClient client : new RawClient[] {first, second, third}) {
                assertThat(client.read().text()).contains("\"msg\",{\"a\":1}");
            }
        }
    }

    @Test
    void whoIsDisconnectedWhileItConnectsIsSoWhenItOpens() {
        try (RawClient client = RawClient.webSocket(test.server.port(), "/kicked/websocket?vsn=2.0.0")) {
            assertThat(client.readToClose()).isEqualTo(1001);
        }
        awaitNobodyLeft();
    }

    @Test
    void theApplicationsOwnRoutesAreStillThere() {
        try (RawClient client = test.client()) {
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(client.answer(true).status()).isEqualTo(200);
        }
        try (RawClient client = test.client()) {
            assertThat(client.get("/nowhere").status()).isEqualTo(404);
        }
    }

    @Test
    void whoMayNotComeInIsAnsweredAsOnTheOwnServer() {
        assertThat(upgrade("/asking/websocket?vsn=2.0.0&no=1").status()).isEqualTo(403);
        assertThat(upgrade("/socket/websocket?vsn=7.0.0").status()).isEqualTo(403);
        assertThat(upgrade(TestRoutes.TARGET, "Origin: http://elsewhere.example")
                        .status())
                .isEqualTo(403);
        try (RawClient client = test.client()) {
            Answer answer = client.get(TestRoutes.TARGET);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.headers()).containsEntry("sec-websocket-version", "13");
            assertThat(answer.headers()).containsKey("date").containsEntry("x-content-type-options", "nosniff");
            assertThat(answer.body()).contains("Upgrade");
        }
        try (RawClient client = test.client()) {
            assertThat(client.request("POST", TestRoutes.TARGET, "Content-Length: 0")
                            .status())
                    .isEqualTo(400);
        }
    }

    private Answer upgrade(String target, String... headers) {
        try (RawClient client = test.client()) {
            return client.upgrade(target, headers);
        }
    }

    @Test
    void connectKnowsWhoAsks() {
        try (RawClient client = test.client()) {
            assertThat(client.upgrade("/asking/websocket?vsn=2.0.0&room=a", "X-Mine: b")
                            .status())
                    .isEqualTo(101);
        }
        assertThat(test.asked).singleElement().satisfies(info -> {
            assertThat(info.headers()).containsEntry("x-mine", "b");
            assertThat(info.uri().toString()).isEqualTo("http://localhost:4000/asking/websocket?vsn=2.0.0&room=a");
            assertThat(info.peer().orElseThrow().getAddress().isLoopbackAddress())
                    .isTrue();
        });
    }

    @Test
    void aSubprotocolIsAgreedOn() {
        restart(routes -> routes.webSocket(
                WebSocketOptions.builder().subprotocols("phoenix", "other").build()));

        Answer answer = upgrade(TestRoutes.TARGET, "Sec-WebSocket-Protocol: other");

        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.headers()).containsEntry("sec-websocket-protocol", "other");
        assertThat(upgrade(TestRoutes.TARGET, "Sec-WebSocket-Protocol: foreign").status())
                .isEqualTo(403);
    }

    @Test
    void messagesAreCompressedWhereThatIsAgreedOn() {
        restart(routes -> routes.webSocket(WebSocketOptions.builder().compress().build()));
        try (RawClient client = test.client()) {
            Answer answer = client.upgrade(TestRoutes.TARGET, "Sec-WebSocket-Extensions: permessage-deflate");

            assertThat(answer.headers().get("sec-websocket-extensions")).startsWith("permessage-deflate");
            assertThat(client.text(JOIN).read().first()).isEqualTo(0xC1);
        }
    }

    @Test
    void pingsAndCloseFramesAreAnswered() {
        try (RawClient client = test.webSocket()) {
            client.frame(RawClient.FIN | RawClient.PING, "0102");
            assertThat(client.read().content()).containsExactly(1, 2);
            assertThat(client.close(1000).readToClose()).isEqualTo(1000);
            assertThat(client.ended()).isTrue();
        }
        awaitNobodyLeft();
    }

    @ParameterizedTest
    @CsvSource({
        "0x91, 00, 1002", // a reserved bit
        "0x83, 00, 1002", // an opcode that nobody knows
        "0x80, 00, 1002", // goes on with nothing
        "0x09, 00, 1002", // a ping in pieces
    })
    void whoBreaksTheRulesIsToldSo(String first, String content, int code) {
        try (RawClient client = test.webSocket()) {
            assertThat(client.frame(Integer.decode(first), content).readToClose())
                    .isEqualTo(code);
        }
        awaitNobodyLeft();
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedByItsHeader() {
        test.close();
        test = new TestRoutes(
                Limits.builder().maxMessageBytes(1000).build(), UnaryOperator.identity(), UnaryOperator.identity());
        try (RawClient client = test.joined()) {
            assertThat(client.text("x".repeat(1001)).readToClose()).isEqualTo(CloseCode.TOO_BIG);
        }
        awaitNobodyLeft();
    }

    @Test
    void whoDoesNotReadIsLetGoAndHurtsNobody() {
        test.close();
        test = new TestRoutes(
                Limits.builder().maxQueueBytes(100_000).build(),
                routes -> routes.webSocket(WebSocketOptions.builder()
                        .slowTimeout(Duration.ofMillis(400))
                        .closeTimeout(Duration.ofMillis(400))
                        .build()),
                UnaryOperator.identity());
        String payload = "{\"s\":\"" + "x".repeat(50_000) + "\"}";
        try (RawClient deaf = new RawClient(test.server.port(), 4096);
                RawClient other = test.joined()) {
            assertThat(deaf.upgrade(TestRoutes.TARGET).status()).isEqualTo(101);
            deaf.text(JOIN).read();
            for (int i = 0; i < 200; i++) {
                other.text("[\"1\",\"2\",\"load:a\",\"pub\"," + payload + "]").read();
            }
            await().untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isEqualTo(1));
            assertThat(other.text("[\"1\",\"3\",\"load:a\",\"echo\",{}]").read().text())
                    .contains("phx_reply");
        }
    }

    @Test
    void aSilentClientIsLetGo() {
        restart(routes -> routes.webSocket(
                WebSocketOptions.builder().idleTimeout(Duration.ofMillis(300)).build()));
        try (RawClient client = test.webSocket()) {
            assertThat(client.readToClose()).isEqualTo(CloseCode.GOING_AWAY);
        }
        awaitNobodyLeft();
    }

    @Test
    void aClientThatVanishesIsGone() {
        test.joined().close();

        awaitNobodyLeft();
        await().untilAsserted(
                        () -> assertThat(test.routes.stats().connections()).isZero());
    }

    @Test
    void clientsComeByLongPollingToo() {
        restart(routes -> routes.longPoll(LongPollOptions.of(TestRoutes.TOKENS)));
        try (RawClient client = test.client()) {
            String target = "/socket/longpoll?vsn=2.0.0";
            Answer session = client.get(target);
            assertThat(session.status()).isEqualTo(200);
            assertThat(session.body()).startsWith("{\"messages\":[],\"status\":410,\"token\":");
            String token = session.body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
            String asking = target + "&token=" + token;
            assertThat(post(client, asking, JOIN).body()).isEqualTo("{\"status\":200}");
            assertThat(client.get(asking).body()).contains("phx_reply").contains("\"status\":200");
            try (RawClient poll = test.client()) {
                poll.send(("GET " + asking + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertThat(post(client, asking, "[\"1\",\"2\",\"load:a\",\"echo\",{\"a\":1}]")
                                .status())
                        .isEqualTo(200);
                assertThat(poll.answer(false).body()).contains("{\\\"a\\\":1}");
            }
        }
    }

    private static Answer post(RawClient client, String target, String body) {
        return client.request("POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @Test
    void aPostThatIsTooLongIsRefused() {
        test.close();
        test = new TestRoutes(
                Limits.builder().maxMessageBytes(1000).build(),
                routes -> routes.longPoll(LongPollOptions.of(TestRoutes.TOKENS)),
                UnaryOperator.identity());
        String target = "/socket/longpoll?vsn=2.0.0&token=x";
        try (RawClient client = test.client()) {
            assertThat(post(client, target, "x".repeat(1001)).status()).isEqualTo(413);
            assertThat(post(client, target, "x".repeat(1000)).status()).isEqualTo(200); // on the same connection
        }
        try (RawClient client = test.client()) {
            client.send(("POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] piece = new byte[1 << 16];
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            client.send(piece);
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class); // it is not read without a bound
        }
    }

    @Test
    void handlersAnswer() {
        restart(routes -> routes.handler(
                "POST",
                "/said/:what",
                request -> CompletableFuture.completedFuture(Response.builder()
                        .status(201)
                        .body(
                                "text/plain",
                                request.param("what").orElseThrow()
                                        + new String(request.body(), StandardCharsets.UTF_8))
                        .build())));
        try (RawClient client = test.client()) {
            Answer answer = post(client, "/said/a", "b");
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.body()).isEqualTo("ab");
            assertThat(client.get("/said/a").status()).isEqualTo(405);
        }
    }

    @Test
    void allAreSentAwayAtTheEndAndTheApplicationGoesOn() {
        try (RawClient client = test.joined()) {
            CompletableFuture<Void> stopped = test.routes.stop();
            assertThat(client.readToClose()).isEqualTo(CloseCode.SERVICE_RESTART);
            client.close(CloseCode.SERVICE_RESTART);
            stopped.join();
        }
        assertThat(upgrade(TestRoutes.TARGET).status()).isEqualTo(503);
        try (RawClient client = test.client()) {
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.answer(true).status()).isEqualTo(200);
        }
    }

    @Test
    void eventLoopsThatEndTakeTheirClientsAlong() {
        test.close();
        LoopResources loops = LoopResources.create("own", 1, true);
        test = new TestRoutes(Limits.defaults(), UnaryOperator.identity(), http -> http.runOn(loops));
        try (RawClient client = test.joined()) {
            loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();

            awaitNobodyLeft();
            assertThat(client.ended()).isTrue();
        }
    }
}
