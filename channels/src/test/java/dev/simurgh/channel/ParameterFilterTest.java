package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParameterFilterTest {
    private final ParameterFilter filter = new ParameterFilter(Set.of("password", "Token"));

    private String json(String text) {
        return filter.show(Payload.json(text));
    }

    @Test
    void jsonIsShownWithoutItsQuotes() {
        assertThat(json(" { \"a\" : [ 1 , -2.5e3, true,null , \"x y\" ] ,\"b\":{}, \"c\":[] } "))
                .isEqualTo("{a=[1, -2.5e3, true, null, x y], b={}, c=[]}");
        assertThat(json("\"é 😀 \\u00e9 \\\" \\\\ \\/ \\ud83d\\ude00\"")).isEqualTo("é 😀 é \" \\ / 😀");
        assertThat(json("17")).isEqualTo("17");
    }

    @Test
    void secretsAreLeftOutWhateverTheyAre() {
        assertThat(
                        json(
                                "{\"a\":{\"PASSWORD\":[{\"x\":\"}]\\\"\"},[[]]],\"b\":1},\"my_token_2\":\"s\",\"password\":-1}"))
                .isEqualTo("{a={PASSWORD=[FILTERED], b=1}, my_token_2=[FILTERED], password=[FILTERED]}");
    }

    @Test
    void aNameThatIsEscapedIsStillSecret() {
        assertThat(json("{\"\\u0070assword\":\"s3cret\",\"pass\\u0077ord\":\"s3cret\"}"))
                .doesNotContain("s3cret");
    }

    @Test
    void whatNeedNotBeShownIsNotLookedAt() {
        byte[] big = ("{\"list\":[" + "1,".repeat(500_000)).getBytes(StandardCharsets.UTF_8); // and it never ends
        assertThat(filter.show(Payload.json(big, 0, big.length)))
                .startsWith("{list=[1, 1, 1,")
                .hasSize(201)
                .endsWith("…");
        assertThat(json("{\"" + "k".repeat(100_000) + "\":\"s3cret\"}"))
                .hasSize(201)
                .startsWith("{kkk")
                .endsWith("k…");
        assertThat(json("\"" + "é".repeat(100_000) + "\"")).isEqualTo("é".repeat(200) + "…");
    }

    @Test
    void aLineOfTheLogIsNotBroken() {
        assertThat(json("{\"a\":\"x\\nERROR y\"}")).isEqualTo("{a=x?ERROR y}");
        assertThat(filter.show(Map.of("a\n", "x\r"))).isEqualTo("{a?=x?}");
    }

    @Test
    void parametersOfAConnectAreCutWhileTheyAreFiltered() {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("user", Map.of("password", "s3cret"));
        params.put("list", List.of("a", List.of(), Map.of()));
        assertThat(filter.show(params)).isEqualTo("{user={password=[FILTERED]}, list=[a, [], {}]}");
        params.put("long", "x".repeat(100_000));
        for (int i = 0; i < 100_000; i++) {
            params.put("p" + i, "v");
        }
        assertThat(filter.show(params)).hasSize(201).endsWith("x…");
    }

    /** Against what the codec makes of it, and never with the secret. */
    @Test
    void randomJsonIsShownAsItsObjectsWouldBe() {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder made = new StringBuilder();
            make(random, made, 0);
            Payload payload = Payload.json(made.toString());
            String shown = filter.show(payload);
            assertThat(shown).doesNotContain("hidden");
            assertThat(shown).as(made.toString()).isEqualTo(expected(payload));
        }
    }

    private String expected(Payload payload) {
        Object value = payload.as(Object.class, JacksonCodec.create());
        String all = value instanceof Map<?, ?> map ? filter.show(map) : filter.show(Map.of("v", value));
        return value instanceof Map ? all : all.substring(3, all.length() - 1);
    }

    private static void make(Random random, StringBuilder to, int depth) {
        int kind = random.nextInt(depth > 3 ? 2 : 4);
        if (kind == 0) {
            to.append(random.nextInt(100));
        } else if (kind == 1) {
            to.append("\"s\\u00e9\\\\\"");
        } else if (kind == 2) {
            to.append('[');
            for (int i = random.nextInt(3); i > 0; i--) {
                make(random, to, depth + 1);
                to.append(i > 1 ? " , " : "");
            }
            to.append(']');
        } else {
            to.append('{');
            for (int i = random.nextInt(3); i > 0; i--) {
                boolean secret = random.nextBoolean();
                to.append(secret ? "\"password" : "\"n").append(i).append("\": ");
                if (secret) {
                    to.append("[{\"x\":\"hidden\"}]");
                } else {
                    make(random, to, depth + 1);
                }
                to.append(i > 1 ? "," : "");
            }
            to.append('}');
        }
    }
}
