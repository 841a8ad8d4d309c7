package dev.simurgh.protocol;

import static dev.simurgh.protocol.Oracle.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What our scanner and Jackson must agree on, of any bytes: whether they are a message, and each part of it. */
final class Agreement {
    private static final JsonNode NONE = JsonNodeFactory.instance.nullNode();

    private Agreement() {}

    static void assertV2(byte[] bytes) {
        Oracle oracle = Oracle.of(bytes);
        Optional<JsonNode> array = oracle.value().filter(node -> node.isArray() && node.size() >= 5);
        check(
                Serializers.V2,
                oracle,
                array.map(node -> List.of(node.get(0), node.get(1), node.get(2), node.get(3), node.get(4))));
    }

    static void assertV1(byte[] bytes) {
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
            same(oracle, json(text.getBytes(StandardCharsets.UTF_8)), expected);
        }
    }

    static void assertValue(byte[] bytes) {
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
