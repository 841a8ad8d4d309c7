package dev.simurgh.protocol;

import static dev.simurgh.protocol.RandomJson.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames in hex are as a real Phoenix 1.8.12 sent or took them. */
class BinaryFramesTest {
    private static final Serializer V2 = Serializers.V2;
    private static final Payload TWO_BYTES = binary("4142");

    @Nested
    class Decoding {

        @Test
        void aPushOfAClient() {
            Message message = decode("0001010503313262696e3a6162696e000102ff");
            assertThat(message.joinRef()).isEqualTo(Ref.of("1"));
            assertThat(message.ref()).isEqualTo(Ref.of("2"));
            assertThat(message.topic()).isEqualTo("bin:a");
            assertThat(message.isTopicText()).isTrue();
            assertThat(message.event()).isEqualTo("bin");
            assertThat(message.isEventText()).isTrue();
            assertThat(message.payload()).isEqualTo(binary("000102ff"));
        }

        @Test
        void theDataIsASliceOfTheGivenArray() {
            byte[] bytes = HexFormat.of().parseHex("ffff000000010061050607ff");
            Payload.Binary data = (Payload.Binary) V2.decodeBinary(bytes, 2, 9).payload();
            assertThat(data.array()).isSameAs(bytes);
            assertThat(data).isEqualTo(binary("050607"));
        }

        @Test
        void aRefOfLengthZeroIsTheEmptyString() {
            Message message = decode("0000000101" + "7465");
            assertThat(message.joinRef()).isEqualTo(Ref.of("")).isNotEqualTo(Ref.NONE);
            assertThat(message.ref()).isEqualTo(Ref.of(""));
            assertThat(message.payload()).isEqualTo(binary(""));
        }

        @Test
        void fieldsMayBe255BytesLong() {
            Message message = decode("0001ffff0331" + "72".repeat(255) + "78".repeat(255) + "62696e" + "01");
            assertThat(message.ref()).isEqualTo(Ref.of("r".repeat(255)));
            assertThat(message.topic()).isEqualTo("x".repeat(255));
            assertThat(message.payload()).isEqualTo(binary("01"));
        }

        @Test
        void textsAreUtf8() {
            assertThat(decode("00" + "00020200" + "2222" + "c3a9").ref().text()).isEqualTo("\"\"");
            assertThat(decode("00" + "00020200" + "2222" + "c3a9").topic()).isEqualTo("é");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "''|binary frame: empty (expected: kind 0, a push)",
                    "09|binary frame: kind 9 (expected: 0, a push)",
                    "020102726162|binary frame: kind 2 (expected: 0, a push)",
                    "5b6e756c6c5d|binary frame: kind 91 (expected: 0, a push)",
                    "000101|binary header: 3 bytes (expected: 5)",
                    "000101050361|ref: 0 bytes left (expected: 1, by the header)",
                    "0001010503313262696e|topic: 3 bytes left (expected: 5, by the header)",
                    "0001010503313262696e3a6162|event: 1 bytes left (expected: 3, by the header)",
                    "0001010201313274c3|topic: not UTF-8"
                })
        void theReasonSaysWhatIsWrong(String hex, String reason) {
            assertThatThrownBy(() -> decode(hex))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessage(reason);
        }

        @Test
        void refAndTopicAreReadableIfTheEventIsCutOff() {
            Message to = malformed("0001010503313262696e3a6162").readable().orElseThrow();
            assertThat(V2.encodeError(to, to.joinRef(), "r"))
                    .hasToString(
                            "[\"1\",\"2\",\"bin:a\",\"phx_reply\",{\"response\":{\"reason\":\"r\"},\"status\":\"error\"}]");
            assertThat(malformed("000101").readable()).isEmpty();
            assertThat(malformed("0001010201313274c3").invalidUtf8()).isFalse();
        }

