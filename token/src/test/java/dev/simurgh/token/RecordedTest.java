package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Both ways: what Phoenix has made is read here as it was meant, and what is made here is what Phoenix makes. */
class RecordedTest {
    private final List<String> differences = new ArrayList<>();

    @Test
    void keysOfAllDigestsLengthsAndSecretsAreThoseOfPhoenix() {
        List<JsonNode> lines = Recorded.lines("keys");
        assertThat(lines).hasSize(84);
        for (JsonNode line : lines) {
            byte[] secret = Recorded.bytes(line, "secret");
            String salt = line.required("salt").textValue();
            int iterations = line.required("iterations").intValue();
            int length = line.required("length").intValue();
            Digest digest = digest(line.required("digest").textValue());
            String name = digest + " " + length + " " + iterations + " " + salt;
            Tokens tokens = Tokens.builder(secret)
                    .keyDigest(digest)
                    .keyLength(length)
                    .keyIterations(iterations)
                    .clock(Clock.fixed(Recorded.SIGNED_AT, ZoneOffset.UTC))
                    .build();

            String token = line.required("token").textValue();
            same(
                    name,
                    "key",
                    new DerivedKeys(secret, iterations, length, digest).forSalt(salt),
                    Recorded.bytes(line, "key"));
            same(name, "signed", tokens.sign(salt, 1), token);
            same(name, "verified", tokens.verify(salt, token), new Verified.Valid(1L));
            if (length == 32) {
                String encrypted = line.required("encrypted").textValue();
                same(name, "decrypted", tokens.decrypt(salt, encrypted), new Verified.Valid(1L));
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void valuesAreSignedAndReadAsByPhoenix() {
        List<JsonNode> lines = Recorded.lines("values");
        assertThat(lines).hasSize(708);
        for (JsonNode line : lines) {
            String name = line.required("name").textValue();
            Object value = Recorded.value(line.required("value"));
            String token = line.required("token").textValue();
            String signed = Recorded.TOKENS.sign(Recorded.SALT, value);
            if (token.isEmpty()) {
                same(name, "sha256", sha256(signed), line.required("sha256").textValue());
                token = signed;
            }
            same(name, "signed", signed, token);
            same(name, "verified", Recorded.TOKENS.verify(Recorded.SALT, token), new Verified.Valid(value));
            String encrypted = line.required("encrypted").textValue();
            if (!encrypted.isEmpty()) {
                same(name, "decrypted", Recorded.TOKENS.decrypt(Recorded.SALT, encrypted), new Verified.Valid(value));
                same(name, "encrypted", encrypt(value, encrypted), encrypted);
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void payloadsInAnyFormAndDamagedOnesAreJudgedAsByPhoenix() {
        List<JsonNode> lines = Recorded.lines("payloads");
        assertThat(lines).hasSize(2967);
        for (JsonNode line : lines) {
            String name = line.required("name").textValue();
            Verified verified = Recorded.TOKENS.verify(
                    Recorded.SALT, SignedMessage.sign(Recorded.bytes(line, "payload"), Recorded.KEY), Tokens.FOREVER);
            if (!line.path("has").asText().equals("values")) {
                same(name, "refused", verified, Verified.Refused.INVALID);
            } else if (!(verified instanceof Verified.Valid valid)) {
                differences.add(name + ": " + verified + ", but it has a value");
            } else if (!isLargeMap(valid.value())) {
                same(name, "value", TermEncoder.encode(valid.value()), Recorded.bytes(line, "ok"));
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void agesAreCountedAsByPhoenixWhateverNumbersTheyAre() {
        List<JsonNode> lines = Recorded.lines("ages");
        assertThat(lines).hasSize(1656);
        for (JsonNode line : lines) {
            String maxAge = line.required("max_age").asText();
            Duration given = switch (maxAge) {
                case "none" -> null;
                case "infinity" -> Tokens.FOREVER;
                default -> Duration.ofMillis(Long.parseLong(maxAge));
            };
            Verified expected = line.has("ok")
                    ? new Verified.Valid(1L)
                    : line.required("error").textValue().equals("expired")
                            ? Verified.Refused.EXPIRED
                            : Verified.Refused.INVALID;
            long now = line.required("now").longValue();
            same(
                    line.required("name").textValue(),
                    "judged",
                    TokenTerm.open(Recorded.bytes(line, "payload"), given, now),
                    expected);
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void fractionsOfSecondsCountToTheMillisecondHereAndInPhoenix() {
        List<JsonNode> lines = Recorded.lines("fractions");
        assertThat(lines).hasSize(608);
        for (JsonNode line : lines) {
            Duration maxAge = Duration.ofMillis(line.required("millis").longValue());
            Duration counts = Duration.ofMillis(line.required("counts").longValue());
            String token = line.required("token").textValue();
            String signed = Recorded.TOKENS.sign(Recorded.SALT, 1, maxAge);
            ends(maxAge + " of Phoenix", token, counts);
            ends(maxAge + " of ours", signed, maxAge);
            // where the nearest float counts for a millisecond less, we write the next one
            if (counts.equals(maxAge) && maxAge.toNanosPart() != 0) {
                same(maxAge.toString(), "signed", signed, token);
            }
        }
        assertThat(differences).isEmpty();
    }

    private void ends(String name, String token, Duration age) {
        Tokens last = Recorded.TOKENS.at(Recorded.SIGNED_AT.plus(age));
        Tokens after = Recorded.TOKENS.at(Recorded.SIGNED_AT.plus(age).plusMillis(1));
        same(name, "last", last.verify(Recorded.SALT, token), new Verified.Valid(1L));
        same(name, "after", after.verify(Recorded.SALT, token), Verified.Refused.EXPIRED);
    }

    @Test
    void timesWithFractionsAreWrittenAsByPhoenix() {
        List<JsonNode> lines = Recorded.lines("times");
        assertThat(lines).hasSize(9);
        for (JsonNode line : lines) {
            Instant time =
                    Instant.ofEpochMilli(Long.parseLong(line.required("millis").textValue()));
            String signed = Recorded.TOKENS.at(time).sign(Recorded.SALT, 1);
            same(
                    line.required("name").textValue(),
                    "signed",
                    signed,
                    line.required("token").textValue());
        }
        assertThat(differences).isEmpty();
    }

    private void same(String name, String what, @Nullable Object actual, Object expected) {
        if (!equal(actual, expected)) {
            differences.add(name + ": " + what + " " + shown(actual) + ", expected " + shown(expected));
        }
    }

    /** As {@code equals}, but looks into byte[] and tells 0.0 from -0.0: by Erlang's order and by the encoding. */
    private static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Verified.Valid left && b instanceof Verified.Valid right) {
            return TermOrder.INSTANCE.compare(left.value(), right.value()) == 0
                    && Arrays.equals(TermEncoder.encode(left.value()), TermEncoder.encode(right.value()));
        }
        return Objects.deepEquals(a, b);
    }

    private static String shown(@Nullable Object value) {
        if (value instanceof Verified.Valid valid) {
            return "Valid(" + valid.value() + ")";
        }
        String text = value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    private static boolean isLargeMap(@Nullable Object value) {
        return value instanceof Map<?, ?> map && map.size() > 32;
    }

    /** Encrypts with the nonce of another token, since each has its own. */
    private static String encrypt(@Nullable Object value, String like) {
        byte[] nonce = Arrays.copyOf(Base64.getUrlDecoder().decode(like.substring(4)), EncryptedMessage.NONCE_BYTES);
        byte[] payload = TokenTerm.encode(value, Recorded.SIGNED_AT.toEpochMilli(), Tokens.DEFAULT_MAX_AGE);
        return EncryptedMessage.encrypt(payload, Recorded.KEY, nonce);
    }

    private static Digest digest(String name) {
        return name.equals("sha") ? Digest.SHA1 : Digest.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static String sha256(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
