package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.protocol.Serializers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BroadcastTest {
    @Test
    void itIsEncodedOncePerSerializer() {
        var broadcast = Broadcast.of("t", "e", Payload.json("{\"a\":1}"));
        var v2 = broadcast.frame(Serializers.V2);
        var v1 = broadcast.frame(Serializers.V1);
        assertThat(v2).hasToString("[null,null,\"t\",\"e\",{\"a\":1}]");
        assertThat(v1).hasToString("{\"event\":\"e\",\"payload\":{\"a\":1},\"ref\":null,\"topic\":\"t\"}");
        assertThat(broadcast.frame(Serializers.V2)).isSameAs(v2);
        assertThat(broadcast.frame(Serializers.V1)).isSameAs(v1);
        assertThat(broadcast).hasToString("Broadcast[t, e]");
    }

    @Test
    void binaryHasNoFormInVsn1() {
        var broadcast = Broadcast.of("t", "e", Payload.binary(new byte[] {7}));
        assertThat(broadcast.frame(Serializers.V1)).isNull();
        assertThat(broadcast.frame(Serializers.V2)).isNotNull();
    }

    @Test
    void jsonThatIsNoObjectHasNoFormInVsn2() {
        var broadcast = Broadcast.ofAny("t", "e", Payload.json("[1]"));
        assertThat(broadcast.frame(Serializers.V1)).isNotNull();
        assertThat(broadcast.frame(Serializers.V2)).isNull();
    }

    @Test
    void whereInATraceItComesFromIsNothingForClients() {
        String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var plain = Broadcast.of("t", "e", Payload.json("{\"a\":1}"));
        var traced = plain.at("x:1").tracedBy(traceparent);
        assertThat(plain.traceparent()).isEmpty();
        assertThat(traced.traceparent()).contains(traceparent);
        assertThat(traced.position()).contains("x:1");
        assertThat(traced.offset()).isEqualTo(1);
        assertThat(traced.frame(Serializers.V2)).hasToString("[null,\"x:1\",\"t\",\"e\",{\"a\":1}]");
        assertThat(plain.tracedBy(traceparent).at("x:2").traceparent()).contains(traceparent);
        assertThat(plain.tracedBy(traceparent).frame(Serializers.V1)).isEqualTo(plain.frame(Serializers.V1));
        assertThat(traced.pinnedBytes()).isGreaterThan(plain.at("x:1").pinnedBytes());
    }

    @Test
    void aTraceparentHasToBeWellFormed() {
        var broadcast = Broadcast.of("t", "e", Payload.EMPTY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broadcast.tracedBy("x".repeat(1000)))
                .withMessage("traceparent: 1000 characters (expected: one of the W3C's Trace Context, such as"
                        + " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01)");
    }

    @Test
    void payloadsMustBeEncodedObjectsOrBinary() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Broadcast.of("t", "e", Payload.json("[1]")))
                .withMessage("payload of e: [1] (expected: a JSON object, such as Map.of(\"items\", list), or binary)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Broadcast.ofAny("t", "e", Payload.of("value")))
                .withMessage("payload of e: a value (expected: an encoded payload)");
    }

    @Test
    void aBinaryOneWhoseTopicIsTooLongFailsAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Broadcast.of("t".repeat(256), "e", Payload.binary(new byte[1])))
                .withMessageContaining("255");
    }

    @Nested
    class APosition {
        private final Broadcast broadcast =
                Broadcast.of("t", "e", Payload.EMPTY).at("x:1");

        @Test
        void goesToClientsAsTheRef() {
            assertThat(text(broadcast, Serializers.V2)).isEqualTo("[null,\"x:1\",\"t\",\"e\",{}]");
            assertThat(text(broadcast, Serializers.V1))
                    .isEqualTo("{\"event\":\"e\",\"payload\":{},\"ref\":\"x:1\",\"topic\":\"t\"}");
            assertThat(broadcast.position()).contains("x:1");
            assertThat(broadcast).hasToString("Broadcast[t, e, at x:1]");
        }

        private String text(Broadcast of, Serializer serializer) {
            Frame frame = Objects.requireNonNull(of.frame(serializer));
            return new String(frame.bytes(), StandardCharsets.UTF_8);
        }

        @Test
        void isEscapedLikeAnyText() {
            assertThat(text(broadcast.at("\"\\:1"), Serializers.V2)).startsWith("[null,\"\\\"\\\\:1\",");
        }

        @Test
        void isNotOfTheOneThatItWasMadeFrom() {
            Broadcast without = Broadcast.of("t", "e", Payload.EMPTY);
            assertThat(without.at("x:1").position()).contains("x:1");
            assertThat(without.position()).isEmpty();
            assertThat(text(without, Serializers.V2)).isEqualTo("[null,null,\"t\",\"e\",{}]");
        }

        @Test
        void hasNoRoomInABinaryFrame() {
            Broadcast binary = Broadcast.of("t", "e", Payload.binary(new byte[] {9}));
            assertThat(binary.at("x:1").frame(Serializers.V2)).isEqualTo(binary.frame(Serializers.V2));
            assertThat(binary.at("x:1").position()).contains("x:1");
        }

        @Test
        void isNeitherEmptyNorLongNorANumber() {
            assertThat(broadcast.at("x".repeat(255)).position()).isPresent();
            for (String bad : List.of("", "17", "x".repeat(256), "ä".repeat(128))) {
                assertThatThrownBy(() -> broadcast.at(bad))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageEndingWith("(expected: 1 to 255 bytes, not digits only, such as epoch:offset)");
            }
        }
    }
}
