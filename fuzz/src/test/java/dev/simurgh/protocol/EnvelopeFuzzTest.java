package dev.simurgh.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Any bytes as a message: our scanner reads them as Jackson does, and of a binary push each byte once. */
class EnvelopeFuzzTest {
    /** Of a binary push: its kind, and four lengths. */
    private static final int HEADER = 5;

    @FuzzTest
    void envelope(byte[] data) {
        Agreement.assertV2(data);
        Agreement.assertV1(data);
        Agreement.assertValue(data);
        binary(data);
        traceparent(data);
        try {
            Serializers.V1.decodeBinary(data.clone(), 0, data.length);
        } catch (MalformedMessageException expected) {
            // what no client sends
        }
    }

    /** Whatever stands there, it is one that is well-formed, or none. */
    private static void traceparent(byte[] data) {
        Traceparent.of(new String(data, StandardCharsets.ISO_8859_1)).ifPresent(EnvelopeFuzzTest::wellFormed);
        try {
            Message message = Serializers.V2.decodeText(data.clone(), 0, data.length, 100);
            Traceparent.of(message.payload()).ifPresent(EnvelopeFuzzTest::wellFormed);
        } catch (MalformedMessageException expected) {
            // what no client sends
        }
    }

    private static void wellFormed(String traceparent) {
        if (!traceparent.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")) {
            throw new AssertionError(traceparent);
        }
    }

    private static void binary(byte[] data) {
        try {
            Message message = Serializers.V2.decodeBinary(data.clone(), 0, data.length);
            int parts = Stream.of(message.joinRef().text(), message.ref().text(), message.topic(), message.event())
                    .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                    .sum();
            int payload = ((Payload.Binary) message.payload()).length();
            if (HEADER + parts + payload != data.length) {
                throw new AssertionError(message + ": " + parts + " and " + payload + " bytes of " + data.length);
            }
        } catch (MalformedMessageException expected) {
            // what no client sends
        }
    }
}
