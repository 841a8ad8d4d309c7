package dev.simurgh.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameTest {

    @Test
    void framesAreEqualByKindAndContent() {
        assertThat(Frame.text("é"))
                .isEqualTo(Frame.text(new byte[] {(byte) 0xC3, (byte) 0xA9}))
                .hasSameHashCodeAs(Frame.text("é"));
        assertThat(Frame.text("a")).isNotEqualTo(Frame.binary(new byte[] {'a'})).isNotEqualTo(Frame.text("b"));
    }

    @Test
    void textIsShownAsTextAndBinaryInHex() {
        assertThat(Frame.text("[é]")).hasToString("[é]");
        assertThat(Frame.binary(new byte[] {0, (byte) 0xFF})).hasToString("00ff");
    }

    @Test
    void theLengthIsInBytes() {
        assertThat(Frame.text("é").length()).isEqualTo(2);
        assertThat(Frame.text("é").binary()).isFalse();
        assertThat(Frame.binary(new byte[3]).binary()).isTrue();
    }
}
