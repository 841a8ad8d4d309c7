package dev.simurgh.benchmarks;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.micrometer.EndpointMeters;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
 * What meters cost: the same with and without them. The difference of {@code handled} is what a handled event pays, that of {@code
 * broadcast} what one broadcast to a thousand subscribers does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class MeterBenchmark {
    private static final int SUBSCRIBERS = 1000;

    /** Whether the endpoint has meters. */
    @Param({"false", "true"})
    public boolean meters;

    private final List<StandInTransport> transports = new ArrayList<>();
    private final Payload payload = Payload.json("{\"text\":\"the quick brown fox\",\"seq\":4711}");
    private final byte[] take = push("take");
    private final byte[] echo = push("echo");
    private StandInEndpoint channels =
            StandInEndpoint.of(ChannelSpec.builder(Object::new).build());

    /** Joins the clients. */
    @Setup
    public void join() {
        channels = StandInEndpoint.of(
                ChannelSpec.builder(Object::new)
                        .handleIn("take", Payload.class, (channel, taken, socket) -> Result.noReply())
                        .handleIn("echo", Payload.class, (channel, taken, socket) -> Result.ok(taken))
                        .nonBlocking()
                        .build(),
                endpoint -> {
                    if (meters) {
                        endpoint.part(EndpointMeters.of(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
                    }
                });
        for (int i = 0; i < SUBSCRIBERS; i++) {
            transports.add(channels.join("bench:0"));
        }
    }

    private StandInTransport first() {
        return transports.get(0);
    }

    private static byte[] push(String event) {
        return ("[\"1\",\"12\",\"bench:0\",\"" + event + "\",{\"text\":\"the quick brown fox\",\"seq\":4711}]")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A message in, to a handler that does nothing. */
    @Benchmark
    public Frame handled() {
        return first().receive(take);
    }

    /** A message in and its reply out. */
    @Benchmark
    public Frame echo() {
        return first().receive(echo);
    }

    /** One broadcast to all, until the last has it. */
    @Benchmark
    public long broadcast() {
        channels.endpoint().broadcast("bench:0", "msg", payload);
        channels.loop().runAll();
        return transports.get(transports.size() - 1).sent();
    }
}
