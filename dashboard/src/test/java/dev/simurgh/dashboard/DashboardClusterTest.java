package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One page that shows three nodes, of which one hangs. Each test has nodes of its own, and mostly waits: so they wait together. */
@Execution(ExecutionMode.CONCURRENT)
class DashboardClusterTest {
    private static final Tokens TOKENS = Tokens.of("a secret of the test, long enough to be one");
    private static final SocketSpec ROOMS = SocketSpec.builder()
            .id(assigns -> "somebody")
            .channel(
                    "room:*",
                    ChannelSpec.<Object>builder(Object::new)
                            .handleIn("say", Map.class, (channel, said, socket) -> {
                                socket.broadcast("said", said);
                                return Result.ok(Map.of("length", 5));
                            })
                            .build())
            .build();

    private final InMemoryCluster cluster = new InMemoryCluster();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Node a;
    private Node b;

    private record Node(Dashboard dashboard, Endpoint endpoint, Server server) {}

    private Dashboard dashboard() {
        return Dashboard.builder(TOKENS, DashboardAccess.loopback()).build();
    }

    private Endpoint endpoint(String name, Dashboard dashboard, UnaryOperator<Endpoint.Builder> options) {
        Endpoint endpoint = options.apply(dashboard.addTo(
                        Endpoint.builder().cluster(cluster.node(name)).socket("/socket", ROOMS)))
                .build();
        open.add(0, endpoint);
        return endpoint;
    }

    private Node node(String name) {
        Dashboard dashboard = dashboard();
        Endpoint endpoint = endpoint(name, dashboard, options -> options);
        Server server = dashboard
                .addTo(Server.builder(endpoint).host("127.0.0.1").port(0).eventLoops(1))
                .start();
        open.add(0, server);
        return new Node(dashboard, endpoint, server);
    }

