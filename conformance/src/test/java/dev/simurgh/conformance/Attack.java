package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A process of {@link Attackers}, for as long as it is open. */
final class Attack implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Map<String, Integer> told = new ConcurrentHashMap<>();
    private final int count;

    Attack(int port, Attackers.Kind kind, int count) throws IOException {
        this.count = count;
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Attackers.class.getName(),
                        String.valueOf(port),
                        kind.name(),
                        String.valueOf(count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread reader = new Thread(this::read, "attack");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader out = process.inputReader()) {
            out.lines().map(line -> line.split(" ", 2)).forEach(line -> told.put(line[0], Integer.valueOf(line[1])));
        } catch (IOException | UncheckedIOException e) {
            // It has been ended.
        }
    }

    /** Waits until all of them have connected, or been refused. */
    void awaitConnected() {
        await(count, "connected");
    }

    /** Waits until the server has let go of all of them. */
    void awaitEnded() {
        await(count, "ended");
    }

    /** Sends it a signal that Java has no name for, such as STOP. */
    void signal(String signal) throws IOException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                .inheritIO()
                .start();
        assertThat(kill.onExit().join().exitValue()).as("kill -" + signal).isZero();
    }

    private void await(int number, String what) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> told.getOrDefault(what, 0) >= number);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
