package dev.simurgh.protocol;

import static dev.simurgh.protocol.RandomJson.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SerializerV1Test {
    private static final Serializer V1 = Serializers.V1;

    @Nested
    class Decoding {

        @Test
        void aMessageIsAnObject() {
            Message message = decode("{\"topic\":\"room:a\",\"event\":\"e\",\"payload\":{\"a\":1},\"ref\":\"2\"}");
            assertThat(message.joinRef()).isEqualTo(Ref.NONE);
            assertThat(message.ref()).isEqualTo(Ref.of("2"));
            assertThat(message.topic()).isEqualTo("room:a");
            assertThat(message.event()).isEqualTo("e");
            assertThat(message.payload()).isEqualTo(Payload.json("{\"a\":1}"));
        }

        @Test
        void aJoinRefIsObeyedIfThere() {
            assertThat(decode("{\"join_ref\":\"1\",\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":\"2\"}")
                            .joinRef())
                    .isEqualTo(Ref.of("1"));
        }

        @Test
        void ofEqualKeysTheFirstWinsAndOthersAreIgnored() {
            assertThat(decode(
                            "{\"topic\":null,\"x\":{\"topic\":1},\"t\\u006fpic\":\"t\",\"event\":\"e\",\"event\":1,\"payload\":1,"
                                    + "\"payload\":2,\"ref\":null,\"ref\":3,\"join_ref\":null,\"join_ref\":4}"))
                    .hasToString("[null,null,null,e,1]");
        }

        @Test
        void aBinaryFrameIsReadAsText() {
            byte[] bytes = utf8("{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":\"2\"}");
            assertThat(V1.decodeBinary(bytes, 0, bytes.length).topic()).isEqualTo("t");
        }

        @Test
        void aBinaryFrameOfVsn2IsMalformedButNoBadText() {
            byte[] bytes = HexFormat.of().parseHex("0001010503313262696e3a6162696e000102ff");
            MalformedMessageException e = catchThrowableOfType(
                    MalformedMessageException.class, () -> V1.decodeBinary(bytes, 0, bytes.length));
            assertThat(e.invalidUtf8()).isFalse();
            assertThat(e.reason()).isEqualTo("byte 0x00 at 0 (expected: an object)");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "{\"event\":\"e\",\"payload\":{},\"ref\":\"1\"}|topic: missing",
                    "{\"topic\":\"t\",\"payload\":{},\"ref\":\"1\"}|event: missing",
                    "{\"topic\":\"t\",\"event\":\"e\",\"ref\":\"1\"}|payload: missing",
                    "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{}}|ref: missing",
                    "{}|ref: missing",
                    "[]|byte 0x5b at 0 (expected: an object)",
                    "{\"topic\"}|byte 0x7d at 8 (expected: ':')",
                    "{1:2}|byte 0x31 at 1 (expected: a key)",
                    "{\"topic\":1,}|byte 0x7d at 11 (expected: a key)",
                    "{\"topic\":1]|byte 0x5d at 10 (expected: ',' or '}')"
                })
        void theReasonSaysWhatIsWrong(String text, String reason) {
            assertThatThrownBy(() -> decode(text))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessage(reason);
        }

        @Test
        void whatCameBeforeTheDefectIsReadable() {
            MalformedMessageException e = catchThrowableOfType(
                    MalformedMessageException.class, () -> decode("{\"topic\":\"t\",\"ref\":\"1\",\"payload\":nope"));
            assertThat(V1.encodeError(e.readable().orElseThrow(), Ref.NONE, "r"))
                    .hasToString(
                            "{\"event\":\"phx_reply\",\"payload\":{\"response\":{\"reason\":\"r\"},\"status\":\"error\"},"
                                    + "\"ref\":\"1\",\"topic\":\"t\"}");
        }

        @Test
        void textThatIsNotUtf8IsNotAnswered() {
            byte[] bytes = utf8("{\"ref\":\"1\",\"topic\":\"t?\"}");
            bytes[bytes.length - 3] = (byte) 0xFF;
            MalformedMessageException e =
                    catchThrowableOfType(MalformedMessageException.class, () -> V1.decodeText(bytes, 0, bytes.length));
            assertThat(e.invalidUtf8()).isTrue();
            assertThat(e.readable()).isEmpty();
        }
    }

    @Nested
    class Encoding {

        @Test
        void aReplyIsAsRecorded() {
            assertThat(V1.encodeReply(Ref.of("9"), Ref.of("1"), "bin:a", "ok", Payload.EMPTY))
                    .isEqualTo(Frame.text("{\"event\":\"phx_reply\",\"payload\":{\"response\":{},\"status\":\"ok\"},"
                            + "\"ref\":\"1\",\"topic\":\"bin:a\"}"));
        }

        @Test
        void aJoinRefIsNeverSent() {
            assertThat(V1.encodePush(Ref.of("9"), "t", "e", Payload.json("{\"n\":1}")))
                    .hasToString("{\"event\":\"e\",\"payload\":{\"n\":1},\"ref\":null,\"topic\":\"t\"}");
            assertThat(V1.encodeMessage(Ref.of("9"), Ref.of("1"), "t", "phx_close", Payload.EMPTY))
                    .hasToString("{\"event\":\"phx_close\",\"payload\":{},\"ref\":\"1\",\"topic\":\"t\"}");
        }

        @Test
        void anyJsonCanBeBroadcast() {
            assertThat(V1.encodeBroadcast("t", "e", Payload.json("\"str\"")))
                    .hasToString("{\"event\":\"e\",\"payload\":\"str\",\"ref\":null,\"topic\":\"t\"}");
            assertThat(V1.accepts(Payload.json("\"str\""))).isTrue();
        }

        @Test
        void anErrorEchoesATopicThatIsNoText() {
            assertThat(V1.encodeError(
                            decode("{\"topic\":5,\"event\":\"phx_join\",\"payload\":{},\"ref\":\"2\"}"),
                            Ref.NONE,
                            Protocol.UNMATCHED_TOPIC))
                    .hasToString("{\"event\":\"phx_reply\",\"payload\":{\"response\":{\"reason\":\"unmatched topic\"},"
                            + "\"status\":\"error\"},\"ref\":\"2\",\"topic\":5}");
        }

        @Test
        void binaryDataIsRefused() {
            Payload binary = Payload.binary(new byte[] {1, 2, 3});
            String message = "payload: binary, 3 bytes (expected: JSON, since vsn 1.0.0 has no binary data)";
            assertThat(V1.accepts(binary)).isFalse();
            assertThatThrownBy(() -> V1.encodePush(Ref.NONE, "t", "e", binary))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> V1.encodeBroadcast("t", "e", binary)).hasMessage(message);
            assertThatThrownBy(() -> V1.encodeReply(Ref.NONE, Ref.NONE, "t", "ok", binary))
                    .hasMessage(message);
            assertThatThrownBy(() -> V1.encodeMessage(Ref.NONE, Ref.NONE, "t", "e", binary))
                    .hasMessage(message);
        }

        @Test
        void valuesMustBeEncodedBefore() {
            assertThat(V1.accepts(Payload.of("value"))).isFalse();
            assertThatThrownBy(() -> V1.encodeBroadcast("t", "e", Payload.of("value")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("payload: a value (expected: payload.encoded(codec) before a serializer gets it)");
        }
    }

    private static Message decode(String text) {
        byte[] bytes = utf8(text);
        return V1.decodeText(bytes, 0, bytes.length);
    }
}
