package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    private static final String URL = "--url=ws://127.0.0.1:9/socket/websocket";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--clients=0       | --clients: 0 (expected: 1 to 1000000)",
                "--seconds=0       | --seconds: 0 (expected: 0.1 to 3600)",
                "--seconds=NaN     | --seconds: NaN (expected: 0.1 to 3600)",
                "--window=70000    | --window: 70000 (expected: 0 to 65536)",
                "--payload=8       | --payload: 8 (expected: 16 to 1048576)",
                "--publishers=101  | --publishers: 101 (expected: 0 to 100)",
                "--server-pid=0    | --server-pid: 0 (expected: 1 to 2147483647)",
                "--probes=0        | --probes: 0 (expected: 1 to 1000)",
                "--storms=0        | --storms: 0 (expected: 1 to 1000)",
                "--missed=0        | --missed: 0 (expected: 1 to 1000000)",
                "--transport=sse   | --transport: sse (expected: websocket or longpoll)",
                "--echo-event=a\"b | --echo-event: a\"b (expected: 1 to 100 ASCII characters",
            })
    void whatIsOutOfBoundsIsRefused(String option, String message) {
        Outcome outcome = Outcome.of("echo", URL, option);

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress()).contains(message);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void anUnknownScenarioIsRefusedWithThoseThereAre() {
        Outcome outcome = Outcome.of("fanout", URL);

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress())
                .contains(
                        "scenario: fanout (expected: one of [connect, fan-out, echo, join-storm, reconnect, resume, storm])");
    }

    @Test
    void withoutAScenarioNothingIsDone() {
        Outcome outcome = Outcome.of();

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress()).contains("SCENARIO").contains("--help");
    }

    @Test
    void helpIsNoError() {
        Outcome outcome = Outcome.of("--help");

        assertThat(outcome.status()).isEqualTo(Bench.OK);
        assertThat(outcome.out()).contains("Exit status");
    }

    @Test
    void aClusterIsSimulatedWithoutAServer() {
        Outcome outcome = Outcome.of("cluster-sim", "--nodes=2,3", "--topics=100", "--seconds=0.01");

        assertThat(outcome.progress()).isEmpty();
        assertThat(outcome.status()).isEqualTo(Bench.OK);
        assertThat(outcome.out())
                .containsPattern(" 3 .* 2\\.0 .* 1\\.0 .* 0\\.0 .* 2\\.0")
                .contains("9 x 100 topics: ");
    }

    @Test
    void aSimulationHasBoundsToo() {
        Outcome outcome = Outcome.of("cluster-sim", "--nodes=2,1000");

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress()).contains("--nodes: 1000 (expected: 2 to 200)");
    }

    @Test
    void aProcessThatIsNotThereIsRefused() {
        Outcome outcome = Outcome.of("echo", URL, "--server-pid=" + Integer.MAX_VALUE);

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress()).contains("server process 2147483647: not there");
    }

    @Test
    void aProcessWithoutItsUrlIsRefused() {
        Outcome outcome =
                Outcome.of("echo", "--server-pid=" + ProcessHandle.current().pid());

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress()).contains("--server-pid: without --url");
    }
}
