package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Short runs. What they measure is not looked at, only whether it adds up. */
@Timeout(120)
class ServersBenchTest {
    @Test
    void serversAreComparedByEachLoadInEachRound() {
        Outcome outcome = Outcome.of(
                "servers",
                "--on=server,jetty",
                "--only=connect,longpoll",
                "--rounds=1",
                "--seconds=0.1",
                "--warmup=0",
                "--clients=50",
                "--tuned",
                "--server-opts=" + Outcome.SHORT_LIVED,
                "--json");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.progress())
                .contains("starting jetty", "longpoll, round 1, server: ", "longpoll, round 1, jetty: ");
        assertThat(outcome.json().path("heap for an idle connection that has joined one topic, KB"))
                .hasSize(2)
                .allMatch(rounds -> rounds.size() == 1 && rounds.path(0).isNumber());
        assertThat(outcome.json()
                        .path("CPU for an echo over long polling, one message each, µs")
                        .size())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "servers --on=server,undertow | --on: undertow (expected: one of [server, tomcat, jetty,"
                        + " reactor-netty])",
                "servers --only=join          | --only: join (expected: one of [connect, fan-out, echo, echo-10,"
                        + " longpoll])",
                "servers --rounds=0           | --rounds: 0 (expected: 1 to 100)",
                "servers --seconds=0          | --seconds: 0 (expected: 0.1 to 3600)",
                "echo --on=undertow           | --on: undertow (expected: one of",
                "echo --on=jetty --url=ws://127.0.0.1:9/s | --on: jetty (expected: without --url)",
            })
    void whatIsOutOfBoundsIsRefused(String line, String message) {
        Outcome outcome = Outcome.of(line.split(" "));

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress()).contains(message).doesNotContain("starting");
    }

    @Test
    void theMedianIsOfRatiosRoundByRound() {
        Pairs pairs = new Pairs("a figure, µs");
        pairs.add(List.of(1.0, 2.0));
        pairs.add(List.of(10.0, 30.0));
        pairs.add(List.of(100.0, 150.0));

        assertThat(pairs.of(1)).isEqualTo(new Pairs.Spread(30, 2, 150));
        assertThat(pairs.ratio(1)).isEqualTo(new Pairs.Spread(2, 1.5, 3));
        assertThat(pairs.line()).isEqualTo("| a figure, µs | 10.0 (1.0-100) | 30 (2.0-150), 2.0 × (1.5-3.0) |");
    }
}
