package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own. */
@Timeout(60)
class ConformanceServerTest {
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void killProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void itTellsWhereItListensAndExitsCleanlyOnSigterm() throws Exception {
        Process process = run("--port", "0");
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).matches("listening on http://127\\.0\\.0\\.1:[1-9]\\d*");
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (OwnServer other = new OwnServer()) {
            Process process = run("--port", String.valueOf(other.port()));
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(errors(process)).contains(String.valueOf(other.port())).doesNotContain("\tat ");
        }
    }

    @Test
    void aFileThatIsNoJournalIsNamed(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("notes.txt"), "no journal ".repeat(1000));
        Process process = run("--port", "0", "--data", file.toString());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(errors(process)).contains(file.toString()).doesNotContain("\tat ");
    }

    @Test
    void anUnknownOptionShowsTheUsage() throws Exception {
        Process process = run("--prot", "4000");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(errors(process)).startsWith("usage: ").contains("--prot (expected: an option)");
    }

    private Process run(String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ConformanceServer.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    private static String errors(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
