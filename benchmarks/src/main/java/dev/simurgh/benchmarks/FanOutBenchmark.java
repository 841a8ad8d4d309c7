package dev.simurgh.benchmarks;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.Retention;
import dev.simurgh.protocol.Payload;
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
 * A broadcast on its way to the transports of its subscribers: the list of the topic, the channels, and the frame, encoded once. The
 * time is that of one whole broadcast: divide it by the number of subscribers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FanOutBenchmark {
    /** How many connections have joined the topic. */
    @Param({"10", "1000"})
    public int subscribers;

    /** Whether other topics of the endpoint are kept. */
    @Param({"false", "true"})
    public boolean othersKept;

    private StandInEndpoint channels =
            StandInEndpoint.of(ChannelSpec.builder(Object::new).build());
    private final Payload payload =
            Payload.json("{\"text\":\"the quick brown fox jumps over the lazy dog\",\"seq\":4711}");
    private final List<StandInTransport> transports = new ArrayList<>();

    private StandInEndpoint channels() {
        return StandInEndpoint.of(ChannelSpec.builder(Object::new).nonBlocking().build(), endpoint -> {
            if (othersKept) {
                endpoint.part(KeptTopics.builder(Journal.inMemory())
                        .keep("kept:*", Retention.forever())
                        .build());
            }
        });
    }

    /** Joins them. */
    @Setup
    public void join() {
        channels = channels();
        for (int i = 0; i < subscribers; i++) {
            transports.add(channels.join("bench:0"));
        }
    }

    /** One broadcast, until the last transport has it. */
    @Benchmark
    public long broadcast() {
        channels.endpoint().broadcast("bench:0", "msg", payload);
        channels.loop().runAll();
        return transports.get(transports.size() - 1).sent();
    }
}
