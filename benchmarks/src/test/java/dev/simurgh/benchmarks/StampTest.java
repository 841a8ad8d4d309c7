package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StampTest {
    private final Stamp stamp = new Stamp();
    private final Envelope envelope = new Envelope();

    @Test
    void aStampIsReadInWhateverOrderItComes() {
        assertThat(read("{\"t\":1234,\"p\":\"00002a000000000fxxx\"}")).isTrue();
        assertThat(stamp.time()).isEqualTo(1234);
        assertThat(stamp.publisher()).isEqualTo(42);
        assertThat(stamp.sequence()).isEqualTo(15);

        assertThat(read("{ \"p\": \"00000100000000ff\", \"t\": 7 }")).isTrue();
        assertThat(stamp.time()).isEqualTo(7);
        assertThat(stamp.publisher()).isEqualTo(1);
        assertThat(stamp.sequence()).isEqualTo(255);
    }

    @Test
    void whatIsNoStampIsNoticed() {
        assertThat(read("{}")).isFalse();
        assertThat(read("{\"t\":1}")).isFalse();
        assertThat(read("{\"t\":1,\"p\":\"00002a0000\"}")).isFalse();
        assertThat(read("{\"t\":1,\"p\":\"00002a000000000g\"}")).isFalse();
        assertThat(read("{\"t\":1,\"p\":")).isFalse();
    }

    @Test
    void anEnvelopeIsReadWithItsStatus() {
        byte[] reply = utf8("[null,\"17\",\"load:0\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]");

        assertThat(envelope.read(reply, 0, reply.length)).isTrue();
        assertThat(envelope.ref()).isEqualTo(17);
        assertThat(envelope.isTopic(utf8("load:0"))).isTrue();
        assertThat(envelope.isTopic(utf8("load:"))).isFalse();
        assertThat(envelope.isEvent(Client.REPLY)).isTrue();
        assertThat(envelope.isOk()).isTrue();
    }

    @Test
    void anErrorIsNotOk() {
        byte[] reply = utf8("[\"1\",\"1\",\"load:0\",\"phx_reply\",{\"response\":{},\"status\":\"error\"}]");

        assertThat(envelope.read(reply, 0, reply.length)).isTrue();
        assertThat(envelope.isOk()).isFalse();
    }

    @Test
    void whatIsNoMessageIsNoticed() {
        for (String text : new String[] {"", "{}", "[", "[\"1\"", "[\"1\",\"2\",\"t\",\"e"}) {
            byte[] bytes = utf8(text);
            assertThat(envelope.read(bytes, 0, bytes.length)).as(text).isFalse();
        }
    }

    private boolean read(String payload) {
        byte[] bytes = utf8(payload);
        return stamp.read(bytes, 0, bytes.length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
