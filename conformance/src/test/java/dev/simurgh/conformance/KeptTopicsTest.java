package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics that are kept, as their clients see them. */
@Timeout(60)
class KeptTopicsTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private ConformanceServer server = start(Optional.empty());

    @TempDir
    Path directory;

    private ConformanceServer start(Optional<Path> data) {
        List<String> options = new ArrayList<>(List.of("--port", "0"));
        data.ifPresent(file -> options.addAll(List.of("--data", file.toString())));
        ConformanceServer started = ConformanceServer.start(ConformanceOptions.parse(options.toArray(String[]::new)));
        open.add(() -> started.stop().join());
        return started;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private TopicTalk talk(String topic) {
        TopicTalk talk = TopicTalk.to(server.port(), topic);
        open.add(0, talk);
        return talk;
    }

    @Test
    void anEmptyTopicHasAPositionFromWhichAClientResumes() throws Exception {
        TopicTalk first = talk("kept:a");
        JsonNode reply = first.join("{}");
        String start = reply.path("response").path("position").asText();
        assertThat(start).matches("[0-9a-z]+:0");
        assertThat(reply.path("response").has("recovered")).isFalse();
        first.close();

        TopicTalk other = talk("kept:a");
        other.join("{}");
        other.stored("{\"n\":1}");
        other.stored("{\"n\":2}");

        TopicTalk again = talk("kept:a");
        JsonNode resumed = again.resume(start);
        assertThat(resumed.path("recovered").asBoolean()).isTrue();
        assertThat(resumed.path("position").asText()).isEqualTo(start);
        JsonNode one = again.next();
        assertThat(one.path(3).asText()).isEqualTo("put");
        assertThat(one.path(4)).hasToString("{\"n\":1}");
        assertThat(one.path(1).asText()).matches("[0-9a-z]+:1");
        assertThat(again.next().path(4)).hasToString("{\"n\":2}");
        String live = other.stored("{\"n\":3}");
        JsonNode three = again.next();
        assertThat(three.path(4)).hasToString("{\"n\":3}");
        assertThat(three.path(1).asText()).isEqualTo(live);
    }

    @Test
    void whoPutsGetsItTooWithThePositionThatTheReplyHas() throws Exception {
        TopicTalk talk = talk("kept:a");
        talk.join("{}");
        talk.send("[\"1\",\"9\",\"kept:a\",\"put\",{\"n\":1}]");
        List<JsonNode> both = List.of(talk.next(), talk.next());
        assertThat(both).anySatisfy(message -> {
            assertThat(message.path(3).asText()).isEqualTo("phx_reply");
            assertThat(message.path(4).path("response").path("position").asText())
                    .endsWith(":1");
        });
        assertThat(both).anySatisfy(message -> {
            assertThat(message.path(3).asText()).isEqualTo("put");
            assertThat(message.path(1).asText()).endsWith(":1");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"nonsense\"",
                "\"\"",
                "\"zz:1\"",
                "\"zz:99999999999999999999\"",
                "\":\"",
                "7",
                "null",
                "{}",
                "[1]",
                "\"12\"",
                "true"
            })
    void aPositionThatIsNoneIsUnknown(String position) throws Exception {
        TopicTalk talk = talk("kept:a");
        talk.join("{}");
        String head = talk.stored("{\"n\":1}");
        TopicTalk other = talk("kept:a");
        JsonNode reply = other.join("{\"position\":" + position + "}");
        assertThat(reply.path("status").asText()).isEqualTo("ok");
        assertThat(reply.path("response").path("position").asText()).isEqualTo(head);
        assertThat(reply.path("response").path("recovered").asBoolean(true)).isFalse();
    }

    @Test
    void whoIsAheadOfTheHeadIsNotRecovered() throws Exception {
        TopicTalk talk = talk("kept:a");
        talk.join("{}");
        String head = talk.stored("{\"n\":1}");
        String ahead = head.substring(0, head.indexOf(':')) + ":2";
        JsonNode reply = talk("kept:a").resume(ahead);
        assertThat(reply.path("recovered").asBoolean(true)).isFalse();
        assertThat(reply.path("position").asText()).isEqualTo(head);
    }

    @Test
    void aRepeatedKeyIsStoredOnceAndAnsweredAlike() throws Exception {
        TopicTalk talk = talk("kept:a");
        talk.join("{}");
        String first = talk.stored("{\"key\":\"k1\",\"n\":1}");
        assertThat(talk.stored("{\"key\":\"k1\",\"n\":1}")).isEqualTo(first);
        assertThat(talk.stored("{\"key\":\"k2\",\"n\":1}")).endsWith(":2");
        JsonNode reused = talk.put("{\"key\":\"k1\",\"n\":2}");
        assertThat(reused.path("status").asText()).isEqualTo("error");
        assertThat(reused.path("response").path("reason").asText()).contains("k1", "expected: ");
        TopicTalk elsewhere = talk("kept:b");
        elsewhere.join("{}");
        assertThat(elsewhere.stored("{\"key\":\"k1\",\"n\":2}"))
                .as("another topic")
                .endsWith(":1");
        assertThat(talk.stored("{\"key\":7}"))
                .as("a key that is no text is none")
                .endsWith(":3");
        assertThat(talk.stored("{\"key\":7}")).endsWith(":4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\\u0000b", "\\ud83d\\ude00"})
    void anyTextIsAKey(String text) throws Exception {
        for (String key : List.of(text, text + "x".repeat(300))) {
            TopicTalk talk = talk("kept:" + key.length());
            talk.join("{}");
            String first = talk.stored("{\"key\":\"" + key + "\"}");
            assertThat(talk.stored("{\"key\":\"" + key + "\"}")).isEqualTo(first);
            assertThat(talk.put("{\"key\":\"" + key + "\",\"n\":2}")
                            .path("status")
                            .asText())
                    .isEqualTo("error");
            assertThat(talk.stored("{\"key\":\"" + key + "y\"}")).endsWith(":2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"text\"", "1", "null"})
    void whatIsNoObjectIsRefused(String payload) throws Exception {
        TopicTalk talk = talk("kept:a");
        talk.join("{}");
        JsonNode reply = talk.put(payload);
        assertThat(reply.path("status").asText()).isEqualTo("error");
        assertThat(talk.stored("{}")).endsWith(":1");
    }

    @Test
    void aSmallTopicKeepsTen() throws Exception {
        TopicTalk talk = talk("small:a");
        String start = talk.join("{}").path("response").path("position").asText();
        List<String> stored = new ArrayList<>();
        for (int n = 1; n <= 200; n++) {
            stored.add(talk.stored("{\"n\":" + n + "}"));
        }
        NetworkRig.awaiting().untilAsserted(() -> {
            try (TopicTalk late = TopicTalk.to(server.port(), "small:a")) {
                JsonNode reply = late.resume(start);
                assertThat(reply.path("recovered").asBoolean(true)).isFalse();
                assertThat(reply.path("position").asText()).endsWith(":200");
            }
        });
        TopicTalk late = talk("small:a");
        assertThat(late.resume(stored.get(189)).path("recovered").asBoolean()).isTrue();
        assertThat(late.next("put").path(4)).hasToString("{\"n\":191}");
    }

    @Test
    void inAFileEverythingIsThereWithTheNextServer() throws Exception {
        server = start(Optional.of(directory.resolve("kept.db")));
        TopicTalk talk = talk("kept:a");
        String start = talk.join("{}").path("response").path("position").asText();
        String one = talk.stored("{\"key\":\"k\",\"n\":1}");
        server.stop().join();

        server = start(Optional.of(directory.resolve("kept.db")));
        TopicTalk again = talk("kept:a");
        assertThat(again.resume(start).path("recovered").asBoolean()).isTrue();
        assertThat(again.next("put").path(1).asText()).isEqualTo(one);
        assertThat(again.stored("{\"key\":\"k\",\"n\":1}")).isEqualTo(one);
        String two = again.stored("{\"n\":2}");
        assertThat(two).endsWith(":2");
        assertThat(talk("kept:a").resume(one).path("recovered").asBoolean()).isTrue();
    }

    @Test
    void whatTheApplicationBroadcastsHasAPositionToo() throws Exception {
        TopicTalk talk = talk("kept:a");
        talk.join("{}");
        URI broadcast = URI.create("http://127.0.0.1:" + server.port() + "/broadcast?topic=kept:a&event=put&n=3");
        HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(broadcast).build(), HttpResponse.BodyHandlers.discarding());
        for (int n = 1; n <= 3; n++) {
            JsonNode message = talk.next("put");
            assertThat(message.path(4)).hasToString("{\"n\":" + n + "}");
            assertThat(message.path(1).asText()).endsWith(":" + n);
        }
    }

    @Test
    void aBinaryBroadcastIsFollowedByItsPosition() throws Exception {
        TopicTalk talk = talk("kept:a");
        String start = talk.join("{}").path("response").path("position").asText();
        talk.sendBinary(binary(0, "1", "9", "kept:a", "put", "bytes"));
        JsonNode first = talk.next();
        while (!first.isBinary()) { // the reply may come first
            first = talk.next();
        }
        assertThat(first.binaryValue()).isEqualTo(binary(2, "kept:a", "put", "bytes"));
        String position = talk.next("position").path(1).asText();
        assertThat(position).endsWith(":1");

        TopicTalk again = talk("kept:a");
        assertThat(again.resume(start).path("recovered").asBoolean()).isTrue();
        assertThat(again.next().binaryValue()).isEqualTo(binary(2, "kept:a", "put", "bytes"));
        assertThat(again.next()).hasToString("[null,\"" + position + "\",\"kept:a\",\"position\",{}]");
        assertThat(talk("kept:a").resume(position).path("recovered").asBoolean())
                .isTrue();
    }

    /** The kind, the lengths of all fields but the payload, and the fields. */
    private static byte[] binary(int kind, String... fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(kind);
        Arrays.stream(fields).limit(fields.length - 1).forEach(field -> bytes.write(field.length()));
        Arrays.stream(fields).forEach(field -> bytes.writeBytes(field.getBytes(StandardCharsets.US_ASCII)));
        return bytes.toByteArray();
    }

    @Test
    void historyInMemoryGoesWithTheServerAndItsPositionsWithIt() throws Exception {
        TopicTalk talk = talk("kept:a");
        talk.join("{}");
        String one = talk.stored("{\"n\":1}");
        server.stop().join();

        server = start(Optional.empty());
        TopicTalk other = talk("kept:a");
        assertThat(other.resume(one).path("recovered").asBoolean(true)).isFalse();
        assertThat(other.stored("{\"n\":10}")).endsWith(":1").isNotEqualTo(one);
        assertThat(talk("kept:a").resume(one).path("recovered").asBoolean(true)).isFalse();
    }

    @Test
    void topicsThatAreNotKeptAreAsTheyWere() throws Exception {
        TopicTalk talk = talk("room:a");
        assertThat(talk.join("{\"position\":\"zz:1\"}").path("response")).hasToString("{}");
        talk.send("[\"1\",\"7\",\"room:a\",\"shout\",{\"n\":1}]");
        assertThat(talk.next("shout").path(1).isNull()).isTrue();
    }
}
