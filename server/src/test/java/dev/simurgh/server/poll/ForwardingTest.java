package dev.simurgh.server.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.Server;
import dev.simurgh.server.TestServer;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three nodes, each of which serves the requests for the sessions of all. */
class ForwardingTest {
    private static final Tokens TOKENS =
            Tokens.of("a secret of sixty-four characters, for the tests of long polling only");
    private static final Pattern NUMBER = Pattern.compile("\\\\\"n\\\\\":(\\d+)");
    /** So long that a busy machine does not use it up. */
    private static final Duration WINDOW = Duration.ofSeconds(20);

    private final InMemoryCluster cluster = new InMemoryCluster();
    private final List<ClusterAdapter> adapters = new ArrayList<>();
    private final List<TestServer> servers =
            Stream.of("a", "b", "c").map(this::node).toList();
    private int turn;

    private TestServer node(String name) {
        ClusterAdapter adapter = cluster.node(name);
        adapters.add(adapter);
        Limits limits = Limits.builder().maxMessageBytes(8 << 20).build();
        return TestServer.start(
                limits,
                adapter,
                builder -> builder.longPoll(LongPollOptions.builder(TOKENS)
                        .window(WINDOW)
                        .lookupTimeout(WINDOW)
                        .build()));
    }

    @AfterEach
    void close() {
        servers.forEach(each -> each.server.stop().join()); // all of them before the check of the buffers
        servers.forEach(TestServer::close);
    }

    private int port(int node) {
        return servers.get(node).server.port();
    }

    /** The next node in turn. */
    private int nextPort() {
        return port(turn++ % servers.size());
    }

    private String post(PollClient client, int port, String body) {
        return PollClient.postTo(port, client.target(), body, "application/x-ndjson")
                .body();
    }

    private static String poll(PollClient client, int port) {
        return client.withoutToken(PollClient.get(port, client.target()));
    }

    private RawClient park(PollClient client, int port) {
        return park(client, new RawClient(port));
    }

