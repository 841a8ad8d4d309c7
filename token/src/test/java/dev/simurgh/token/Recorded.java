package dev.simurgh.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** What src/test/elixir/record.exs has recorded, one case in a line. */
final class Recorded {
    static final String SECRET = "a secret that was made for these recordings, and is none";
    static final String SALT = "recorded";
    static final Instant SIGNED_AT = Instant.ofEpochSecond(1_700_000_000);
    static final Tokens TOKENS = Tokens.of(SECRET).at(SIGNED_AT);
    static final byte[] KEY =
            new DerivedKeys(SECRET.getBytes(StandardCharsets.UTF_8), 1000, 32, Digest.SHA256).forSalt(SALT);

    private static final JsonMapper JSON = new JsonMapper();

    private Recorded() {}

    static List<JsonNode> lines(String name) {
        List<JsonNode> lines = new ArrayList<>();
        String file = "recorded-" + name + ".jsonl.gz";
        try (var in = Objects.requireNonNull(Recorded.class.getResourceAsStream(file));
                var reader =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    static byte[] bytes(JsonNode line, String field) {
        return Base64.getDecoder().decode(line.required(field).textValue());
    }

    /** Returns the Java value that the package documentation promises for an Elixir term. */
    static @Nullable Object value(JsonNode term) {
        String kind = term.fieldNames().next();
        JsonNode body = term.required(kind);
        return switch (kind) {
            case "int" -> integer(new BigInteger(body.textValue()));
            case "float" -> Double.longBitsToDouble(Long.parseUnsignedLong(body.textValue(), 16));
            case "atom" -> atom(body.textValue());
            case "binary" -> binary(Base64.getDecoder().decode(body.textValue()));
            case "tuple" -> new Tuple(values(body));
            case "list" -> values(body);
            case "times" -> Collections.nCopies(body.required(0).intValue(), value(body.required(1)));
            case "map" -> map(body);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Object integer(BigInteger integer) {
        return integer.bitLength() < Long.SIZE ? (Object) integer.longValueExact() : integer;
    }

    private static @Nullable Object atom(String name) {
        return switch (name) {
            case "nil" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> new Atom(name);
        };
    }

    private static Object binary(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return bytes;
        }
    }

    private static List<@Nullable Object> values(JsonNode terms) {
        List<@Nullable Object> values = new ArrayList<>();
        terms.forEach(term -> values.add(value(term)));
        return values;
    }

    private static Map<@Nullable Object, @Nullable Object> map(JsonNode entries) {
        // a tree, because keys may be bytes
        Map<@Nullable Object, @Nullable Object> map = new TreeMap<>(TermOrder.INSTANCE);
        entries.forEach(entry -> map.put(value(entry.required(0)), value(entry.required(1))));
        return map;
    }
}
