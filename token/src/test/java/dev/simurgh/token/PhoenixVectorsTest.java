package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PhoenixVectorsTest {
    private static final String DEFAULT = "verify_default_max_age";
    private static final String INFINITY = "verify_max_age_infinity";

    @Test
    void noVectorIsLeftOut() {
        assertThat(Vectors.section("derived_keys")).hasSize(8);
        assertThat(Vectors.section("sign")).hasSize(39);
        assertThat(Vectors.section("sign_other_encodings")).hasSize(9);
        assertThat(Vectors.section("verify")).hasSize(28);
        assertThat(Vectors.section("encrypt")).hasSize(9);
        assertThat(Vectors.section("decrypt")).hasSize(9);
    }

    @TestFactory
    Stream<DynamicTest> keysAreDerivedAsPhoenixDoes() {
        return each(
                "derived_keys",
                vector -> assertThat(Vectors.keys(vector.required("options")).forSalt(text(vector, "salt")))
                        .isEqualTo(hex(vector, "key_hex")));
    }

    @TestFactory
    Stream<DynamicTest> signedTokensAreByteForByteThoseOfPhoenix() {
        return each("sign", vector -> {
            Tokens tokens = Vectors.tokens(vector).at(Vectors.signedAt(vector));
            Object value = Vectors.value(text(vector, "value_elixir"));
            String token = sign(tokens, value, Vectors.maxAge(vector));
            assertThat(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1])).isEqualTo(hex(vector, "term_hex"));
            assertThat(token).isEqualTo(text(vector, "token"));
            assertThat(Vectors.keys(vector.required("options")).forSalt(Vectors.salt()))
                    .isEqualTo(hex(vector, "derived_key_hex"));
        });
    }

    @TestFactory
    Stream<DynamicTest> signedTokensVerifyAsInPhoenix() {
        return each("sign", vector -> {
            Tokens tokens = Vectors.tokens(vector);
            String token = text(vector, "token");
            assertSame(tokens.verify(Vectors.salt(), token), vector.required(DEFAULT));
            assertSame(tokens.verify(Vectors.salt(), token, Tokens.FOREVER), vector.required(INFINITY));
        });
    }

    @TestFactory
    Stream<DynamicTest> otherEncodingsVerify() {
        return each("sign_other_encodings", vector -> {
            byte[] key = Vectors.keys(vector.path("options")).forSalt(Vectors.salt());
            assertThat(key).isEqualTo(hex(vector, "derived_key_hex"));
            String token = text(vector, "token");
            assertThat(SignedMessage.sign(hex(vector, "term_hex"), key)).isEqualTo(token);
            Verified verified = Vectors.tokens(vector).verify(Vectors.salt(), token, Tokens.FOREVER);
            assertSame(verified, vector.required(INFINITY));
        });
    }

    @TestFactory
    Stream<DynamicTest> verifyAnswersAsPhoenixDoes() {
        return each("verify", vector -> {
            Tokens tokens = Vectors.tokens(vector);
            String token = vector.required("token").textValue();
            Duration maxAge = Vectors.maxAge(vector);
            String salt = text(vector, "salt");
            assertSame(
                    maxAge == null ? tokens.verify(salt, token) : tokens.verify(salt, token, maxAge),
                    vector.required("expect"));
        });
    }

    @TestFactory
    Stream<DynamicTest> ciphertextsAreThoseOfPhoenixForTheSameNonce() {
        return each("encrypt", vector -> {
            byte[] key = Vectors.keys(vector.required("options")).forSalt(text(vector, "secret_name"));
            assertThat(key).isEqualTo(hex(vector, "derived_key_hex"));
            Object value = Vectors.value(text(vector, "value_elixir"));
            Duration maxAge = Vectors.maxAge(vector);
            byte[] payload = TokenTerm.encode(
                    value, Vectors.signedAt(vector).toEpochMilli(), maxAge == null ? Tokens.DEFAULT_MAX_AGE : maxAge);
            assertThat(payload).isEqualTo(hex(vector, "plaintext_term_hex"));
            assertThat(EncryptedMessage.encrypt(payload, key, hex(vector, "iv_hex")))
                    .isEqualTo(text(vector, "token"));
        });
    }

    @TestFactory
    Stream<DynamicTest> encryptedTokensDecryptAsInPhoenix() {
        return each("encrypt", vector -> {
            Tokens tokens = Vectors.tokens(vector);
            String salt = text(vector, "secret_name");
            String token = text(vector, "token");
            assertSame(tokens.decrypt(salt, token), vector.required("decrypt_default_max_age"));
            assertSame(tokens.decrypt(salt, token, Tokens.FOREVER), vector.required("decrypt_max_age_infinity"));
        });
    }

    @TestFactory
    Stream<DynamicTest> decryptAnswersAsPhoenixDoes() {
        return each("decrypt", vector -> {
            Tokens tokens = Vectors.tokens(vector);
            String token = vector.required("token").textValue();
            Duration maxAge = Vectors.maxAge(vector);
            String salt = text(vector, "secret_name");
            assertSame(
                    maxAge == null ? tokens.decrypt(salt, token) : tokens.decrypt(salt, token, maxAge),
                    vector.required("expect"));
        });
    }

    private static Stream<DynamicTest> each(String section, Consumer<JsonNode> test) {
        return Vectors.section(section)
                .map(vector -> dynamicTest(vector.path("name").asText(vector.toString()), () -> test.accept(vector)));
    }

    private static String sign(Tokens tokens, @Nullable Object value, @Nullable Duration maxAge) {
        return maxAge == null ? tokens.sign(Vectors.salt(), value) : tokens.sign(Vectors.salt(), value, maxAge);
    }

    private static void assertSame(Verified verified, JsonNode answer) {
        assertThat(verified)
                .usingRecursiveComparison()
                .withEqualsForType(Object::equals, Atom.class)
                .isEqualTo(Vectors.expected(answer));
    }

    private static String text(JsonNode vector, String field) {
        return vector.required(field).textValue();
    }

    private static byte[] hex(JsonNode vector, String field) {
        return HexFormat.of().parseHex(text(vector, field));
    }
}
