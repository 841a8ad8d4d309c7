package dev.simurgh.benchmarks;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
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

/**
 * A push on its way from the transport through the connection and the mailbox to a handler on the event loop, and the reply on its
 * way back to the transport. Includes decoding and encoding the frames, and no network.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DispatchBenchmark {
    private static final String PAYLOAD = "{\"text\":\"the quick brown fox jumps over the lazy dog\",\"seq\":4711}";

    /** What the typed handler takes, and sends back. */
    public record Shout(String text, long seq) {}

    private final StandInEndpoint channels = StandInEndpoint.of(ChannelSpec.builder(Object::new)
            .handleIn("raw", Payload.class, (channel, payload, socket) -> Result.ok(payload))
            .handleIn("typed", Shout.class, (channel, shout, socket) -> Result.ok(shout))
            .nonBlocking()
            .build());
    private final StandInTransport transport = channels.join("bench:0");
    private final byte[] raw = push("raw");
    private final byte[] typed = push("typed");
    private final byte[] heartbeat = "[null,\"7\",\"phoenix\",\"heartbeat\",{}]".getBytes(StandardCharsets.UTF_8);

    /** The payload is handed back as it came. */
    @Benchmark
    public Frame echoRaw() {
        return transport.receive(raw);
    }

    /** The payload is decoded to a record, and a record is encoded for the reply. */
    @Benchmark
    public Frame echoRecord() {
        return transport.receive(typed);
    }

    /** What an idle client sends. */
    @Benchmark
    public Frame heartbeat() {
        return transport.receive(heartbeat);
    }

    private static byte[] push(String event) {
        return ("[\"1\",\"12\",\"bench:0\",\"" + event + "\"," + PAYLOAD + "]").getBytes(StandardCharsets.UTF_8);
    }
}