        @Test
        void noRubbishDoesMoreThanBeMalformed() {
            Random random = new Random(10);
            for (int i = 0; i < 100_000; i++) {
                byte[] bytes = new byte[random.nextInt(30)];
                random.nextBytes(bytes);
                for (int j = 0; j < Math.min(5, bytes.length); j++) {
                    bytes[j] = (byte) (j == 0 ? 0 : random.nextInt(8));
                }
                try {
                    Payload.Binary data = (Payload.Binary)
                            V2.decodeBinary(bytes, 0, bytes.length).payload();
                    assertThat(data.length()).isEqualTo(bytes.length - 5 - bytes[1] - bytes[2] - bytes[3] - bytes[4]);
                } catch (MalformedMessageException e) {
                    assertThat(e.reason()).isNotEmpty();
                }
            }
        }
    }

    @Nested
    class Encoding {

        @Test
        void aReply() {
            assertThat(V2.encodeReply(Ref.of("1"), Ref.of("3"), "bin:a", "ok", TWO_BYTES))
                    .isEqualTo(frame("0101010502313362696e3a616f6b4142"));
        }

        @Test
        void aReplyToAJoinWithoutRefs() {
            assertThat(V2.encodeReply(Ref.NONE, Ref.NONE, "bin:a", "ok", TWO_BYTES))
                    .isEqualTo(frame("010000050262696e3a616f6b4142"));
        }

        @Test
        void aReplyToRefsThatAreNoStrings() {
            assertThat(V2.encodeReply(Ref.ofJson(utf8("15")), Ref.ofJson(utf8("[1]")), "t", "ok", TWO_BYTES))
                    .isEqualTo(frame("0102030102" + "3135" + "5b315d" + "74" + "6f6b" + "4142"));
        }

        @Test
        void aReplyWithFieldsOf255Bytes() {
            assertThat(V2.encodeReply(Ref.of("1"), Ref.of("r".repeat(255)), "x".repeat(255), "ok", binary("01")))
                    .isEqualTo(frame("0101ffff0231" + "72".repeat(255) + "78".repeat(255) + "6f6b" + "01"));
        }

        @Test
        void aPush() {
            assertThat(V2.encodePush(Ref.of("1"), "bin:a", "bin_push", binary("0102")))
                    .isEqualTo(frame("000105083162696e3a6162696e5f707573680102"));
        }

        @Test
        void aBroadcast() {
            assertThat(V2.encodeBroadcast("bin:a", "bin", binary("ff"))).isEqualTo(frame("02050362696e3a6162696eff"));
        }

        @Test
        void fieldsOver255BytesAreRefusedByName() {
            String tooLong = "é".repeat(128);
            String rule = ": 256 bytes (expected: at most 255 in a binary frame, which has one byte for the length)";
            assertRefused("topic" + rule, () -> V2.encodeBroadcast(tooLong, "e", TWO_BYTES));
            assertRefused("event" + rule, () -> V2.encodeBroadcast("t", tooLong, TWO_BYTES));
            assertRefused("event" + rule, () -> V2.encodePush(Ref.NONE, "t", tooLong, TWO_BYTES));
            assertRefused("join_ref" + rule, () -> V2.encodePush(Ref.of(tooLong), "t", "e", TWO_BYTES));
            assertRefused("ref" + rule, () -> V2.encodeReply(Ref.NONE, Ref.of(tooLong), "t", "ok", TWO_BYTES));
            assertRefused("status" + rule, () -> V2.encodeReply(Ref.NONE, Ref.NONE, "t", tooLong, TWO_BYTES));
        }

        private void assertRefused(String message, Runnable encode) {
            assertThatThrownBy(encode::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }

    private static Payload binary(String hex) {
        return Payload.binary(HexFormat.of().parseHex(hex));
    }

    private static Frame frame(String hex) {
        return Frame.binary(HexFormat.of().parseHex(hex));
    }

    private static Message decode(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return V2.decodeBinary(bytes, 0, bytes.length);
    }

    private static MalformedMessageException malformed(String hex) {
        return catchThrowableOfType(MalformedMessageException.class, () -> decode(hex));
    }
}
