package dev.simurgh.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Jackson makes of the same bytes, with our depth limit and no other. Jackson's own UTF-8 decoding is lenient and it guesses UTF-16
 * and byte order marks, so the JDK's strict decoder goes first and Jackson gets characters.
 */
final class Oracle {
    static final ObjectMapper JACKSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Serializers.DEFAULT_MAX_DEPTH)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final byte[] bytes;
    private final Optional<String> text;
    private final Optional<JsonNode> value;

    private Oracle(byte[] bytes) {
        this.bytes = bytes;
        this.text = text(bytes);
        this.value = text.flatMap(this::read);
    }

    static Oracle of(byte[] bytes) {
        return new Oracle(bytes);
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private Optional<JsonNode> read(String json) {
        try {
            return isTaken(json)
                    ? Optional.of(JACKSON.readTree(json)).filter(node -> !node.isMissingNode())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Tells whether Jackson finds no half of a surrogate pair, and no number that is infinite to it: it lets both pass. */
    private static boolean isTaken(String json) throws IOException {
        try (JsonParser parser = JACKSON.createParser(json)) {
            boolean taken = true;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                taken &= token == JsonToken.VALUE_NUMBER_FLOAT
                        ? Double.isFinite(Double.parseDouble(parser.getText()))
                        : StandardCharsets.UTF_8.newEncoder().canEncode(parser.getText());
            }
            return taken;
        }
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isUtf8() {
        return text.isPresent();
    }

    /** Returns the one JSON value that the bytes are, if they are. */
    Optional<JsonNode> value() {
        return value;
    }

    /** Returns the members of the JSON object that the bytes are, the first of equal keys. */
    Optional<Map<String, JsonNode>> members() {
        return value.filter(JsonNode::isObject).map(node -> firstMembers());
    }

    private Map<String, JsonNode> firstMembers() {
        Map<String, JsonNode> members = new LinkedHashMap<>();
        try (JsonParser parser = JACKSON.createParser(text.orElseThrow())) {
            ObjectReader reader = JACKSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                members.putIfAbsent(key, reader.readTree(parser));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return members;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }

    static JsonNode json(byte[] json) {
        return of(json).value().orElseThrow(() -> new AssertionError("not JSON: " + of(json)));
    }

    static JsonNode json(Ref ref) {
        return json(ref.json());
    }

    static JsonNode json(Frame frame) {
        return json(frame.bytes());
    }

    static JsonNode json(Payload payload) {
        Payload.Json json = (Payload.Json) payload;
        return json(Arrays.copyOfRange(json.array(), json.offset(), json.offset() + json.length()));
    }
}
