package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short runs. What they measure is not looked at, only whether it adds up. */
@Timeout(120)
class JournalBenchTest {
    private static Outcome run(String data) {
        return Outcome.of("journal", "--data=" + data, "--window=1,20", "--seconds=0.2", "--warmup=0.1", "--json");
    }

    @Test
    void inMemoryItIsStoredAndReadAgain() {
        Outcome outcome = run("memory");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("appends_per_s_at_20")).isPositive();
        assertThat(outcome.json().path("append_at_1_us").path("n").asInt()).isPositive();
        assertThat(outcome.number("replayed_per_s")).isPositive();
        assertThat(outcome.number("heap_bytes_per_entry")).isPositive();
    }

    @Test
    void inAFileItIsStoredAndReadAgainAndTheFileDeleted(@TempDir Path directory) {
        Outcome outcome = run(directory.toString());

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("appends_per_s_at_20")).isPositive();
        assertThat(outcome.number("file_bytes_per_entry")).isGreaterThan(200);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatIsWrongIsToldInALine() {
        Outcome outcome = Outcome.of("journal", "--payload=1");

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress()).contains("--payload: 1 (expected: 16 to 1048576)");
    }
}
