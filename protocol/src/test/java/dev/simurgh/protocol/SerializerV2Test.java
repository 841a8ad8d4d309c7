package dev.simurgh.protocol;

import static dev.simurgh.protocol.RandomJson.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SerializerV2Test {
    private static final Serializer V2 = Serializers.V2;
    private static final Payload BINARY = Payload.binary(new byte[] {1, 2, 3});

    @Nested
    class Decoding {

        @Test
        void aMessageHasFiveParts() {
            Message message = decode("[\"1\",\"2\",\"room:a\",\"new_msg\",{\"body\":\"hi\"}]");
            assertThat(message.joinRef()).isEqualTo(Ref.of("1"));
            assertThat(message.ref()).isEqualTo(Ref.of("2"));
            assertThat(message.topic()).isEqualTo("room:a");
            assertThat(message.event()).isEqualTo("new_msg");
            assertThat(message.payload()).isEqualTo(Payload.json("{\"body\":\"hi\"}"));
            assertThat(message).hasToString("[\"1\",\"2\",room:a,new_msg,{\"body\":\"hi\"}]");
        }

        @Test
        void thePayloadIsASliceOfTheGivenArray() {
            byte[] bytes = utf8("xx[null,\"2\",\"t\",\"e\", {\"a\":1} ]xx");
            Payload.Json payload =
                    (Payload.Json) V2.decodeText(bytes, 2, bytes.length - 4).payload();
            assertThat(payload.array()).isSameAs(bytes);
            assertThat(payload).hasToString("{\"a\":1}");
        }

        @Test
        void aNumberAsTopicIsUnderstoodButNoText() {
            Message message = decode("[1,[1],5,null,null]");
            assertThat(message.isTopicText()).isFalse();
            assertThat(message.topic()).isEqualTo("5");
            assertThat(message.isEventText()).isFalse();
            assertThat(message.event()).isEqualTo("null");
            assertThat(message.ref()).hasToString("[1]");
            assertThat(message.payload()).hasToString("null");
        }

        @Test
        void theStringIsTextThoughItLooksLikeANumber() {
            assertThat(decode("[1,1,\"5\",\"null\",{}]").isTopicText()).isTrue();
            assertThat(decode("[1,1,\"5\",\"null\",{}]").isEventText()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "[1,1,\"\\ud800\",\"e\",{}]",
                    "[1,1,\"t\",\"e\",{\"a\":\"\\udc00\"}]",
                    "[1,1,\"t\",\"e\",{\"\\ud83d\":1}]",
                    "[1,1,\"t\",\"e\",[\"\\ud83d\\ud83d\\ude00\"]]",
                    "[1,1,\"t\",\"e\",[\"\\ud83dx\\ude00\"]]",
                    "[1,1,\"t\",\"e\",[\"\\ud83d\\n\"]]",
                })
        void halfASurrogatePairIsNoCharacter(String json) {
            assertThat(reason(json))
                    .startsWith("byte 0x5c at ")
                    .endsWith("(expected: a string, well-formed, closed, in UTF-8)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"1e400", "-1E+400", "1e309", "1.8e308", "123456789e9999999999", "0.1e310"})
        void aNumberThatNoDoubleCanHoldIsMalformed(String number) {
            assertThat(reason("[1,1,\"t\",\"e\",{\"a\":" + number + "}]"))
                    .endsWith(" at 18 (expected: a number that a double can hold)");
        }

        @Test
        void howBigAFractionIsCountsToo() {
            String digits = "9".repeat(309);
            assertThat(reason("[1,1,\"t\",\"e\"," + digits + ".5]")).contains("a double can hold");
            assertThat(reason("[1,1,\"t\",\"e\"," + digits + "e0]")).contains("a double can hold");
        }

        @ParameterizedTest
        @ValueSource(strings = {"1e308", "-1.7976931348623157e308", "1e-400", "0e99999", "0.0001e312", "1e+21"})
        void aNumberThatADoubleCanHoldIsTaken(String number) {
            assertThat(decode("[1,1,\"t\",\"e\"," + number + "]").payload()).hasToString(number);
        }

        @Test
        void anIntegerMayHaveAnyLength() {
            String digits = "9".repeat(500);
            assertThat(((Payload.Json)
                                    decode("[1,1,\"t\",\"e\"," + digits + "]").payload())
                            .length())
                    .isEqualTo(500);
        }

        @Test
        void theDepthLimitCountsTheEnvelope() {
            int most = Serializers.DEFAULT_MAX_DEPTH - 1;
            decode("[1,1,\"t\",\"e\"," + "[".repeat(most) + "]".repeat(most) + "]");
            assertThat(reason("[1,1,\"t\",\"e\"," + "[".repeat(most + 1) + "]".repeat(most + 1) + "]"))
                    .isEqualTo("nested too deeply (expected: at most 512 levels)");
            assertThat(reason("[".repeat(1_000_000))).isEqualTo("nested too deeply (expected: at most 512 levels)");
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128, 129, 1000})
        void theDepthLimitIsTheCallers(int most) {
            String deepest =
                    "[1,1,\"t\",\"e\"," + "[".repeat(most - 1) + (most == 1 ? "1" : "") + "]".repeat(most - 1) + "]";
            byte[] fits = deepest.getBytes(UTF_8);
            byte[] over = deepest.replaceFirst("\\Q\"e\",\\E", "\"e\",[")
                    .replaceFirst("]$", "]]")
                    .getBytes(UTF_8);
            assertThat(V2.decodeText(fits, 0, fits.length, most).topic()).isEqualTo("t");
            var thrown = catchThrowableOfType(
                    MalformedMessageException.class, () -> V2.decodeText(over, 0, over.length, most));
            assertThat(thrown.tooDeep()).isTrue();
            assertThat(thrown.readable()).isPresent();
            assertThat(thrown.reason()).isEqualTo("nested too deeply (expected: at most " + most + " levels)");
        }

        @Test
        void whatIsNoMessageIsNotTooDeep() {
            byte[] bytes = "[1,1,\"t\",\"e\",]".getBytes(UTF_8);
            assertThat(catchThrowableOfType(
                                    MalformedMessageException.class, () -> V2.decodeText(bytes, 0, bytes.length))
                            .tooDeep())
                    .isFalse();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "``|end at 0 (expected: an array)",
                    "{}|byte 0x7b at 0 (expected: an array)",
                    "[]|byte 0x5d at 1 (expected: a value)",
                    "[1,2,3,4]|elements: 4 (expected: 5)",
                    "[1]|elements: 1 (expected: 5)",
                    "[1 2]|byte 0x32 at 3 (expected: ',' or ']')",
                    "[1,2,3,4,{\"a\" 1}]|byte 0x31 at 14 (expected: ':')",
                    "[1,2,3,4,{a:1}]|byte 0x61 at 10 (expected: a key)",
                    "[1,2,3,4,5]x|byte 0x78 at 11 (expected: the end)",
                    "[1,2,3,4,5,]|byte 0x5d at 11 (expected: a value)",
                    "[1,2,3,4,tru]|byte 0x5d at 12 (expected: true)",
                    "[1,2,3,4,-]|byte 0x5d at 10 (expected: a digit)",
                    "[1,2,3,4,\"a|end at 11 (expected: a string, well-formed, closed, in UTF-8)",
                    "[1,2,3,4,\"\\x\"]|byte 0x5c at 10 (expected: a string, well-formed, closed, in UTF-8)"
                })
        void theReasonSaysWhatIsWrongAndWhere(String text, String reason) {
            assertThat(reason(text)).isEqualTo(reason);
        }

        @Test
        void theOffsetInAReasonIsThatInTheFrame() {
            byte[] bytes = utf8("xxxx[1}");
            assertThatThrownBy(() -> V2.decodeText(bytes, 4, 3)).hasMessage("byte 0x7d at 2 (expected: ',' or ']')");
        }
    }

    @Nested
    class Malformed {

        @Test
        void refAndTopicAreThereIfTheyCameBeforeTheDefect() {
            Message to = malformed(utf8("[\"1\",\"2\",\"room:a\",\"e\",{nope}]"))
                    .readable()
                    .orElseThrow();
            assertThat(V2.encodeError(to, to.joinRef(), Protocol.MALFORMED))
                    .hasToString(
                            "[\"1\",\"2\",\"room:a\",\"phx_reply\",{\"response\":{\"reason\":\"malformed message\"},\"status\":\"error\"}]");
        }

        @Test
        void theTopicIsNullIfItCameTooLate() {
            Message to = malformed(utf8("[\"1\",2,")).readable().orElseThrow();
            assertThat(to.isTopicText()).isFalse();
            assertThat(to.isEventText()).isFalse();
            assertThat(to.payload()).isEqualTo(Payload.EMPTY);
            assertThat(V2.encodeError(to, Ref.NONE, "r"))
                    .hasToString("[null,2,null,\"phx_reply\",{\"response\":{\"reason\":\"r\"},\"status\":\"error\"}]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "[\"1\"", "[\"1\",\"2", "[\"1\",null,\"t\"]", "{nope", "[]"})
        void nothingIsReadableWithoutARefToAnswer(String text) {
            assertThat(malformed(utf8(text)).readable()).isEmpty();
        }

        @Test
        void textThatIsNotUtf8IsNotAnswered() {
            MalformedMessageException e = malformed(HexFormat.of()
                    .parseHex("5b6e756c6c2c2231222c2270686f656e6978222c22686561727462656174222c7b2261223a22ff227d5d"));
            assertThat(e.invalidUtf8()).isTrue();
            assertThat(e.readable()).isEmpty();
        }

        @Test
        void badUtf8IsSeenBehindAnotherDefect() {
            assertThat(malformed(new byte[] {'{', 'n', (byte) 0xFF}).invalidUtf8())
                    .isTrue();
            assertThat(malformed(utf8("{né")).invalidUtf8()).isFalse();
        }

        @Test
        void theExceptionHasNoStackTrace() {
            assertThat(malformed(utf8("[")).getStackTrace()).isEmpty();
            assertThat(malformed(utf8("["))).hasMessage(malformed(utf8("[")).reason());
        }
    }

    @Nested
    class Encoding {

        @Test
        void aReplyHasStatusAndResponse() {
            assertThat(V2.encodeReply(Ref.of("1"), Ref.of("2"), "room:a", "ok", Payload.EMPTY))
                    .isEqualTo(
                            Frame.text("[\"1\",\"2\",\"room:a\",\"phx_reply\",{\"response\":{},\"status\":\"ok\"}]"));
        }

        @Test
        void aReplyMayHoldAnyJson() {
            assertThat(V2.encodeReply(Ref.NONE, Ref.ofJson(utf8("5.5")), "t", "ok", Payload.json("[null]")))
                    .hasToString("[null,5.5,\"t\",\"phx_reply\",{\"response\":[null],\"status\":\"ok\"}]");
        }

        @Test
        void aPushHasNoRefAndABroadcastNoJoinRef() {
            assertThat(V2.encodePush(Ref.of("1"), "t", "e", Payload.EMPTY)).hasToString("[\"1\",null,\"t\",\"e\",{}]");
            assertThat(V2.encodeBroadcast("t", "e", Payload.EMPTY)).hasToString("[null,null,\"t\",\"e\",{}]");
        }

        @Test
        void theEndOfAChannelCarriesItsJoinRefTwice() {
            assertThat(V2.encodeMessage(Ref.of("1"), Ref.of("1"), "t", Protocol.PHX_CLOSE, Payload.EMPTY))
                    .hasToString("[\"1\",\"1\",\"t\",\"phx_close\",{}]");
        }

        @Test
        void aPayloadGoesOutAsItCameIn() {
            Payload payload =
                    decode("[1,2,\"t\",\"e\",{ \"a\":\"\\u00e9\", \"a\":1e0 }]").payload();
            assertThat(V2.encodeBroadcast("t", "e", payload))
                    .hasToString("[null,null,\"t\",\"e\",{ \"a\":\"\\u00e9\", \"a\":1e0 }]");
        }

        @Test
        void anErrorEchoesATopicThatIsNoText() {
            assertThat(V2.encodeError(decode("[1,\"2\",5,\"e\",{}]"), Ref.NONE, Protocol.UNMATCHED_TOPIC))
                    .hasToString(
                            "[null,\"2\",5,\"phx_reply\",{\"response\":{\"reason\":\"unmatched topic\"},\"status\":\"error\"}]");
            assertThat(V2.encodeError(decode("[1,\"2\",\"5\",\"e\",{}]"), Ref.NONE, "\"é\""))
                    .hasToString(
                            "[null,\"2\",\"5\",\"phx_reply\",{\"response\":{\"reason\":\"\\\"é\\\"\"},\"status\":\"error\"}]");
        }

        @Test
        void objectsAndBinaryAreAcceptedForPushes() {
            assertThat(V2.accepts(Payload.EMPTY)).isTrue();
            assertThat(V2.accepts(BINARY)).isTrue();
            assertThat(V2.accepts(Payload.json("[]"))).isFalse();
            assertThat(V2.accepts(Payload.of("value"))).isFalse();
        }

        @Test
        void pushesAndBroadcastsOfOtherJsonAreRefused() {
            String message =
                    "payload: JSON that is no object (expected: a JSON object or binary data, since vsn 2.0.0 pushes"
                            + " and broadcasts nothing else)";
            assertThatThrownBy(() -> V2.encodePush(Ref.NONE, "t", "e", Payload.json("\"str\"")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> V2.encodeBroadcast("t", "e", Payload.json("null")))
                    .hasMessage(message);
        }

        @Test
        void messagesWithARefAreTextAlways() {
            assertThatThrownBy(() -> V2.encodeMessage(Ref.NONE, Ref.NONE, "t", "e", BINARY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("payload: binary, 3 bytes (expected: JSON for a message with a ref)");
        }

        @Test
        void valuesMustBeEncodedBefore() {
            Payload value = Payload.of("value");
            String message = "payload: a value (expected: payload.encoded(codec) before a serializer gets it)";
            assertThatThrownBy(() -> V2.encodePush(Ref.NONE, "t", "e", value)).hasMessage(message);
            assertThatThrownBy(() -> V2.encodeBroadcast("t", "e", value)).hasMessage(message);
            assertThatThrownBy(() -> V2.encodeReply(Ref.NONE, Ref.NONE, "t", "ok", value))
                    .hasMessage(message);
            assertThatThrownBy(() -> V2.encodeMessage(Ref.NONE, Ref.NONE, "t", "e", value))
                    .hasMessage(message);
        }
    }

    private static Message decode(String text) {
        byte[] bytes = utf8(text);
        return V2.decodeText(bytes, 0, bytes.length);
    }

    private static String reason(String text) {
        return malformed(utf8(text)).reason();
    }

    private static MalformedMessageException malformed(byte[] bytes) {
        return catchThrowableOfType(MalformedMessageException.class, () -> V2.decodeText(bytes, 0, bytes.length));
    }
}
