package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTextTest {
    @Test
    void ordinaryTextStaysAsItIs() {
        assertThat(LogText.of("room:lobby é 😀")).isEqualTo("room:lobby é 😀");
    }

    @Test
    void aNewLineCannotForgeALogLine() {
        assertThat(LogText.of("a\r\nERROR forged\u001b[0m")).isEqualTo("a??ERROR forged?[0m");
    }

    @Test
    void longTextIsCut() {
        assertThat(LogText.of("x".repeat(101))).isEqualTo("x".repeat(100) + "…");
        assertThat(LogText.of("\n" + "x".repeat(100))).isEqualTo("?" + "x".repeat(99) + "…");
    }
}