    @BeforeEach
    void start() {
        a = node("a");
        b = node("b");
        Endpoint hung = Endpoint.builder().cluster(cluster.node("hung")).build();
        hung.node().addHandler("dashboard", (from, message) -> {}); // takes what it is asked, and that is all
        open.add(0, hung);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            if (each != open.get(open.size() - 1)) {
                each.close();
            }
        }
        open.get(open.size() - 1).close();
    }

    private PageClient page() {
        PageClient page = PageClient.connect(a.server.port(), PageClient.token(a.server.port()));
        assertThat(page.join().get("status").asText()).isEqualTo("ok");
        return page;
    }

    private static JsonNode look(PageClient page, int seq, String query) {
        assertThat(page.push("look", "{\"seq\":" + seq + "," + query + "}")
                        .get("status")
                        .asText())
                .isEqualTo("ok");
        return page.await("view", frame -> frame.get(4).get("seq").asLong() == seq);
    }

    /** A client of b, in a room. */
    private WebSocket client() {
        WebSocket client = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + b.server.port() + "/socket/websocket?vsn=2.0.0"),
                        new WebSocket.Listener() {})
                .join();
        client.sendText("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]", true).join();
        await().atMost(Duration.ofSeconds(20)).until(() -> b.endpoint.channelCount() == 1);
        return client;
    }

    @Test
    void theNodesThatAnswerAreShownAndTheOneThatHangsIsNamed() {
        try (PageClient page = page()) {
            JsonNode view = look(page, 1, "\"page\":\"overview\"");
            assertThat(view.get("silent").toString()).isEqualTo("[\"hung\"]");
            assertThat(view.get("nodes").toString()).isEqualTo("[\"a\",\"b\",\"hung\"]");
            assertThat(view.get("data").get("nodes").findValuesAsText("name")).containsExactly("a", "b", "hung");
            assertThat(view.at("/data/attention/0/what").asText()).isEqualTo("silent");
            assertThat(view.at("/data/attention/0/node").asText()).isEqualTo("hung");
            page.await("view");
            assertThat(look(page, 2, "\"page\":\"overview\",\"node\":\"hung\"")
                            .get("silent")
                            .toString())
                    .isEqualTo("[\"hung\"]");
            assertThat(page.push("cut", "{\"node\":\"hung\",\"id\":\"1\"}")
                            .get("response")
                            .get("reason")
                            .asText())
                    .isEqualTo("node: hung does not answer");
        }
    }

    @Test
    void nodesWhoseSchedulersHangAreShown() {
        Dashboard dashboard = dashboard();
        Endpoint busy = endpoint("busy", dashboard, options -> options.scheduler(task -> {}));
        try (Server server = dashboard
                        .addTo(Server.builder(busy).host("127.0.0.1").port(0).eventLoops(1))
                        .start();
                PageClient ofAnother = page();
                PageClient ofItself = PageClient.connect(server.port(), PageClient.token(server.port()))) {
            assertThat(look(ofAnother, 1, "\"page\":\"overview\",\"node\":\"busy\"")
                            .get("silent")
                            .size())
                    .isZero();
            assertThat(ofItself.join().get("status").asText()).isEqualTo("ok");
            assertThat(look(ofItself, 1, "\"page\":\"overview\",\"node\":\"busy\"")
                            .get("silent")
                            .size())
                    .isZero();
        }
    }

    @Test
    void aClientOfAnotherNodeIsFoundAndCut() {
        WebSocket client = client();
        try (PageClient page = page()) {
            JsonNode rows = look(page, 1, "\"page\":\"connections\",\"text\":\"somebody\"")
                    .get("data")
                    .get("rows");
            assertThat(rows.findValuesAsText("node")).containsExactly("b");
            String id = rows.get(0).get("id").asText();
            JsonNode one = look(page, 2, "\"page\":\"connection\",\"node\":\"b\",\"id\":\"" + id + "\"")
                    .get("data");
            assertThat(one.get("topics").findValuesAsText("topic")).containsExactly("room:1");
            JsonNode topic = look(page, 3, "\"page\":\"topics\",\"text\":\"room\"")
                    .get("data")
                    .get("rows")
                    .get(0);
            assertThat(topic.get("topic").asText()).isEqualTo("room:1");
            assertThat(topic.get("by_node").toString()).isEqualTo("{\"b\":1}");

            assertThat(page.push("cut", "{\"node\":\"b\",\"id\":\"" + id + "\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");
            await().atMost(Duration.ofSeconds(20)).until(() -> b.endpoint.connectionCount() == 0);
        } finally {
            client.abort();
        }
    }

    @Test
    void clientsOfANameAreDisconnectedOnAllNodes() {
        WebSocket client = client();
        try (PageClient page = page()) {
            assertThat(page.push("disconnect", "{\"name\":\"somebody\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");
            await().atMost(Duration.ofSeconds(20)).until(() -> b.endpoint.connectionCount() == 0);
        } finally {
            client.abort();
        }
    }

    @Test
    void aTapShowsWhatGoesOverATopicOfAnotherNodeWithoutItsValues() {
        WebSocket client = client();
        try (PageClient page = page()) {
            assertThat(page.push("tap", "{\"topic\":\"room:1\"}").get("status").asText())
                    .isEqualTo("ok");
            await().atMost(Duration.ofSeconds(20)).until(() -> b.dashboard.held() == 1);
            client.sendText("[\"1\",\"2\",\"room:1\",\"say\",{\"words\":\"a secret\"}]", true)
                    .join();

            List<String> seen = new ArrayList<>();
            while (seen.size() < 3) {
                JsonNode frames = page.await("frames");
                assertThat(frames.get("topic").asText()).isEqualTo("room:1");
                assertThat(frames.toString()).doesNotContain("a secret");
                frames.get("frames")
                        .forEach(frame -> seen.add(frame.get("node").asText() + " "
                                + frame.get("dir").asText() + " "
                                + frame.get("event").asText() + " " + frame.get("payload")));
            }
            assertThat(seen)
                    .containsExactlyInAnyOrder(
                            "b in say {\"words\":\"text, 8 characters\"}",
                            "b out phx_reply {\"response\":{\"length\":\"number\"},\"status\":\"text, 2 characters\"}",
                            "a broadcast said {\"words\":\"text, 8 characters\"}");
            page.push("look", "{\"page\":\"topic\",\"id\":\"room:1\"}");
            assertThat(page.await("view").get("data").get("subscribers").asInt())
                    .as("taps are no subscribers")
                    .isEqualTo(1);
            assertThat(page.push("untap", "{}").get("status").asText()).isEqualTo("ok");
            await().atMost(Duration.ofSeconds(20)).until(() -> b.dashboard.held() == 0);
        } finally {
            client.abort();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> a.dashboard.held() == 0);
    }
}
