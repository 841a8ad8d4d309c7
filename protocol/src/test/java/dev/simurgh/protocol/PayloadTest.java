package dev.simurgh.protocol;

import static dev.simurgh.protocol.RandomJson.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
    record Num(int number) {}

    record NumList(List<Num> list) {}

    private static final PayloadCodec CODEC = new PayloadCodec() {
        @Override
        public byte[] encode(Object value) {
            try {
                return Oracle.JACKSON.writeValueAsBytes(value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Object decode(byte[] json, int offset, int length, Type type) {
            try {
                return Oracle.JACKSON.readValue(json, offset, length, Oracle.JACKSON.constructType(type));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private static final Payload JSON = Payload.json("{\"number\":5}");
    private static final Payload BINARY = Payload.binary(new byte[] {9, 1, 2, 3, 9}, 1, 3);

    @Nested
    class Made {

        @Test
        void ofKeepsPayloadsAndKnowsBytes() {
            assertThat(Payload.of(JSON)).isSameAs(JSON);
            assertThat(Payload.of(new byte[] {1, 2, 3})).isEqualTo(BINARY);
            assertThat(Payload.of(new Num(5)))
                    .isInstanceOfSatisfying(
                            Payload.Value.class,
                            value -> assertThat(value.value()).isEqualTo(new Num(5)));
        }

        @Test
        void emptyIsTheEmptyObject() {
            assertThat(Payload.EMPTY).hasToString("{}").isEqualTo(Payload.json("{}"));
        }

        @Test
        void jsonTextIsKeptWithoutBlanksAround() {
            assertThat(Payload.json(" { \"é\" : 1 }\n")).hasToString("{ \"é\" : 1 }");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{", "{}}", "{'a':1}", "nope"})
        void jsonTextIsChecked(String json) {
            assertThatThrownBy(() -> Payload.json(json))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("payload: ")
                    .hasMessageEndingWith(" (expected: one JSON value)");
        }

        @Test
        void theMessageSaysWhatIsWrongAndWhere() {
            assertThatThrownBy(() -> Payload.json("{\"a\":01}"))
                    .hasMessage("payload: byte 0x31 at 6 (expected: ',' or '}') (expected: one JSON value)");
        }

        @Test
        void slicesMustLieInTheirArray() {
            assertThatThrownBy(() -> Payload.json(new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> Payload.binary(new byte[3], -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Nested
    class Read {

        @Test
        void asPayloadItIsItself() {
            for (Payload payload : List.of(JSON, BINARY, Payload.of(new Num(5)))) {
                assertThat(payload.as(Payload.class, CODEC)).isSameAs(payload);
            }
            assertThat(JSON.as(Payload.Json.class, CODEC)).isSameAs(JSON);
            assertThat(BINARY.as(Payload.Binary.class, CODEC)).isSameAs(BINARY);
        }

        @Test
        void jsonIsDecoded() {
            assertThat(JSON.as(Num.class, CODEC)).isEqualTo(new Num(5));
            assertThat(JSON.as((Type) Map.class, CODEC)).isEqualTo(Map.of("number", 5));
            assertThat(JSON.as(JsonNode.class, CODEC).get("number").intValue()).isEqualTo(5);
            assertThat(Payload.json("7").as(int.class, CODEC)).isEqualTo(7);
            assertThat(Payload.json(utf8("xx{\"number\":6}xx"), 2, 12).as(Num.class, CODEC))
                    .isEqualTo(new Num(6));
        }

        @Test
        void jsonIsDecodedAsAGenericType() {
            Type listOfNums = NumList.class.getRecordComponents()[0].getGenericType();
            assertThat(listOfNums).isInstanceOf(ParameterizedType.class);
            assertThat(Payload.json("[{\"number\":1}]").as(listOfNums, CODEC)).isEqualTo(List.of(new Num(1)));
            assertThat(Payload.of(List.of(new Num(1))).as(listOfNums, CODEC)).isEqualTo(List.of(new Num(1)));
        }

        @Test
        void bytesAreACopyOfBinaryData() {
            byte[] bytes = BINARY.as(byte[].class, CODEC);
            assertThat(bytes).containsExactly(1, 2, 3);
            bytes[0] = 7;
            assertThat(BINARY.as(byte[].class, CODEC)).containsExactly(1, 2, 3);
        }

        @Test
        void aValueOfThatTypeIsReturnedAsItIs() {
            Num num = new Num(5);
            assertThat(Payload.of(num).as(Num.class, CODEC)).isSameAs(num);
            Map<String, Integer> map = new HashMap<>(Map.of("number", 5));
            assertThat(Payload.of(map).as((Type) Map.class, CODEC)).isSameAs(map);
        }

        @Test
        void aValueOfAnotherTypeGoesThroughJson() {
            assertThat(Payload.of(Map.of("number", 5)).as(Num.class, CODEC)).isEqualTo(new Num(5));
            assertThat(Payload.of(new Num(5)).as(Payload.Json.class, CODEC)).isEqualTo(JSON);
        }

        @Test
        void binaryIsNoRecord() {
            assertThatThrownBy(() -> BINARY.as(Num.class, CODEC))
                    .isInstanceOf(PayloadException.class)
                    .hasMessage("payload: binary, 3 bytes (expected: JSON for " + Num.class.getTypeName() + ")");
        }

        @Test
        void jsonIsNoBinaryData() {
            for (Payload payload : List.of(JSON, Payload.of(new Num(5)))) {
                assertThatThrownBy(() -> payload.as(byte[].class, CODEC))
                        .isInstanceOf(PayloadException.class)
                        .hasMessage("payload: JSON (expected: binary data)");
                assertThatThrownBy(() -> payload.as(Payload.Binary.class, CODEC))
                        .hasMessage("payload: JSON (expected: binary data)");
            }
        }
    }

    @Nested
    class Encoded {

        @Test
        void valuesBecomeJson() {
            assertThat(Payload.of(new Num(5)).encoded(CODEC)).isEqualTo(JSON).hasSameHashCodeAs(JSON);
        }

        @Test
        void whatIsEncodedStaysAsItIs() {
            assertThat(JSON.encoded(CODEC)).isSameAs(JSON);
            assertThat(BINARY.encoded(CODEC)).isSameAs(BINARY);
        }

        @Test
        void membersAreLeftOutByNameHoweverThatIsWritten() {
            Payload.Json object = (Payload.Json) Payload.json("{\"a\": 1,\"\\u0062\":{\"b\":2},\"b\":3, \"c\":\"}\"}");
            assertThat(object.without(Set.of("b"))).hasToString("{\"a\":1,\"c\":\"}\"}");
            assertThat(object.without(Set.of("a", "b", "c"))).hasToString("{}");
            assertThat(object.without(Set.of("d"))).isSameAs(object);
            assertThatIllegalStateException()
                    .isThrownBy(() -> ((Payload.Json) Payload.json("[1]")).without(Set.of("a")))
                    .withMessageContaining("(expected: a JSON object)");
        }

        @Test
        void anObjectBeginsWithABrace() {
            assertThat(((Payload.Json) JSON).isObject()).isTrue();
            assertThat(((Payload.Json) Payload.json(utf8(" \t\r\n{}"), 0, 6)).isObject())
                    .isTrue();
            assertThat(((Payload.Json) Payload.json("[{}]")).isObject()).isFalse();
            assertThat(((Payload.Json) Payload.json(utf8("  {"), 0, 2)).isObject())
                    .isFalse();
        }
    }

    @Test
    void longJsonIsShownCut() {
        String longText = "\"" + "雪".repeat(300) + "\"";
        assertThat(Payload.json(longText)).hasToString(longText.substring(0, 200) + "…");
        assertThat(Payload.json("\"" + "a".repeat(198) + "\"")).hasToString("\"" + "a".repeat(198) + "\"");
        assertThat(BINARY).hasToString("binary, 3 bytes");
        assertThat(Payload.of(new Num(5))).hasToString("Num[number=5]");
    }

    @Test
    void equalityIsByContent() {
        assertThat(JSON)
                .isEqualTo(Payload.json(utf8("x{\"number\":5}"), 1, 12))
                .isNotEqualTo(Payload.json("{\"number\":6}"));
        assertThat(BINARY).isEqualTo(Payload.binary(new byte[] {1, 2, 3})).isNotEqualTo(Payload.json("123"));
        assertThat(Payload.of(new Num(5))).isEqualTo(Payload.of(new Num(5))).hasSameHashCodeAs(Payload.of(new Num(5)));
    }
}
