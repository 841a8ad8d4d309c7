package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializers;
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
    void payloadsMustBeEncodedObjectsOrBinary() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Broadcast.of("t", "e", Payload.json("[1]")))
                .withMessage("payload of e: [1] (expected: an encoded JSON object, or binary)");
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
}
