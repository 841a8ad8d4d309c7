package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.simurgh.conformance.ClientUnderTest.Join;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * phoenix.js joins, and its channels end and rejoin at any moment, while others join and leave without a pause: what its {@code Presence} lists is what the server does. With {@code
 * -Dconformance.rejoins=50} it does so 500 times.
 */
@Timeout(1800)
class PresenceChurnTest {
    private static final String TOPIC = "crowd:churn";
    private static final int OBSERVERS = 10;
    private static final int REJOINS = Integer.getInteger("conformance.rejoins", 5);
    private static final int THREADS = 4;
    private static final int OTHERS = 40;

    /** Less than there are others: some keys have several metas. */
    private static final int NAMES = 25;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void whatPhoenixJsListsIsWhatTheServerDoes() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (OwnServer server = new OwnServer();
                ScriptedClient client = new ScriptedClient(ClientTools.node("node.mjs", "phoenix"))) {
            List<CompletableFuture<Void>> churning = IntStream.range(0, THREADS)
                    .mapToObj(thread -> CompletableFuture.runAsync(() -> churn(server.port(), thread), threads))
                    .toList();
            joinAndRejoin(client, "ws://127.0.0.1:" + server.port() + "/socket");
            over.set(true);
            for (CompletableFuture<Void> each : churning) {
                each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            Set<String> expected = refs(presences(server.port()));
            assertThat(expected).hasSizeGreaterThan(OBSERVERS);
            for (int i = 0; i < OBSERVERS; i++) {
                assertThat(shown(client, i, expected)).as("observer " + i).isEqualTo(expected);
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    /** Others join and leave by turns; at the end every second one stays. */
    private void churn(int port, int thread) {
        List<TopicTalk> talks = new ArrayList<>();
        for (int i = thread; i < OTHERS; i += THREADS) {
            talks.add(TopicTalk.to(port, TOPIC, http));
        }
        try {
            for (int turn = 0; !over.get(); turn++) {
                for (int i = 0; i < talks.size(); i++) {
                    boolean comes = (turn + i) % 2 == 0;
                    talks.get(i)
                            .push(
                                    comes ? "phx_join" : "phx_leave",
                                    comes ? "{\"name\":\"bird " + (thread * 7 + turn + i) % NAMES + "\"}" : "{}");
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void joinAndRejoin(ScriptedClient client, String url) throws InterruptedException {
        for (int i = 0; i < OBSERVERS; i++) {
            client.connect("peer " + i, url, Map.of());
            client.join("peer " + i, channel(i), new Join(TOPIC, Map.of("name", channel(i)), false, true, List.of()));
        }
        for (int rejoin = 0; rejoin <= REJOINS; rejoin++) {
            for (int i = 0; i < OBSERVERS; i++) {
                client.sightings().await(channel(i), "join ok", LIMIT);
            }
            for (int i = 0; i < OBSERVERS && rejoin < REJOINS; i++) { // crashes the channel
                client.push(
                        channel(i), "no such event", JsonNodeFactory.instance.objectNode(), LIMIT.multipliedBy(100));
            }
        }
    }

    private static String channel(int observer) {
        return "observer " + observer;
    }

    /** What it lists when it is as expected, or does not change any more. What came and went since it rejoined has to give the same, each time. */
    private static Set<String> shown(ScriptedClient client, int observer, Set<String> expected)
            throws InterruptedException {
        Set<String> there = new HashSet<>();
        Set<String> listed = Set.of();
        for (boolean first = true; !listed.equals(expected); first = false) {
            JsonNode news;
            try {
                news = client.sightings().await(channel(observer), "presences", LIMIT);
            } catch (AssertionError e) {
                return listed;
            }
            listed = refsShown(news.path("list"));
            there.addAll(first ? listed : refsShown(news.path("joins")));
            there.removeAll(first ? Set.of() : refsShown(news.path("leaves")));
            assertThat(there).as("joins and leaves of " + channel(observer)).isEqualTo(listed);
        }
        return listed;
    }

    private JsonNode presences(int port) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + "/presences?topic=" + TOPIC);
        return JSON.readTree(http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private static Set<String> refs(JsonNode state) {
        Set<String> refs = new TreeSet<>();
        state.properties()
                .forEach(each -> addRefs(refs, each.getKey(), each.getValue().path("metas")));
        return refs;
    }

    private static Set<String> refsShown(JsonNode list) {
        Set<String> refs = new TreeSet<>();
        list.forEach(each -> addRefs(refs, each.path(0).asText(), each.path(1)));
        return refs;
    }

    private static void addRefs(Set<String> refs, String key, JsonNode metas) {
        metas.forEach(meta -> refs.add(key + " " + meta.path("phx_ref").asText()));
    }
}
