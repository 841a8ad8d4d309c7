package dev.simurgh.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

    @Test
    void everyCharacterComesBack() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        assertThat(Oracle.json(written(all.toString())).textValue().contentEquals(all))
                .isTrue();
    }

    @Test
    void randomTextsComeBackWithAQuestionMarkForEachHalfOfAPair() {
        Random random = new Random(9);
        char[] alphabet = "ab\"\\/\n\0\u001f\u007fé雪\ud83d\ude00\ud800\udc00".toCharArray();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append(alphabet[random.nextInt(random.nextBoolean() ? 2 : alphabet.length)]);
            }
            String sound = new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            assertThat(Oracle.json(written(text.toString())).textValue()).isEqualTo(sound);
        }
    }

    @Test
    void onlyWhatMustBeIsEscaped() {
        assertThat(new String(written("\"\\/\b\f\n\r\t\0\u001f\u007f\u2028é😀\ud800"), StandardCharsets.UTF_8))
                .isEqualTo("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\u007f\u2028é😀?\"");
    }

    private static byte[] written(String text) {
        return new JsonWriter(text.length() + 2).string(text).toBytes();
    }
}
