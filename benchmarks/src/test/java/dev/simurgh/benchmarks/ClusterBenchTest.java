package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("afterwards")
@Timeout(120)
class ClusterBenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    private int run(String... args) {
        String[] line = Stream.concat(Stream.of("cluster"), Stream.of(args)).toArray(String[]::new);
        return Bench.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(progress, true, StandardCharsets.UTF_8),
                line);
    }

    @Test
    void everyBroadcastIsSeenByTheInterestedNodesOnly() {
        assertThat(run("--nodes", "3", "--interested", "1", "--window", "10", "--seconds", "0.3", "--warmup", "0"))
                .as("%s", progress)
                .isEqualTo(Bench.OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("broadcasts_per_s", "latency_us", "p99");
    }

    @Test
    void anOpenLoopKeepsItsRate() {
        assertThat(run("--nodes", "2", "--rate", "200", "--seconds", "0.5", "--warmup", "0"))
                .as("%s", progress)
                .isEqualTo(Bench.OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("open loop");
    }

    @Test
    void whatIsWrongIsToldInALine() {
        assertThat(run("--nodes", "0")).isEqualTo(Bench.UNUSABLE);
        assertThat(progress.toString(StandardCharsets.UTF_8)).contains("--nodes: 0 (expected: 1 to 50)");
    }
}
