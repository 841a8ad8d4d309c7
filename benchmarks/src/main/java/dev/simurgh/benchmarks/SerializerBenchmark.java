package dev.simurgh.benchmarks;

import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.protocol.Serializers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Frames taken apart and put together: the envelope scanner by way of decoding, and the three that channels send. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SerializerBenchmark {
    private static final String PAYLOAD =
            "{\"user\":\"ada\",\"text\":\"the quick brown fox jumps over the lazy dog\",\"seq\":4711}";
    private static final String TOPIC = "room:lobby";

    private final Serializer v1 = Serializers.V1;
    private final Serializer v2 = Serializers.V2;
    private final byte[] textV1 = utf8("{\"topic\":\"" + TOPIC + "\",\"event\":\"shout\",\"payload\":" + PAYLOAD
            + ",\"ref\":\"12\",\"join_ref\":\"1\"}");
    private final byte[] textV2 = utf8("[\"1\",\"12\",\"" + TOPIC + "\",\"shout\"," + PAYLOAD + "]");
    private final byte[] binaryV2 = binaryPush();
    private final Payload payload = Payload.json(PAYLOAD);
    private final Payload binary = Payload.binary(new byte[64]);
    private final Ref joinRef = Ref.of("1");
    private final Ref ref = Ref.of("12");

    /** A push of vsn 1, an object. */
    @Benchmark
    public Message decodeV1() {
        return v1.decodeText(textV1, 0, textV1.length);
    }

    /** A push of vsn 2, an array. */
    @Benchmark
    public Message decodeV2() {
        return v2.decodeText(textV2, 0, textV2.length);
    }

    /** A binary push of vsn 2. */
    @Benchmark
    public Message decodeV2Binary() {
        return v2.decodeBinary(binaryV2, 0, binaryV2.length);
    }

    /** A reply of vsn 1. */
    @Benchmark
    public Frame replyV1() {
        return v1.encodeReply(joinRef, ref, TOPIC, "ok", payload);
    }

    /** A reply of vsn 2. */
    @Benchmark
    public Frame replyV2() {
        return v2.encodeReply(joinRef, ref, TOPIC, "ok", payload);
    }

    /** A push of vsn 2. */
    @Benchmark
    public Frame pushV2() {
        return v2.encodePush(joinRef, TOPIC, "shout", payload);
    }

    /** A broadcast of vsn 1. */
    @Benchmark
    public Frame broadcastV1() {
        return v1.encodeBroadcast(TOPIC, "shout", payload);
    }

    /** A broadcast of vsn 2. */
    @Benchmark
    public Frame broadcastV2() {
        return v2.encodeBroadcast(TOPIC, "shout", payload);
    }

    /** A broadcast of vsn 2 with binary data. */
    @Benchmark
    public Frame broadcastV2Binary() {
        return v2.encodeBroadcast(TOPIC, "shout", binary);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The kind, the lengths of join_ref, ref, topic and event, these four, and 64 bytes of data. */
    private static byte[] binaryPush() {
        byte[] head = utf8("\0\1\2" + (char) TOPIC.length() + "\5" + "112" + TOPIC + "shout");
        byte[] frame = new byte[head.length + 64];
        System.arraycopy(head, 0, frame, 0, head.length);
        return frame;
    }
}
