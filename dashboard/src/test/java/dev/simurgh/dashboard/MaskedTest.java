package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MaskedTest {
    private static final PayloadCodec CODEC = JacksonCodec.create();

    private static String masked(String json) {
        return new String(CODEC.encode(Masked.of(Payload.json(json), CODEC)), StandardCharsets.UTF_8);
    }

    @Test
    void ofValuesOnlyKindAndLengthAreTold() {
        assertThat(
                        masked(
                                "{\"password\":\"hunter2\",\"age\":41,\"on\":true,\"no\":null,\"list\":[\"secret\",\"x\"],\"in\":{\"a\":\"b\"}}"))
                .isEqualTo(
                        "{\"password\":\"text, 7 characters\",\"age\":\"number\",\"on\":\"boolean\",\"no\":\"null\","
                                + "\"list\":[\"2 elements, the first:\",\"text, 6 characters\"],\"in\":{\"a\":\"text, 1 character\"}}");
        assertThat(masked("[]")).isEqualTo("\"0 elements\"");
        assertThat(masked("\"secret\"")).isEqualTo("\"text, 6 characters\"");
        assertThat(masked("null")).doesNotContain("secret");
        assertThat(Masked.of(Payload.binary(new byte[12]), CODEC)).isEqualTo("binary, 12 bytes");
    }

    @Test
    void whatIsLargeOrDeepIsShownInPart() {
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 3000; i++) {
            many.append(i == 0 ? "" : ",")
                    .append('"')
                    .append("m".repeat(i % 200))
                    .append(i)
                    .append("\":{\"a\":[1]}");
        }
        assertThat(masked(many + "}")).hasSizeLessThan(8_000).contains("\"…\":\"2960 more\"");
        String deep = "{\"a\":".repeat(50) + "1" + "}".repeat(50);
        assertThat(masked(deep)).isEqualTo("{\"a\":".repeat(6) + "\"1 members\"" + "}".repeat(6));
    }
}
