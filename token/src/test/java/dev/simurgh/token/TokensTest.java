package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final String SECRET = "a secret of more than twenty bytes";
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final Tokens tokens = Tokens.of(SECRET).at(NOW);

    @Nested
    class Age {
        @Test
        void isADayByDefault() {
            String token = tokens.sign("salt", 1);
            assertThat(verifyAfter(Duration.ofDays(1), token)).isEqualTo(new Verified.Valid(1L));
            assertThat(verifyAfter(Duration.ofDays(1).plusMillis(1), token)).isEqualTo(Verified.Refused.EXPIRED);
        }

        @Test
        void isWhatTheBuilderSays() {
            Tokens hourly = Tokens.builder(SECRET).maxAge(Duration.ofHours(1)).build();
            String token = hourly.at(NOW).sign("salt", 1);
            assertThat(verifyAfter(Duration.ofHours(1), token)).isEqualTo(new Verified.Valid(1L));
            assertThat(verifyAfter(Duration.ofHours(2), token)).isEqualTo(Verified.Refused.EXPIRED);
        }

        @Test
        void mayHaveAFraction() {
            String token = tokens.sign("salt", 1, Duration.ofMillis(1500));
            assertThat(verifyAfter(Duration.ofMillis(1500), token)).isEqualTo(new Verified.Valid(1L));
            assertThat(verifyAfter(Duration.ofMillis(1501), token)).isEqualTo(Verified.Refused.EXPIRED);
        }

        @Test
        void givenWhenVerifyingWinsOverTheTokens() {
            String token = tokens.sign("salt", 1, Duration.ofHours(1));
            Tokens later = tokens.at(NOW.plusSeconds(7200));
            assertThat(later.verify("salt", token)).isEqualTo(Verified.Refused.EXPIRED);
            assertThat(later.verify("salt", token, Duration.ofHours(3))).isEqualTo(new Verified.Valid(1L));
            assertThat(later.verify("salt", token, Duration.ofHours(1))).isEqualTo(Verified.Refused.EXPIRED);
        }

        @Test
        void ofForeverNeverEnds() {
            String token = tokens.sign("salt", 1, Tokens.FOREVER);
            assertThat(verifyAfter(Duration.ofDays(1_000_000), token)).isEqualTo(new Verified.Valid(1L));
        }

        @Test
        void mayBeAsLongAsADurationGoes() {
            for (Duration longest : List.of(
                    Duration.ofDays(365 * 300),
                    Duration.ofSeconds(Long.MAX_VALUE),
                    ChronoUnit.FOREVER.getDuration().minusNanos(1),
                    ChronoUnit.FOREVER.getDuration())) {
                Tokens made = Tokens.builder(SECRET)
                        .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                        .maxAge(longest)
                        .build();
                String token = made.sign("salt", 1);
                assertThat(made.verify("salt", token)).isEqualTo(new Verified.Valid(1L));
                assertThat(made.verify("salt", token, longest)).isEqualTo(new Verified.Valid(1L));
                assertThat(made.decrypt("salt", made.encrypt("salt", 1), longest))
                        .isEqualTo(new Verified.Valid(1L));
                assertThat(made.verify("salt", token, longest.negated().plusSeconds(1)))
                        .isEqualTo(Verified.Refused.EXPIRED);
            }
        }

        @Test
        void isNegativeForATokenFromTheFuture() {
            String token = tokens.sign("salt", 1);
            assertThat(verifyAfter(Duration.ofMillis(-1), token)).isEqualTo(Verified.Refused.INVALID);
        }

        @Test
        void countsForEncryptedTokensToo() {
            String token = tokens.encrypt("salt", 1, Duration.ofHours(1));
            Tokens later = tokens.at(NOW.plusSeconds(3601));
            assertThat(later.decrypt("salt", token)).isEqualTo(Verified.Refused.EXPIRED);
            assertThat(later.decrypt("salt", token, Duration.ofHours(2))).isEqualTo(new Verified.Valid(1L));
        }

        private Verified verifyAfter(Duration age, String token) {
            return tokens.at(NOW.plus(age)).verify("salt", token);
        }
    }

    @Nested
    class Encryption {
        @Test
        void neverGivesTheSameTokenTwice() {
            String token = tokens.encrypt("salt", "hello");
            assertThat(tokens.encrypt("salt", "hello")).isNotEqualTo(token);
            assertThat(tokens.decrypt("salt", token)).isEqualTo(new Verified.Valid("hello"));
            assertThat(tokens.decrypt("other", token)).isEqualTo(Verified.Refused.INVALID);
        }

        @Test
        void needsAKeyOf32Bytes() {
            Tokens longKeys = Tokens.builder(SECRET).keyLength(64).build();
            String message = "keyLength: 64 (expected: 32 to encrypt or decrypt)";
            assertThatIllegalStateException()
                    .isThrownBy(() -> longKeys.encrypt("salt", 1))
                    .withMessage(message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> longKeys.decrypt("salt", "XCP."))
                    .withMessage(message);
        }
    }

    @Nested
    class Result {
        @Test
        void isGivenAsTheTypeAskedFor() {
            Verified number = new Verified.Valid(42L);
            assertThat(number.as(Long.class)).contains(42L);
            assertThat(number.as(Integer.class)).contains(42);
            assertThat(number.as(BigInteger.class)).contains(BigInteger.valueOf(42));
            assertThat(number.as(Object.class)).contains(42L);
            Verified text = new Verified.Valid("é");
            assertThat(text.as(String.class)).contains("é");
            assertThat(text.as(byte[].class)).contains(new byte[] {(byte) 0xc3, (byte) 0xa9});
        }

        @Test
        void isEmptyOnlyIfTheTokenWasRefused() {
            for (Verified.Refused refused : Verified.Refused.values()) {
                assertThat(refused.as(Long.class)).isEmpty();
            }
        }

        @Test
        void ofAnotherTypeIsAMistakeThatNamesTheTypeAndWhatToWrite() {
            Verified number = tokens.verify("salt", tokens.sign("salt", 42));
            String ofLong =
                    "a Long (expected: as(Long.class), as(Integer.class) or as(BigInteger.class), as Erlang has one"
                            + " kind of integer)";
            wrong(number, String.class, "as(String.class)", ofLong);
            wrong(number, Short.class, "as(Short.class)", ofLong);
            wrong(number, Double.class, "as(Double.class)", ofLong);
            wrong(
                    new Verified.Valid(1L << 40),
                    Integer.class,
                    "as(Integer.class)",
                    "a Long of more than 32 bits (expected: as(Long.class) or as(BigInteger.class))");
            wrong(
                    new Verified.Valid(BigInteger.ONE.shiftLeft(64)),
                    Long.class,
                    "as(Long.class)",
                    "a BigInteger of more than 64 bits (expected: as(BigInteger.class))");
            wrong(
                    tokens.decrypt("salt", tokens.encrypt("salt", "42")),
                    Long.class,
                    "as(Long.class)",
                    "a String (expected: as(String.class) or as(byte[].class))");
            wrong(
                    new Verified.Valid(new byte[] {-1}),
                    String.class,
                    "as(String.class)",
                    "a byte[] that is not UTF-8 (expected: as(byte[].class))");
            wrong(new Verified.Valid(1.5), Long.class, "as(Long.class)", "a Double (expected: as(Double.class))");
            wrong(
                    new Verified.Valid(new Atom("admin")),
                    String.class,
                    "as(String.class)",
                    "an Atom (expected: as(Atom.class))");
            wrong(new Verified.Valid(Tuple.of(1)), List.class, "as(List.class)", "a Tuple (expected: as(Tuple.class))");
            wrong(new Verified.Valid(List.of(1)), Map.class, "as(Map.class)", "a List (expected: as(List.class))");
            wrong(new Verified.Valid(Map.of(1, 2)), List.class, "as(List.class)", "a Map (expected: as(Map.class))");
        }

        @Test
        void ofNilIsNoTypeAtAll() {
            String nil =
                    "null, Elixir's nil (expected: another value signed, or Verified.Valid.value() where it may be nil)";
            wrong(tokens.verify("salt", tokens.sign("salt", null)), Long.class, "as(Long.class)", nil);
            wrong(new Verified.Valid(null), Object.class, "as(Object.class)", nil);
        }

        private void wrong(Verified verified, Class<?> type, String call, String found) {
            assertThatExceptionOfType(ClassCastException.class)
                    .isThrownBy(() -> verified.as(type))
                    .withMessage(call + ": the token is valid, but its value is " + found);
        }

        @Test
        void cannotBeAskedForAsAPrimitive() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Verified.Valid(1L).as(long.class))
                    .withMessage("type: long (expected: its wrapper class)");
        }

        @Test
        void isMissingWithoutAToken() {
            assertThat(tokens.verify("salt", null)).isEqualTo(Verified.Refused.MISSING);
            assertThat(tokens.decrypt("salt", null, Duration.ofDays(1))).isEqualTo(Verified.Refused.MISSING);
        }
    }

    @Nested
    class Secrecy {
        @Test
        void theSecretMayBeBytesOfWhichACopyIsKept() {
            byte[] secret = new byte[20];
            secret[0] = -1;
            Tokens made = Tokens.builder(secret).build();
            String token = made.sign("salt", 1);
            secret[0] = 1;
            assertThat(made.verify("salt", token)).isEqualTo(new Verified.Valid(1L));
            assertThat(made.verify("other", made.sign("other", 1))).isEqualTo(new Verified.Valid(1L));
            assertThat(Tokens.of(secret).verify("salt", token)).isEqualTo(Verified.Refused.INVALID);
            byte[] text = SECRET.getBytes(StandardCharsets.UTF_8);
            assertThat(Tokens.of(text).at(NOW).sign("salt", 1)).isEqualTo(tokens.sign("salt", 1));
        }

        @Test
        void stringsNameNeitherSecretNorValue() {
            assertThat(tokens).hasToString("Tokens[keyIterations=1000, keyLength=32, keyDigest=SHA256, maxAge=PT24H]");
            assertThat(Tokens.builder(SECRET).maxAge(Tokens.FOREVER).build().toString())
                    .endsWith("maxAge=forever]");
            assertThat(new Verified.Valid("password")).hasToString("Valid[String]");
            assertThat(new Verified.Valid(null)).hasToString("Valid[null]");
        }
    }

    @Nested
    class Misuse {
        @Test
        void ofOptionsIsExplained() {
            refused("secretKeyBase of 19 bytes (expected: at least 20)", t -> Tokens.of("ééééééééé!"));
            refused("secretKeyBase of 19 bytes (expected: at least 20)", t -> Tokens.of(new byte[19]));
            refused(
                    "secretKeyBase with an unpaired surrogate (expected: valid Unicode)",
                    t -> Tokens.of(SECRET + "\ud800"));
            refused("salt with an unpaired surrogate (expected: valid Unicode)", t -> t.sign("\ud800", 1));
            refused("salt with an unpaired surrogate (expected: valid Unicode)", t -> t.decrypt("\ud800", "XCP."));
            refused(
                    "keyIterations: 0 (expected: at least 1)",
                    t -> Tokens.builder(SECRET).keyIterations(0));
            refused(
                    "keyLength: 0 (expected: 1 to 65536 bytes)",
                    t -> Tokens.builder(SECRET).keyLength(0));
            refused(
                    "keyLength: 65537 (expected: 1 to 65536 bytes)",
                    t -> Tokens.builder(SECRET).keyLength(65_537));
            refused(
                    "maxAge: PT-1S (expected: zero or more)",
                    t -> Tokens.builder(SECRET).maxAge(Duration.ofSeconds(-1)));
            refused("maxAge: PT-1S (expected: zero or more)", t -> t.sign("salt", 1, Duration.ofSeconds(-1)));
            refused("instant: " + Instant.MAX + " (expected: 64 bits of milliseconds)", t -> t.at(Instant.MAX));
        }

        @Test
        void ofValuesIsExplained() {
            String types = " (expected: null, Boolean, Byte, Short, Integer, Long, BigInteger, Double, String, byte[],"
                    + " Atom, Tuple, List or Map)";
            refusedValue("value of type java.util.UUID" + types, new UUID(0, 0));
            refusedValue("value of type java.lang.Float" + types, List.of(1f));
            refusedValue("value of type java.lang.Object" + types, Map.of(new Object(), 1));
            refusedValue("number: NaN (expected: a finite one)", Double.NaN);
            refusedValue("integer of 1025 bytes (expected: at most 1024)", BigInteger.ONE.shiftLeft(8192));
            refusedValue("string with an unpaired surrogate (expected: valid Unicode)", "\ud800");
            refusedValue("value too large (expected: at most 262144 bytes when encoded)", "x".repeat(262_144));
            refusedValue("value too large (expected: at most 262144 bytes when encoded)", new byte[262_144]);
            refusedValue(
                    "map with two keys that are one in Erlang, such as 1 and 1L, or 0.0 and -0.0 (expected: different keys)",
                    Map.of(1, "a", 1L, "b"));
            refusedValue(
                    "map with two keys that are one in Erlang, such as 1 and 1L, or 0.0 and -0.0 (expected: different keys)",
                    Map.of("a", 1, new byte[] {'a'}, 2));
            refusedValue(
                    "map with two keys that are one in Erlang, such as 1 and 1L, or 0.0 and -0.0 (expected: different keys)",
                    Map.of(0.0, "a", -0.0, "b"));
        }

        @Test
        void byAListInItselfIsExplained() {
            List<Object> list = new ArrayList<>();
            list.add(list);
            refusedValue("value nested too deep (expected: at most 64 levels)", list);
        }

        @Test
        void ofAtomsIsExplained() {
            refused("atom: nil (expected: null)", t -> new Atom("nil"));
            refused("atom: true (expected: Boolean)", t -> new Atom("true"));
            refused("atom: false (expected: Boolean)", t -> new Atom("false"));
            refused("atom of 256 characters (expected: at most 255)", t -> new Atom("a".repeat(256)));
            refused("atom with an unpaired surrogate (expected: valid Unicode)", t -> new Atom("\ud800"));
        }

        private void refusedValue(String message, @Nullable Object value) {
            refused(message, t -> t.sign("salt", value));
            refused(message, t -> t.encrypt("salt", value));
        }

        private void refused(String message, Consumer<Tokens> misuse) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> misuse.accept(tokens))
                    .withMessage(message);
        }
    }
}
