package dev.simurgh.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final int[] TAILS = {0x41, 0x7F, 0x80, 0xBF, 0xC0};

    private final CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();

    @Test
    void everyLeadWithEveryBorderlineTailIsJudgedAsTheJdkJudgesIt() {
        for (int lead = 0; lead < 256; lead++) {
            for (int second = 0; second < 256; second++) {
                for (int third : TAILS) {
                    for (int fourth : TAILS) {
                        byte[] bytes = {(byte) lead, (byte) second, (byte) third, (byte) fourth};
                        if (Utf8.isValid(bytes, 0, 4) != isValidToTheJdk(bytes)) {
                            throw new AssertionError(Arrays.toString(bytes));
                        }
                    }
                }
            }
        }
    }

    @Test
    void aCharacterCutByTheEndIsInvalid() {
        byte[] bytes = "é雪😀".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= bytes.length; length++) {
            assertThat(Utf8.isValid(bytes, 0, length)).isEqualTo(isValidToTheJdk(Arrays.copyOf(bytes, length)));
        }
    }

    private boolean isValidToTheJdk(byte[] bytes) {
        CharBuffer out = CharBuffer.allocate(bytes.length);
        return !strict.reset().decode(ByteBuffer.wrap(bytes), out, true).isError();
    }
}
