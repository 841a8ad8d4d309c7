package dev.simurgh.protocol;

import static dev.simurgh.protocol.RandomJson.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefTest {

    @Test
    void aStringIsEqualToItselfHoweverItWasEscaped() {
        assertThat(json("\"\\u0061\\/é\"")).isEqualTo(Ref.of("a/é")).hasSameHashCodeAs(Ref.of("a/é"));
        assertThat(json("\"\\u00e9\\u000A\"")).isEqualTo(Ref.of("é\n")).hasToString("\"é\\n\"");
        assertThat(json("\"\\uD83D\\uDE00\"")).isEqualTo(Ref.of("😀")).isEqualTo(json("\"😀\""));
    }

    @Test
    void theNumberIsNotTheString() {
        assertThat(json("5")).isNotEqualTo(Ref.of("5"));
        assertThat(Ref.of("")).isNotEqualTo(Ref.NONE);
        assertThat(Ref.of("null")).isNotEqualTo(Ref.NONE);
        assertThat(json("5")).isNotEqualTo(json("5.0"));
    }

    @Test
    void nullIsNone() {
        assertThat(json(" null ")).isSameAs(Ref.NONE);
        assertThat(Ref.NONE.isNone()).isTrue();
        assertThat(Ref.of("n").isNone()).isFalse();
        assertThat(Ref.NONE).hasToString("null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"\"5\"|5", "5|5", "5.5|5.5", "{\"a\":1}|{\"a\":1}", "\"a\\\"b\"|a\"b", "true|true"})
    void theTextIsTheStringsContentOrElseTheJson(String json, String text) {
        assertThat(json(json).text()).isEqualTo(text);
    }

    @Test
    void blanksAroundAreNotPartOfIt() {
        assertThat(json("\n[ 1 ]\t")).hasToString("[ 1 ]");
    }

    @Test
    void theGivenArrayIsNotKept() {
        byte[] json = utf8("\"a\"");
        Ref ref = Ref.ofJson(json);
        json[1] = 'b';
        assertThat(ref).isEqualTo(Ref.of("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "nope", "1 2", "\"a", "[1", "\uFEFF1", "1e400", "\"\\ud800\""})
    void whatIsNotOneJsonValueIsRefused(String json) {
        assertThatThrownBy(() -> json(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ref: ")
                .hasMessageEndingWith(" (expected: one JSON value)");
    }

    private static Ref json(String json) {
        return Ref.ofJson(utf8(json));
    }
}
