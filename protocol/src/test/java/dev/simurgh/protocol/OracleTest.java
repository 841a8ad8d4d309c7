package dev.simurgh.protocol;

import static dev.simurgh.protocol.Oracle.json;
import static dev.simurgh.protocol.RandomJson.utf8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our scanner and Jackson must agree on what is a message, and on every part of it. */
class OracleTest {
    private static final int CASES = 15_000;
    private static final JsonNode NONE = JsonNodeFactory.instance.nullNode();

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void arraysAreReadAsJacksonReadsThem(long seed) {
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < CASES; i++) {
            byte[] intact = utf8(random.array());
            assertV2(intact);
            assertV2(random.damaged(intact));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void objectsAreReadAsJacksonReadsThem(long seed) {
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < CASES; i++) {
            byte[] intact = utf8(random.object());
            assertV1(intact);
            assertV1(random.damaged(intact));
        }
    }

    @Test
    void anyValueIsAPayloadIfJacksonReadsIt() {
        RandomJson random = new RandomJson(7);
        for (int i = 0; i < CASES; i++) {
            byte[] intact = utf8(random.value(4));
            assertValue(intact);
            assertValue(random.damaged(intact));
        }
    }

    @Test
    void deepNestingIsTrackedAsJacksonTracksIt() {
        RandomJson random = new RandomJson(8);
        for (int i = 0; i < 2_000; i++) {
            byte[] intact = utf8(random.nested(1 + random.below(Serializers.MAX_DEPTH + 3)));
            assertValue(intact);
            assertValue(random.damaged(intact));
        }
    }

    @Test
    void handMadeTextsAreReadAsJacksonReadsThem() {
        for (byte[] bytes : Corpus.all()) {
            assertV2(bytes);
            assertV1(bytes);
            assertValue(bytes);
            for (byte[] message : Corpus.asParts(bytes)) {
                assertV2(message);
                assertV1(message);
            }
        }
    }

    @Test
    void everyPrefixOfAMessageIsMalformed() {
        String array = "[\"1\",\"\\u0032\",\"room:é😀\",\"new_msg\",{\"a\":[1.5e-3,true,null,\"x\\n\"]}]";
        String object =
                "{\"topic\":\"é\",\"event\":\"e\",\"payload\":{\"a\":-0.5e+1},\"ref\":\"\\ud83d\\ude00\",\"join_ref\":null}";
        for (byte[] bytes : List.of(utf8(array), utf8(object))) {
            for (int length = 0; length <= bytes.length; length++) {
                byte[] prefix = Arrays.copyOf(bytes, length);
                assertV2(prefix);
                assertV1(prefix);
            }
        }
    }

    private static void assertV2(byte[] bytes) {
        Oracle oracle = Oracle.of(bytes);
        Optional<JsonNode> array = oracle.value().filter(node -> node.isArray() && node.size() >= 5);
        check(
                Serializers.V2,
                oracle,
                array.map(node -> List.of(node.get(0), node.get(1), node.get(2), node.get(3), node.get(4))));
    }

    private static void assertV1(byte[] bytes) {
        Oracle oracle = Oracle.of(bytes);
        Optional<Map<String, JsonNode>> object = oracle.members()
                .filter(members -> members.keySet().containsAll(List.of("topic", "event", "payload", "ref")));
        check(
                Serializers.V1,
                oracle,
                object.map(members -> List.of(
                        members.getOrDefault("join_ref", NONE),
                        members.get("ref"),
                        members.get("topic"),
                        members.get("event"),
                        members.get("payload"))));
    }

    private static void check(Serializer serializer, Oracle oracle, Optional<List<JsonNode>> parts) {
        Optional<Message> message = decode(serializer, oracle);
        if (message.isPresent() != parts.isPresent()) {
            throw new AssertionError(oracle + " (message: " + message.isPresent() + ")");
        }
        message.ifPresent(found -> assertMessage(oracle, found, parts.orElseThrow()));
    }

    /** Decodes the bytes from the middle of an array whose surroundings would be noticed. */
    private static Optional<Message> decode(Serializer serializer, Oracle oracle) {
        int length = oracle.bytes().length;
        byte[] array = new byte[length + 20];
        Arrays.fill(array, (byte) '"');
        System.arraycopy(oracle.bytes(), 0, array, 9, length);
        try {
            return Optional.of(serializer.decodeText(array, 9, length));
        } catch (MalformedMessageException e) {
            same(oracle, e.invalidUtf8(), !oracle.isUtf8());
            e.readable().ifPresent(to -> {
                same(oracle, to.ref().isNone(), false);
                json(serializer.encodeError(to, to.joinRef(), e.reason()));
            });
            return Optional.empty();
        }
    }

    private static void assertMessage(Oracle oracle, Message message, List<JsonNode> parts) {
        same(oracle, json(message.joinRef()), parts.get(0));
        same(oracle, message.joinRef().isNone(), parts.get(0).isNull());
        same(oracle, json(message.ref()), parts.get(1));
        assertText(oracle, message.topic(), message.isTopicText(), parts.get(2));
        assertText(oracle, message.event(), message.isEventText(), parts.get(3));
        same(oracle, json(message.payload()), parts.get(4));
        same(oracle, ((Payload.Json) message.payload()).isObject(), parts.get(4).isObject());
        if (parts.get(1).isTextual()) {
            same(oracle, message.ref(), Ref.of(parts.get(1).textValue()));
            same(oracle, message.ref().text(), parts.get(1).textValue());
        }
    }

    private static void assertText(Oracle oracle, String text, boolean isText, JsonNode expected) {
        same(oracle, isText, expected.isTextual());
        if (isText) {
            same(oracle, text, expected.textValue());
        } else {
            same(oracle, json(utf8(text)), expected);
        }
    }

    private static void assertValue(byte[] bytes) {
        Oracle oracle = Oracle.of(bytes);
        try {
            Ref ref = Ref.ofJson(bytes);
            same(oracle, Optional.of(json(ref)), oracle.value());
        } catch (IllegalArgumentException e) {
            same(oracle, false, oracle.value().isPresent());
        }
    }

    /** An assertion that costs nothing while it holds: there are millions of them. */
    private static void same(Oracle oracle, Object actual, Object expected) {
        if (!actual.equals(expected)) {
            throw new AssertionError(oracle + ": " + actual + " (expected: " + expected + ")");
        }
    }
}
