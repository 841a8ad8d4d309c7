package dev.simurgh.benchmarks;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.micrometer.ChannelObservations;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs that a callback is observed, and where its trace comes from: the same with and without. What the handlers of observations
 * do, such as making spans, comes on top; here there is one that does nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class TraceBenchmark {
    private static final String TRACEPARENT =
            "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\",";

    /** Whether callbacks are observed. */
    @Param({"false", "true"})
    public boolean observed;

    private final byte[] plain = push("");
    private final byte[] traced = push(TRACEPARENT);
    private StandInTransport transport = new StandInTransport(new StandInLoop());

    /** Joins a client. */
    @Setup
    public void join() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new Nothing());
        ChannelSpec<?> spec = ChannelSpec.builder(Object::new)
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .nonBlocking()
                .build();
        transport = StandInEndpoint.of(spec, endpoint -> {
                    if (observed) {
                        endpoint.part(ChannelObservations.of(registry));
                    }
                })
                .join("bench:0");
    }

    private static final class Nothing implements ObservationHandler<Observation.Context> {
        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    private static byte[] push(String member) {
        return ("[\"1\",\"12\",\"bench:0\",\"echo\",{" + member + "\"text\":\"the quick brown fox\",\"seq\":4711}]")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A message in and its reply out. */
    @Benchmark
    public Frame echo() {
        return transport.receive(plain);
    }

    /** The same with a trace that goes on. */
    @Benchmark
    public Frame echoTraced() {
        return transport.receive(traced);
    }
}
