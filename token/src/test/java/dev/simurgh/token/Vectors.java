package dev.simurgh.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The tokens that a Phoenix 1.8.12 on OTP 25 made, with what it said when it verified them. */
final class Vectors {
    private static final JsonNode ROOT = read();

    private Vectors() {}

    static Stream<JsonNode> section(String name) {
        return StreamSupport.stream(ROOT.required(name).spliterator(), false);
    }

    static String secretKeyBase() {
        return ROOT.required("secret_key_base").textValue();
    }

    static String salt() {
        return ROOT.required("salt").textValue();
    }

    /** Returns tokens with the options of a vector, at the time of the recording. */
    static Tokens tokens(JsonNode vector) {
        JsonNode options = vector.path("options");
        String secret = vector.path("secret_key_base").asText("the fixed one");
        Tokens.Builder builder = Tokens.builder(secret.equals("the fixed one") ? secretKeyBase() : secret)
                .clock(Clock.fixed(
                        Instant.ofEpochMilli(ROOT.required("recorded_at_ms").longValue()), ZoneOffset.UTC))
                .keyIterations(options.path("key_iterations").asInt(1000))
                .keyLength(options.path("key_length").asInt(32));
        if (options.has("key_digest")) {
            builder.keyDigest(digest(options));
        }
        return builder.build();
    }

    static DerivedKeys keys(JsonNode options) {
        return new DerivedKeys(
                secretKeyBase().getBytes(StandardCharsets.UTF_8),
                options.path("key_iterations").asInt(1000),
                options.path("key_length").asInt(32),
                options.has("key_digest") ? digest(options) : Digest.SHA256);
    }

    /** Returns the max_age option, or null if there is none. */
    static @Nullable Duration maxAge(JsonNode vector) {
        JsonNode maxAge = vector.path("options").path("max_age");
        if (maxAge.isMissingNode()) {
            return null;
        }
        return maxAge.isTextual() ? Tokens.FOREVER : Duration.ofSeconds(maxAge.longValue());
    }

    static Instant signedAt(JsonNode vector) {
        return Instant.ofEpochMilli(
                (long) (vector.path("options").required("signed_at").doubleValue() * 1000));
    }

    /** Returns what we are to answer: Phoenix's own answer, but invalid where Phoenix raises. */
    static Verified expected(JsonNode answer) {
        if (answer.has("ok")) {
            return new Verified.Valid(value(answer.required("ok").textValue()));
        }
        return switch (answer.path("error").asText("invalid")) {
            case "expired" -> Verified.Refused.EXPIRED;
            case "missing" -> Verified.Refused.MISSING;
            default -> Verified.Refused.INVALID;
        };
    }

    /** Returns the Java value for what Elixir's inspect wrote. */
    static @Nullable Object value(String inspected) {
        if (inspected.matches("-?\\d+")) {
            BigInteger integer = new BigInteger(inspected);
            return integer.bitLength() < Long.SIZE ? (Object) integer.longValueExact() : integer;
        }
        if (inspected.matches("\"[^\"]*\"")) {
            return inspected.substring(1, inspected.length() - 1);
        }
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("nil", null);
        values.put("true", true);
        values.put("1.5", 1.5);
        values.put("<<0, 255, 1>>", new byte[] {0, -1, 1});
        values.put("-(2^64)", BigInteger.TWO.pow(64).negate());
        values.put(":admin", new Atom("admin"));
        values.put("[]", List.of());
        values.put("[1, 2, 3]", List.of(1L, 2L, 3L));
        values.put("[1, 300]", List.of(1L, 300L));
        values.put("[\"a\", \"b\"]", List.of("a", "b"));
        values.put("{:user, 1}", Tuple.of(new Atom("user"), 1L));
        values.put("%{}", Map.of());
        values.put("%{user_id: 1}", Map.of(new Atom("user_id"), 1L));
        values.put("%{\"user_id\" => 1}", Map.of("user_id", 1L));
        values.put("%{id: 7, role: :admin}", Map.of(new Atom("id"), 7L, new Atom("role"), new Atom("admin")));
        values.put(
                "%{\"a\" => %{\"b\" => [1.0, nil, true]}, \"c\" => \"d\"}",
                Map.of("a", Map.of("b", Arrays.asList(1.0, null, true)), "c", "d"));
        if (!values.containsKey(inspected)) {
            throw new IllegalArgumentException("no Java value for " + inspected);
        }
        return values.get(inspected);
    }

    private static Digest digest(JsonNode options) {
        return switch (options.required("key_digest").textValue()) {
            case "sha384" -> Digest.SHA384;
            case "sha512" -> Digest.SHA512;
            default -> Digest.SHA256;
        };
    }

    private static JsonNode read() {
        try (InputStream in = Vectors.class.getResourceAsStream("phoenix-token-vectors.json")) {
            return JsonMapper.builder().build().readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
