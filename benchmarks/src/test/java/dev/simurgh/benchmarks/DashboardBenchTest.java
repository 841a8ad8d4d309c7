package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run. What it measures is not looked at, only whether it adds up. */
@Timeout(120)
class DashboardBenchTest {
    @Test
    void viewersSeeANodeWhoseClientsMissNothing() {
        Outcome outcome = Outcome.of(
                "dashboard", "--connections=500", "--topics=400", "--rate=200", "--seconds=0.5", "--turns=1", "--json");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        JsonNode all = outcome.json();
        assertThat(all.path("views").asInt()).isGreaterThanOrEqualTo(10);
        assertThat(all.path("publish_with_us").path("n").asInt()).isPositive();
        assertThat(all.path("missed").asInt()).isZero();
    }
}
