package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes behind a balancer that sends each request to the next of them, and clients that come by long polling. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
@InItsOwnProcesses
class ClusterLongPollTest {
    private static final int MESSAGES = 1000;
    private static final int BATCH = 20;
    /** The lookup timeout and a second. */
    private static final double GONE_SECONDS = 3;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Path directory;
    private ClusterRig rig;
    private ClusterNode first;
    private ClusterNode second;
    private ClusterNode third;

    @BeforeAll
    void start(@TempDir Path files) throws Exception {
        directory = files;
        rig = new ClusterRig(directory);
        first = rig.node("first@127.0.0.1").web().launch();
        second = rig.node("second@127.0.0.1").web().contacts(first).launch();
        third = rig.node("third@127.0.0.1").web().contacts(first, second).launch();
        List.of(first, second, third).forEach(ClusterNode::started);
        rig.run(nodes -> awaitAll());
    }

    private void awaitAll() {
        first.awaitList(NetworkRig.PATIENCE, second, third);
        second.awaitList(NetworkRig.PATIENCE, first, third);
        third.awaitList(NetworkRig.PATIENCE, first, second);
    }

    @AfterAll
    void end() throws Exception {
        rig.end();
    }

    @Test
    void aThousandMessagesEachWayComeOnceAndInOrder() throws Exception {
        rig.run(nodes -> {
            try (ClusterBalancer balancer = balancer()) {
                String token = joined(balancer.port());
                CompletableFuture<Void> pushes = CompletableFuture.runAsync(() -> push(balancer.port(), token));
                List<Integer> replies = new ArrayList<>();
                while (replies.size() < MESSAGES) {
                    JsonNode polled = poll(balancer.port(), token).join();
                    assertThat(polled.path("status").asInt()).isIn(200, 204);
                    for (JsonNode message : polled.path("messages")) {
                        replies.add(JSON.readTree(message.textValue())
                                .at("/4/response/n")
                                .asInt());
                    }
                }
                pushes.join();
                assertThat(replies)
                        .isEqualTo(IntStream.range(0, MESSAGES).boxed().toList());
            }
        });
    }

    @Test
    void aPollThatWaitsOnAnotherNodeIsToldSoonThatItsSessionsNodeWasKilled() throws Exception {
        rig.run(nodes -> {
            String token = joined(third.webPort());
            CompletableFuture<JsonNode> parked = poll(second.webPort(), token);
            long killed = System.nanoTime();

            third.kill();

            assertThat(parked.join().path("status").asInt()).isEqualTo(410);
            assertThat(ClusterRig.secondsSince(killed)).isLessThan(GONE_SECONDS);
            assertThat(post(first.webPort(), token, "[null,\"9\",\"phoenix\",\"heartbeat\",{}]"))
                    .isEqualTo(410);
            JsonNode next = poll(first.webPort(), token).join();
            assertThat(next.path("status").asInt()).isEqualTo(410);
            assertThat(next.path("token").asText()).isNotEmpty();

            third.start();
            awaitAll();
        });
    }

    @Test
    void phoenixJsInNodeGetsAlong() throws Exception {
        getsAlong(port -> ClientTools.node("node.mjs", "phoenix", "longpoll"));
    }

    /** In a page of the site that it connects to, as the default origin policy has it. */
    @Test
    void phoenixJsInChromiumFallsBackAndGetsAlong() throws Exception {
        getsAlong(port ->
                ClientTools.node("browser.mjs", ClientTools.chromium(), "blocked", "http://127.0.0.1:" + port + "/"));
    }

    private void getsAlong(IntFunction<List<String>> driver) throws Exception {
        rig.run(nodes -> {
            try (ClusterBalancer balancer = balancer();
                    ClientUnderTest client = new ScriptedClient(driver.apply(balancer.port()))) {
                client.connect("peer", "ws://127.0.0.1:" + balancer.port() + "/socket", Map.of());
                JsonNode opened = client.sightings().await("peer", "open", NetworkRig.PATIENCE);
                assertThat(opened.path("transport").asText()).isEqualTo("LongPoll");
                client.join("peer", "channel", ClientUnderTest.Join.to("ping", "send_ping"));
                client.sightings().await("channel", "join ok", NetworkRig.PATIENCE);
                for (int n = 0; n < 10; n++) {
                    JsonNode payload = JSON.createObjectNode().put("n", n);
                    client.push("channel", "param_ping", payload, NetworkRig.PATIENCE);
                    assertThat(client.sightings().await("channel", "reply ok", NetworkRig.PATIENCE))
                            .isEqualTo(payload);
                }
                second.ask("endpoint.broadcast(\"ping\", \"request_ping\", Map.of())");
                client.sightings().await("channel", "event send_ping", NetworkRig.PATIENCE);
            }
        });
    }

    private ClusterBalancer balancer() throws Exception {
        return ClusterBalancer.roundRobin(directory, first, second, third);
    }

    private String joined(int port) throws Exception {
        String token = poll(port, "").join().path("token").textValue();
        assertThat(post(port, token, "[\"1\",\"1\",\"ping\",\"phx_join\",{}]")).isEqualTo(200);
        assertThat(poll(port, token).join().path("messages").toString()).contains("phx_reply");
        return token;
    }

    private void push(int port, String token) {
        for (int first = 0; first < MESSAGES; first += BATCH) {
            String batch = IntStream.range(first, first + BATCH)
                    .mapToObj(n -> "[\"1\",\"r" + n + "\",\"ping\",\"param_ping\",{\"n\":" + n + "}]")
                    .collect(Collectors.joining("\n"));
            assertThat(post(port, token, batch)).isEqualTo(200);
        }
    }

    private int post(int port, String token, String lines) {
        HttpRequest request = request(port, token)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines))
                .build();
        return send(request).join().path("status").asInt();
    }

    private CompletableFuture<JsonNode> poll(int port, String token) {
        return send(request(port, token).build());
    }

    private static HttpRequest.Builder request(int port, String token) {
        URI uri = URI.create("http://127.0.0.1:" + port + "/socket/longpoll?vsn=2.0.0");
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
        return token.isEmpty() ? request : request.header("X-Phoenix-Longpoll-Token", token);
    }

    private CompletableFuture<JsonNode> send(HttpRequest request) {
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> {
            try {
                return JSON.readTree(answer.body());
            } catch (JsonProcessingException e) {
                throw new AssertionError(answer + " " + answer.body(), e);
            }
        });
    }
}
