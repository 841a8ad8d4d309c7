package dev.simurgh.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JacksonCodecTest {
    record Num(int number) {
        Num {
            if (number < 0) {
                throw new IllegalArgumentException("number: " + number + " (expected: at least 0)");
            }
        }
    }

    record Nums(List<Num> list, Map<String, Num> byName) {}

    record UserName(String firstName) {}

    enum Empty {
        INSTANCE
    }

    static final class Opaque {}

    static final class Loop {
        public Loop getSelf() {
            return this;
        }
    }

    private static final PayloadCodec CODEC = JacksonCodec.create();
    private static final String NUM = Num.class.getTypeName();
    private static final String NUMS = Nums.class.getTypeName();

    @Nested
    class Decoding {

        @Test
        void recordsMapsAndNodes() {
            assertThat(decode("{\"number\":5}", Num.class)).isEqualTo(new Num(5));
            assertThat(decode("{\"number\":5}", Map.class)).isEqualTo(Map.of("number", 5));
            assertThat(((JsonNode) decode("{\"number\":5}", JsonNode.class))
                            .path("number")
                            .intValue())
                    .isEqualTo(5);
            assertThat(decode("{\"list\":[{\"number\":1}],\"byName\":{\"a\":{\"number\":2}}}", Nums.class))
                    .isEqualTo(new Nums(List.of(new Num(1)), Map.of("a", new Num(2))));
            assertThat(decode("\"text\"", String.class)).isEqualTo("text");
        }

        @Test
        void genericTypes() {
            Type listOfNums = Nums.class.getRecordComponents()[0].getGenericType();
            assertThat(decode("[{\"number\":1}]", listOfNums)).isEqualTo(List.of(new Num(1)));
        }

        @Test
        void onlyTheGivenSlice() {
            byte[] bytes = "xx{\"number\":5}}}".getBytes(UTF_8);
            assertThat(CODEC.decode(bytes, 2, 12, Num.class)).isEqualTo(new Num(5));
        }

        @Test
        void unknownPropertiesAreIgnored() {
            assertThat(decode("{\"number\":5,\"since\":\"v2\"}", Num.class)).isEqualTo(new Num(5));
        }

        @Test
        void throughAPayload() {
            assertThat(Payload.json("{\"number\":5}").as(Num.class, CODEC)).isEqualTo(new Num(5));
            assertThat(Payload.of(Map.of("number", 5)).as(Num.class, CODEC)).isEqualTo(new Num(5));
        }
    }

    @Nested
    class Refusing {

        @Test
        void aWrongTypeIsNamedWithItsPlaceButNotItsContent() {
            String json = "{\"list\":[{\"number\":1},{\"number\":\"" + "secret".repeat(100) + "\"}]}";
            PayloadException e = refused(json, Nums.class);
            assertThat(e)
                    .hasMessage("payload: JSON that does not fit: no int at list[1].number (expected: " + NUMS + ")");
            assertThat(e).hasNoCause();
        }

        @Test
        void aNumberOutOfRangeIsNotQuoted() {
            PayloadException e = refused("{\"number\":12345678901}", Num.class);
            assertThat(e).hasMessageMatching("payload: JSON that does not fit: .* at number \\(expected: .*\\)");
            assertThat(e.getMessage()).doesNotContain("12345678901");
        }

        @Test
        void anotherShapeIsRefused() {
            assertThat(refused("[]", Num.class))
                    .hasMessage("payload: JSON that does not fit: no Num (expected: " + NUM + ")");
            assertThat(refused("\"secret\"", Num.class).getMessage()).doesNotContain("secret");
        }

        @Test
        void aRecordsOwnRefusalIsKeptAsCause() {
            PayloadException e = refused("{\"number\":-1}", Num.class);
            assertThat(e)
                    .hasMessage("payload: JSON that does not fit: IllegalArgumentException (expected: " + NUM + ")")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(e.getCause()).hasMessage("number: -1 (expected: at least 0)");
        }

        @Test
        void nullIsNoObject() {
            assertThat(refused("null", Num.class)).hasMessage("payload: null (expected: " + NUM + ")");
            assertThat(decode("null", JsonNode.class)).isInstanceOf(JsonNode.class);
        }

        @Test
        void aLongPathIsCut() {
            String json = "{\"byName\":{\"" + "k".repeat(500) + "\":{\"number\":[]}}}";
            assertThat(refused(json, Nums.class))
                    .hasMessage("payload: JSON that does not fit: no int at byName." + "k".repeat(93) + "… (expected: "
                            + NUMS + ")");
        }

        @Test
        void aKeyCannotForgeALineOfTheLog() {
            assertThat(refused("{\"byName\":{\"a\\nb\\u2028c\\u001b\":{\"number\":[]}}}", Nums.class))
                    .hasMessage(
                            "payload: JSON that does not fit: no int at byName.a?b?c?.number (expected: " + NUMS + ")");
        }

        @Test
        void aTypeThatCannotBeMadeIsExplained() {
            assertThat(refused("{}", Runnable.class).getMessage())
                    .contains("Runnable")
                    .contains("abstract types");
        }

        @Test
        void jacksonsOwnLimitsAreExplained() {
            assertThat(refused("{\"number\":" + "1".repeat(1001) + "}", Num.class)
                            .getMessage())
                    .contains("1000")
                    .doesNotContain("1111111");
        }

        private PayloadException refused(String json, Type type) {
            return catchThrowableOfType(PayloadException.class, () -> decode(json, type));
        }
    }

    @Nested
    class Encoding {

        @Test
        void recordsMapsAndOptions() {
            assertThat(encode(new Num(5))).isEqualTo("{\"number\":5}");
            assertThat(encode(Map.of("é", "雪"))).isEqualTo("{\"é\":\"雪\"}");
            assertThat(encode(List.of())).isEqualTo("[]");
            assertThat(encode(Empty.INSTANCE)).isEqualTo("\"INSTANCE\"");
        }

        @Test
        void whatHasNoJsonFormIsNamed() {
            assertThatThrownBy(() -> CODEC.encode(new Opaque()))
                    .isInstanceOf(PayloadException.class)
                    .hasMessageStartingWith("payload: " + Opaque.class.getTypeName() + " cannot be encoded: ")
                    .hasMessageContaining("no properties discovered")
                    .hasCauseInstanceOf(Exception.class);
            assertThatThrownBy(() -> CODEC.encode(Map.of("a", Optional.of("b"))))
                    .isInstanceOf(PayloadException.class);
        }

        @Test
        void anEndlessValueIsRefused() {
            assertThatThrownBy(() -> CODEC.encode(new Loop())).isInstanceOf(PayloadException.class);
        }
    }

    @Test
    void theMapperCanBeTheApplications() {
        PayloadCodec snakes = JacksonCodec.of(JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build());
        assertThat(new String(snakes.encode(new UserName("Ada")), UTF_8)).isEqualTo("{\"first_name\":\"Ada\"}");
    }

    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(PayloadCodec.class)).singleElement().isInstanceOf(JacksonCodec.class);
    }

    private static Object decode(String json, Type type) {
        byte[] bytes = json.getBytes(UTF_8);
        return CODEC.decode(bytes, 0, bytes.length, type);
    }

    private static String encode(Object value) {
        return new String(CODEC.encode(value), UTF_8);
    }
}
