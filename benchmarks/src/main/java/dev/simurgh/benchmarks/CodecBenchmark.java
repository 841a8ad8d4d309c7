package dev.simurgh.benchmarks;

import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.spi.PayloadCodec;
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

/** Records to JSON and back with Jackson, which each handler pays that takes a record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    /** What a chat message looks like. */
    public record Shout(String user, String text, long seq) {}

    private final PayloadCodec codec = JacksonCodec.create();
    private final Shout shout = new Shout("ada", "the quick brown fox jumps over the lazy dog", 4711);
    private final byte[] json =
            "{\"user\":\"ada\",\"text\":\"the quick brown fox jumps over the lazy dog\",\"seq\":4711}"
                    .getBytes(StandardCharsets.UTF_8);

    /** A record from 80 bytes of JSON. */
    @Benchmark
    public Object decodeRecord() {
        return codec.decode(json, 0, json.length, Shout.class);
    }

    /** A record to 80 bytes of JSON. */
    @Benchmark
    public byte[] encodeRecord() {
        return codec.encode(shout);
    }
}
