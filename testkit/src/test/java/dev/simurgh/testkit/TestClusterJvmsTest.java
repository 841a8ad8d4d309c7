package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The same seed, the same history, in each JVM. Those of this test differ in what must not count: the hash codes of identity, and the salt
 * of {@code Set.of}, which each JVM draws.
 */
class TestClusterJvmsTest {
    private static final List<String> SEEDS =
            IntStream.rangeClosed(1, 5).mapToObj(String::valueOf).toList();

    @Test
    void theSameSeedGivesTheSameHistoryInEachJvm() throws IOException, InterruptedException {
        Process byChance = anotherJvm(0);
        Process alwaysTheSame = anotherJvm(2);
        try {
            List<String> here = SEEDS.stream()
                    .flatMap(seed -> TestClusterStory.of(Long.parseLong(seed)).lines())
                    .toList();

            assertThat(told(byChance)).isEqualTo(here).hasSizeGreaterThan(10_000);
            assertThat(told(alwaysTheSame)).isEqualTo(here);
        } finally {
            byChance.destroyForcibly();
            alwaysTheSame.destroyForcibly();
        }
    }

    /** With one of the ways that HotSpot has to draw hash codes: 0 by chance, 2 always the same, others by default. */
    private static Process anotherJvm(int hashCodes) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=" + hashCodes,
                "-cp",
                System.getProperty("java.class.path"),
                TestClusterStory.class.getName()));
        command.addAll(SEEDS);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> told(Process process) throws InterruptedException {
        try (Stream<String> lines = process.inputReader(StandardCharsets.UTF_8).lines()) {
            List<String> all = lines.toList();
            assertThat(process.waitFor()).isZero();
            return all;
        }
    }
}