    private static RawClient park(PollClient client, RawClient parked) {
        parked.send(("GET " + client.target() + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return parked;
    }

    private PollClient joined() {
        PollClient client = PollClient.connect(port(0));
        assertThat(post(client, port(1), PollClient.JOIN)).isEqualTo("{\"status\":200}");
        assertThat(poll(client, port(2))).contains("phx_reply").endsWith(",\"status\":200}");
        return client;
    }

    private static List<Integer> numbers(String answer) {
        return NUMBER.matcher(answer)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    @Test
    void aThousandMessagesEachWayThroughAllNodesComeOnceAndInOrder() {
        PollClient client = joined();
        List<Integer> replies = new ArrayList<>();
        List<Integer> broadcasts = new ArrayList<>();
        for (int batch = 0; batch < 20; batch++) {
            int first = 50 * batch;
            String pushes = IntStream.range(first, first + 50)
                    .mapToObj(n -> "[\"1\",\"r" + n + "\",\"load:a\",\"echo\",{\"n\":" + n + "}]")
                    .collect(Collectors.joining("\n"));
            assertThat(post(client, nextPort(), pushes)).isEqualTo("{\"status\":200}");
            IntStream.range(first, first + 50)
                    .forEach(n -> servers.get(n % 3).endpoint.broadcast("load:a", "news", Map.of("n", n)));
            while (replies.size() < first + 50 || broadcasts.size() < first + 50) {
                String answer = poll(client, nextPort());
                assertThat(answer).endsWith(",\"status\":200}");
                for (String message : answer.split("\",\"", -1)) {
                    (message.contains("phx_reply") ? replies : broadcasts).addAll(numbers(message));
                }
            }
        }
        List<Integer> all = IntStream.range(0, 1000).boxed().toList();
        assertThat(replies).isEqualTo(all);
        assertThat(broadcasts).containsExactlyInAnyOrderElementsOf(all); // of three senders, each in order
    }

    @Test
    void aPollThatWaitsElsewhereIsToldAtOnceWhatComes() {
        PollClient client = joined();
        RawClient parked = park(client, port(1));
        untilItIsParked();

        servers.get(2).endpoint.broadcast("load:a", "news", Map.of("n", 7));

        assertThat(numbers(client.read(parked))).containsExactly(7);
    }

    @Test
    void whatWasToGoToAClientThatHasGoneIsThereForItsNextPollAnywhere() throws IOException {
        PollClient client = joined();
        Socket reset = new Socket();
        reset.setSoLinger(true, 0);
        RawClient parked = park(client, new RawClient(reset, port(1), 1 << 16));
        untilItIsParked();
        parked.close();
        IntStream.range(0, 3).forEach(n -> servers.get(0).endpoint.broadcast("load:a", "news", Map.of("n", n)));

        List<Integer> got = new ArrayList<>();
        while (got.size() < 3) {
            got.addAll(numbers(poll(client, port(2))));
        }
        assertThat(got).containsExactly(0, 1, 2);
    }

    @Test
    void whatComesBehindAPollForASessionElsewhereIsPending() {
        PollClient client = joined();
        try (RawClient raw = new RawClient(port(1))) {
            String post = PollClient.postRequest(client.target(), PollClient.HEARTBEAT, "application/json");
            raw.send(("GET " + client.target() + " HTTP/1.1\r\nHost: localhost\r\n\r\n" + post)
                    .getBytes(StandardCharsets.US_ASCII));
            untilItIsParked();
            assertThat(servers.get(1).server.stats().pendingBytes()).isPositive();

            servers.get(0).endpoint.broadcast("load:a", "news", Map.of("n", 1));

            assertThat(raw.answer(false).body()).contains("news");
            assertThat(raw.answer(false).body()).isEqualTo("{\"status\":200}");
            assertThat(servers.get(1).server.stats().pendingBytes()).isZero();
        }
    }

    @Test
    void anotherServerOfTheSameNodeServesItsSessionsToo() {
        PollClient client = joined();
        try (Server other = Server.builder(servers.get(0).endpoint)
                .host("127.0.0.1")
                .port(0)
                .longPoll(LongPollOptions.of(TOKENS))
                .start()) {
            servers.get(0).endpoint.broadcast("load:a", "news", Map.of("n", 1));
            assertThat(numbers(poll(client, other.port()))).containsExactly(1);
            assertThat(post(client, other.port(), PollClient.HEARTBEAT)).isEqualTo("{\"status\":200}");
        }
        assertThat(poll(client, port(1))).contains("phx_reply");
    }

    @Test
    void aLaterPollOnAnotherNodeTakesThePlace() {
        PollClient client = joined();
        RawClient first = park(client, port(1));
        untilItIsParked();
        RawClient second = park(client, port(2));

        assertThat(client.read(first)).isEqualTo("{\"messages\":[],\"status\":204}");
        servers.get(0).endpoint.broadcast("load:a", "news", Map.of("n", 1));
        assertThat(numbers(client.read(second))).containsExactly(1);
    }

    @Test
    void whenTheOwnerDiesAPollElsewhereIsToldAtOnceAndSoIsWhoComesLater() {
        PollClient client = joined();
        RawClient parked = park(client, port(1));
        untilItIsParked();
        long begun = System.nanoTime();

        adapters.get(0).close();

        assertThat(client.read(parked)).isEqualTo("{\"messages\":[],\"status\":410}");
        assertThat(post(client, port(1), PollClient.HEARTBEAT)).isEqualTo("{\"status\":410}");
        assertThat(PollClient.get(port(2), client.target()).body())
                .startsWith("{\"messages\":[],\"status\":410,\"token\":");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(WINDOW.dividedBy(2));
    }

    @Test
    void aNodeThatStopsLetsGoOfPollsForSessionsElsewhere() {
        PollClient client = joined();
        RawClient parked = park(client, port(1));
        untilItIsParked();
        long begun = System.nanoTime();

        servers.get(1).server.stop().join();

        assertThat(client.read(parked)).isEqualTo("{\"messages\":[],\"status\":204}");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
        servers.get(0).endpoint.broadcast("load:a", "news", Map.of("n", 1));
        assertThat(numbers(poll(client, port(2)))).containsExactly(1);
    }

    @Test
    void whoseSessionElsewhereIsOverGetsANewOneAtOnce() {
        PollClient client = joined();
        servers.get(0).endpoint.drain().join();
        await().until(() -> servers.get(0).server.stats().sessions() == 0); // its last task may be behind the drain

        String answer = PollClient.get(port(1), client.target()).body();

        assertThat(answer).startsWith("{\"messages\":[],\"status\":410,\"token\":");
        client.token = PollClient.tokenIn(answer);
        assertThat(post(client, port(2), PollClient.JOIN)).isEqualTo("{\"status\":200}");
        assertThat(poll(client, port(2))).contains("phx_reply");
        assertThat(servers.get(1).server.stats().sessions()).isEqualTo(1);
    }

    @Test
    void whatANodeThatDiesDidNotConfirmIsKept() {
        PollClient client = joined();
        RawClient parked = park(client, port(1));
        untilItIsParked();
        adapters.get(1).close();

        servers.get(0).endpoint.broadcast("load:a", "news", Map.of("n", 1));

        assertThat(numbers(poll(client, port(2)))).containsExactly(1);
        parked.close();
    }

    @Test
    void aBodyAndAnAnswerMayBeLongerThanAMessageBetweenNodes() {
        PollClient client = joined();
        String text = "x".repeat(5 << 20);

        assertThat(post(client, port(1), "[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + text + "\"}]"))
                .isEqualTo("{\"status\":200}");

        assertThat(poll(client, port(2))).contains(text).endsWith(",\"status\":200}");
    }

    @Test
    void aMalformedBodyIsRefusedWhereItComesInOrWhereItGoes() {
        PollClient client = joined();

        assertThat(post(client, port(1), "")).isEqualTo("{\"status\":400}");
        assertThat(post(client, port(1), "!!!!")).isEqualTo("{\"status\":400}");
        assertThat(post(client, port(1), PollClient.HEARTBEAT)).isEqualTo("{\"status\":200}");
    }

    /** The messages between the nodes of this cluster are handed on at once, so what its loops were given before has been done. */
    private void untilItIsParked() {
        for (int node = 0; node < servers.size(); node++) {
            for (int i = 0; i < 4; i++) {
                PollClient.get(port(node), "/health");
            }
        }
    }
}
