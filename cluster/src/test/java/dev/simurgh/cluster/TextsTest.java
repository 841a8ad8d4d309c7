package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    private static final String REPLACEMENT = "\uFFFD";

    private static String there(String text) {
        byte[] bytes = Texts.encode(text);
        byte[] among = new byte[bytes.length + 4];
        System.arraycopy(bytes, 0, among, 2, bytes.length);
        return Texts.decode(among, 2, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "room:1", "straße", "سیمرغ", "🐦", "a🐦b"})
    void whatUnicodeKnowsIsUtf8(String text) {
        assertThat(Texts.encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(there(text)).isEqualTo(text);
    }

    @Test
    void aLoneSurrogateStaysWhatItIs() {
        for (String text :
                new String[] {"\uD800", "room:\uDFFF", "\uD83D-\uDC26", "\uDC26\uD83D", "🐦\uD83D🐦", "é\uDBFF\uDBFF"
                }) {
            assertThat(there(text)).isEqualTo(text);
        }
        assertThat(HexFormat.of().formatHex(Texts.encode("a\uD800"))).isEqualTo("61eda080");
    }

    @Test
    void everyTextComesBackAndNoTwoAreAlike() {
        Random random = new Random(1);
        String alphabet = "a?é\uD83D\uDC26\uFFFD\uD800";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(6); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(there(text.toString())).isEqualTo(text.toString());
        }
    }

    @Test
    void bytesThatAreNoTextAreReplaced() {
        assertThat(Texts.decode(new byte[] {'a', (byte) 0xFF, 'b'}, 0, 3)).isEqualTo("a" + REPLACEMENT + "b");
        assertThat(Texts.decode(new byte[] {(byte) 0xED, (byte) 0xA0}, 0, 2)).startsWith(REPLACEMENT);
    }
}
