package dev.simurgh.transport.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.ServerStats;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
    private final Endpoint endpoint =
            Endpoint.builder().codec(JacksonCodec.create()).build();
    private final Serving serving = new Serving(endpoint, ServerLimits.defaults(), 1, Duration.ofMinutes(1));
    private ServerStats stats = new ServerStats(1, 2, 3, 4, 5, 6, 7);

    @AfterEach
    void end() {
        serving.close();
        endpoint.close();
    }

    private List<Metric> metrics() {
        return endpoint.backstage().metrics().stream()
                .filter(metric -> metric.name().startsWith("simurgh.server."))
                .toList();
    }

    private List<String> servers() {
        return metrics().stream()
                .map(metric -> String.valueOf(metric.tags()))
                .distinct()
                .toList();
    }

    private Runnable hosted() {
        return ServerMetrics.ofApplication(serving, () -> stats, () -> 8);
    }

    @Test
    void theNumbersAreThoseOfTheMoment() {
        hosted();
        assertThat(values())
                .containsExactlyInAnyOrder(
                        "connections 1", "sessions 2", "queued 3", "requests 5", "requests.refused 7", "memory 8");
        stats = new ServerStats(0, 0, 0, 0, 0, 0, 9);
        assertThat(values()).contains("connections 0", "requests.refused 9");
    }

    private List<String> values() {
        Predicate<Metric> limit = metric -> metric.name().endsWith(".max");
        return metrics().stream()
                .filter(limit.negate())
                .map(metric -> metric.name().substring("simurgh.server.".length()) + " "
                        + (long) metric.reading().getAsDouble())
                .toList();
    }

    @Test
    void aServerWithSocketsOfItsOwnTellsOfThoseThatAreNotAdmittedToo() {
        ServerMetrics.ofOwnPort(serving, "127.0.0.1:4000", () -> stats, () -> 8);
        assertThat(values()).contains("pending 4", "turned.away 6", "connections 1");
        assertThat(servers()).containsExactly("{server=127.0.0.1:4000}");
    }

    @Test
    void eachOnAnApplicationsPortHasANameOfItsOwnWhichIsFreeAgainWhenItHasGone() {
        Runnable first = hosted();
        hosted();
        assertThat(servers()).containsExactlyInAnyOrder("{server=application}", "{server=application-2}");
        first.run();
        assertThat(servers()).containsExactly("{server=application-2}");
        hosted();
        assertThat(servers()).containsExactlyInAnyOrder("{server=application}", "{server=application-2}");
    }
}
