package dev.simurgh.server.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long polling over real connections, good and bad: what happens in the field. The window is longer than any test waits. */
class LongPollWireTest {
    private static final LongPollOptions OPTIONS = LongPollOptions.builder(LongPollTest.TOKENS)
            .window(Duration.ofSeconds(60))
            .build();

    private final TestServer server = TestServer.start(builder -> builder.longPoll(OPTIONS));
    private final int port = server.server.port();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void messagesBehindAPollThatWasResetComeWithTheNextOneOnceAndInOrder() throws Exception {
        PollClient client = PollClient.joined(port);
        try (Socket socket = new Socket()) {
            RawClient parked = new RawClient(socket, port, 0);
            parked.send(("GET " + client.target() + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            await().until(() -> server.server.stats().pendingConnections() == 0);
            socket.setSoLinger(true, 0);
        }
        IntStream.rangeClosed(1, 3).forEach(n -> server.endpoint.broadcast("load:a", "news", Map.of("n", n)));

        String messages = client.poll();

        assertThat(messages).containsSubsequence("{\\\"n\\\":1}", "{\\\"n\\\":2}", "{\\\"n\\\":3}");
        assertThat(messages.split("news", -1)).hasSize(4);
        await().until(() -> server.server.stats().queuedBytes() == 0); // when it is known that all has gone out
    }

    @Test
    void aPollThatWaitsIsNotPending() {
        PollClient client = PollClient.joined(port);
        RawClient parked = client.park();

        await().until(() -> server.server.stats().pendingConnections() == 0);
        server.endpoint.broadcast("load:a", "news", Map.of("n", 1));

        assertThat(client.read(parked)).contains("news");
    }

    @Test
    void postsThatWaitForTheirOwnClientDoNotTakeTheRoomOfOthers() {
        Limits limits = Limits.builder().bytesPerSecond(10_000).build();
        try (TestServer small = TestServer.start(
                limits,
                builder -> builder.eventLoops(1)
                        .limits(ServerLimits.builder()
                                .maxPendingBytes(1_000_000)
                                .build())
                        .longPoll(OPTIONS))) {
            int at = small.server.port();
            PollClient fast = PollClient.joined(at);
            PollClient other = PollClient.joined(at);
            assertThat(fast.post(message(100_000))).contains("200"); // it is not read for 5 s now
            try (RawClient first = new RawClient(at);
                    RawClient second = new RawClient(at)) {
                send(first, fast, message(500_000));
                await().until(() -> small.server.stats().pendingBytes() == 500_000);
                send(second, fast, message(200_000));
                await().until(() -> small.server.stats().pendingBytes() == 700_000);

                assertThat(other.post(message(450_000))).contains("200");

                assertThat(small.endpoint.limitCounts()).containsEntry(Limit.PENDING_BYTES, 1L);
            }
        }
    }

    private static void send(RawClient raw, PollClient client, String body) {
        raw.send(PollClient.postRequest(client.target(), body, "application/json")
                .getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String message(int length) {
        String before = "[\"1\",\"2\",\"load:a\",\"echo\",{\"x\":\"";
        String behind = "\"}]";
        return before + "x".repeat(length - before.length() - behind.length()) + behind;
    }

    @Test
    void aPollThatCameInPiecesAndWaitsIsNotPending() {
        PollClient client = PollClient.joined(port);
        try (RawClient raw = new RawClient(port)) {
            raw.send(("GET " + client.target() + " HTTP/1.1\r\nHo").getBytes(StandardCharsets.ISO_8859_1));
            await().until(() -> server.server.stats().pendingBytes() > 0);
            raw.send("st: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            await().until(() -> server.server.stats().pendingConnections() == 0);
            assertThat(server.server.stats().pendingBytes()).isZero();

            server.endpoint.broadcast("load:a", "news", Map.of("n", 1));

            assertThat(raw.answer(false).body()).contains("news");
        }
    }

    @Test
    void oneConnectionIsGoodForAnyNumberOfRequests() {
        PollClient client = PollClient.connect(port);
        try (RawClient raw = new RawClient(port)) {
            for (int i = 0; i < 20; i++) {
                assertThat(raw.request(PollClient.postRequest(
                                        client.target(), PollClient.HEARTBEAT, "application/json"))
                                .body())
                        .isEqualTo("{\"status\":200}");
                assertThat(raw.get(client.target()).body()).contains("phx_reply");
            }
            assertThat(server.server.stats().pendingConnections()).isEqualTo(1);
        }
    }

    @Test
    void aRequestBehindAPollThatWaitsIsReadWhenThatHasItsAnswer() {
        PollClient client = PollClient.joined(port);
        try (RawClient raw = new RawClient(port)) {
            String poll = "GET " + client.target() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String post = PollClient.postRequest(client.target(), PollClient.HEARTBEAT, "application/json");
            raw.send((poll + post).getBytes(StandardCharsets.ISO_8859_1));
            await().until(() -> server.server.stats().pendingBytes() > 0);

            server.endpoint.broadcast("load:a", "news", Map.of("n", 1));

            assertThat(raw.answer(false).body()).contains("news");
            assertThat(raw.answer(false).body()).isEqualTo("{\"status\":200}");
            assertThat(server.server.stats().pendingBytes()).isZero();
        }
    }

    @Test
    void theTokenInTheHeaderGoesBeforeTheOneInTheQuery() {
        PollClient client = PollClient.connect(port);
        String good = "X-Phoenix-Longpoll-Token: " + client.token;
        String junk = "X-Phoenix-Longpoll-Token: junk";
        String withJunk = PollClient.TARGET + "&token=junk";

        assertThat(PollClient.postTo(port, PollClient.TARGET, PollClient.HEARTBEAT, "application/json", good)
                        .body())
                .isEqualTo("{\"status\":200}");
        assertThat(PollClient.postTo(port, withJunk, PollClient.HEARTBEAT, "application/json", good)
                        .body())
                .isEqualTo("{\"status\":200}");
        assertThat(client.post(PollClient.HEARTBEAT, "application/json", junk)).isEqualTo("{\"status\":410}");
        Answer polled = PollClient.get(port, PollClient.TARGET, good);
        assertThat(PollClient.tokenIn(polled.body())).isEqualTo(client.token);
    }

    @Test
    void aTokenIsGoodForItsOwnSocketOnly() {
        PollClient client = PollClient.connect(port);

        Answer elsewhere = PollClient.postTo(
                port,
                "/info_socket/acme/longpoll?vsn=2.0.0&token=" + client.token,
                PollClient.HEARTBEAT,
                "application/json");

        assertThat(elsewhere.body()).isEqualTo("{\"status\":410}");
    }

    @Test
    void aTamperedTokenIsNone() {
        PollClient client = PollClient.connect(port);
        String good = client.token;
        client.token = good.substring(0, good.length() - 2) + (good.endsWith("AA") ? "BB" : "AA");

        assertThat(client.post(PollClient.HEARTBEAT)).isEqualTo("{\"status\":410}");
        client.token = good;
        assertThat(client.post(PollClient.HEARTBEAT)).isEqualTo("{\"status\":200}");
    }

    static Stream<String> badBodies() {
        return Stream.of(
                "",
                "{nope",
                "[]",
                "{}",
                "\"x\"",
                "[\"1\",\"2\",\"a\"]",
                "[[null,\"1\",\"phoenix\",\"heartbeat\",{}]]",
                "\u00ff");
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void aBodyThatIsNoMessageIsAnsweredAtOnceAndTopicsLiveOn(String body) {
        PollClient client = PollClient.joined(port);
        Answer answer;
        try (RawClient raw = new RawClient(port)) {
            String latin1 = "POST " + client.target() + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body;
            answer = raw.request(latin1);
        }

        assertThat(answer.body()).isEqualTo("{\"status\":400}");
        assertThat(client.post("[\"1\",\"2\",\"load:a\",\"echo\",{\"a\":1}]")).isEqualTo("{\"status\":200}");
        assertThat(client.poll()).contains("{\\\"a\\\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{nope", "[[1]]", "\n\n", "!!!!", "AAAAA"})
    void whoGoesOnWithWhatIsNoMessageIsClosed(String body) {
        PollClient client = PollClient.joined(port);

        for (int i = 0; i <= Limits.defaults().maxMalformedFrames(); i++) {
            assertThat(client.post(body, "application/x-ndjson")).isEqualTo("{\"status\":400}");
        }

        assertThat(client.post(PollClient.HEARTBEAT)).isEqualTo("{\"status\":410}");
        await().until(() -> server.server.stats().connections() == 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-ndjson",
                "application/x-ndjson; charset=utf-8",
                "Application/X-NDJSON;charset=UTF-8"
            })
    void aBatchIsTakenLineByLine(String contentType) {
        PollClient client = PollClient.connect(port);

        assertThat(client.post(
                        PollClient.HEARTBEAT + "\n\n" + PollClient.HEARTBEAT + "\r\n" + PollClient.HEARTBEAT + "\n",
                        contentType))
                .isEqualTo("{\"status\":200}");

        assertThat(client.poll().split("phx_reply", -1)).hasSize(4);
    }

    @Test
    void aBatchThatIsTooLongIsRefusedAsAWhole() {
        PollClient client = PollClient.joined(port);
        String hundred = (PollClient.HEARTBEAT + "\n").repeat(100);

        assertThat(client.post(hundred + PollClient.HEARTBEAT, "application/x-ndjson"))
                .isEqualTo("{\"status\":400}");
        assertThat(client.post(hundred, "application/x-ndjson")).isEqualTo("{\"status\":200}");

        assertThat(client.poll().split("phx_reply", -1)).hasSize(101);
    }

    @Test
    void aRefusedJoinIsAReplyAndNoFailureOfTheTransport() {
        PollClient client = PollClient.joined(port);

        assertThat(client.post("[\"2\",\"2\",\"nowhere\",\"phx_join\",{}]")).isEqualTo("{\"status\":200}");

        assertThat(client.poll()).contains("unmatched topic");
        assertThat(client.post("[\"1\",\"3\",\"load:a\",\"echo\",{}]")).isEqualTo("{\"status\":200}");
        assertThat(client.poll()).contains("\\\"ok\\\"");
        assertThat(server.server.stats().sessions()).isEqualTo(1);
    }

    @Test
    void aLateLeaveOfAnEarlierJoinDoesNotEndTheLaterOne() {
        PollClient client = PollClient.joined(port);

        client.post(
                "[\"1\",\"2\",\"load:a\",\"phx_leave\",{}]\n[\"5\",\"5\",\"load:a\",\"phx_join\",{}]",
                "application/x-ndjson");
        await().until(() -> client.poll().contains("[\\\"5\\\",\\\"5\\\",\\\"load:a\\\",\\\"phx_reply\\\""));
        client.post("[\"1\",\"6\",\"load:a\",\"phx_leave\",{}]");
        client.post("[\"5\",\"7\",\"load:a\",\"echo\",{\"a\":1}]");

        assertThat(client.poll()).contains("{\\\"a\\\":1}").doesNotContain("phx_close");
    }

    @Test
    void bothTransportsHearOfOneTopic() {
        PollClient client = PollClient.joined(port);
        try (RawClient webSocket = server.joined()) {
            webSocket.text("[\"1\",\"2\",\"load:a\",\"pub\",{\"from\":\"ws\"}]");
            assertThat(webSocket.read().text()).contains("ws");
            assertThat(client.poll()).contains("{\\\"from\\\":\\\"ws\\\"}");

            client.post("[\"1\",\"2\",\"load:a\",\"pub\",{\"from\":\"lp\"}]");
            assertThat(webSocket.read().text()).contains("lp");
            assertThat(client.poll()).contains("{\\\"from\\\":\\\"lp\\\"}");
        }
    }

    @Test
    void aServerThatStopsAnswersWhatWaits() {
        PollClient client = PollClient.joined(port);
        RawClient parked = client.park();
        await().until(() -> server.server.stats().pendingConnections() == 0);

        var stopped = server.server.stop();

        assertThat(client.read(parked)).isEqualTo("{\"messages\":[],\"status\":204}");
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
    }
}
