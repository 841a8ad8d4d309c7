package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is on a topic, as clients and a driver of tests hear of it. */
@Timeout(60)
class PresencesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ConformanceServer server = start();
    private final HttpClient http = HttpClient.newHttpClient();

    private ConformanceServer start() {
        ConformanceServer started = ConformanceServer.start(0);
        open.push(() -> started.stop().join());
        return started;
    }

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private TopicTalk talk(String topic) {
        TopicTalk talk = TopicTalk.to(server.port(), topic);
        open.push(talk);
        return talk;
    }

    private JsonNode get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return JSON.readTree(http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private JsonNode presences(String topic) throws Exception {
        return get("/presences?topic=" + URLEncoder.encode(topic, StandardCharsets.UTF_8));
    }

    @Test
    void theListIsThatOfPresenceState() throws Exception {
        assertThat(presences("presence:a").toString()).isEqualTo("{}");
        TopicTalk talk = talk("presence:a");
        talk.join("{\"user_id\":1,\"device\":\"phone\"}");
        JsonNode state = talk.next("presence_state").get(4);
        assertThat(state.at("/1/metas/0/device").asText()).isEqualTo("phone");
        assertThat(presences("presence:a")).isEqualTo(state);
        talk.close();
        NetworkRig.awaitUntil(() -> presences("presence:a").isEmpty());
    }

    @Test
    void aMetaNamesNoDeviceWhereNoneIsGiven() throws Exception {
        TopicTalk talk = talk("presence:a");
        talk.join("{\"user_id\":\"Attar\"}");
        assertThat(talk.next("presence_state").at("/4/Attar/metas/0/device").isNull())
                .isTrue();
    }

    @Test
    void aLongMetaIsTakenAsPhoenixTakesItAndOneThatIsTooLongIsRefusedAtTheJoin() throws Exception {
        TopicTalk talk = talk("presence:long");
        talk.join("{\"user_id\":1,\"device\":\"" + "x".repeat(200_000) + "\"}");
        assertThat(talk.next("presence_state").at("/4/1/metas/0/device").asText())
                .hasSize(200_000);
        TopicTalk longer = talk("presence:long");
        assertThat(longer.join("{\"user_id\":2,\"device\":\"" + "x".repeat(2_000_000) + "\"}")
                        .at("/response/reason")
                        .asText())
                .isEqualTo("presence too large");
    }

    @Test
    void inACrowdEachIsThereUnderItsName() throws Exception {
        Set<String> names = new TreeSet<>();
        TopicTalk first = talk("crowd:square");
        first.join("{\"name\":\"bird 0\"}");
        JsonNode state = first.next("presence_state").get(4);
        assertThat(state.at("/bird 0/metas").size()).isEqualTo(1);
        state.fieldNames().forEachRemaining(names::add);
        for (int i = 1; i <= 30; i++) {
            talk("crowd:square").join("{\"name\":\"bird " + i + "\"}");
        }
        while (names.size() < 31) {
            first.next("presence_diff").at("/4/joins").fieldNames().forEachRemaining(names::add);
        }
        assertThat(presences("crowd:square").size()).isEqualTo(31);
        assertThat(presences("presence:square").isEmpty()).isTrue();
    }
}
