package hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a JVM in the middle of its appends with SIGKILL, and counts what is left. */
@Timeout(60)
class TallyKillTest {
    @TempDir
    Path folder;

    @RepeatedTest(3)
    void killLosesNoAcknowledgedChangeAndInventsNone() throws Exception {
        int patience = ThreadLocalRandom.current().nextInt(1, 3_000);
        Process child = start();
        long sent = 0;
        long acknowledged = 0;
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long number = Long.parseLong(line.substring(2));
                if (line.startsWith("s")) {
                    sent = number;
                } else {
                    assertThat(number).isEqualTo(acknowledged + 1);
                    acknowledged = number;
                }
                if (acknowledged == patience) {
                    child.toHandle().destroyForcibly(); // unlike Process.destroyForcibly, keeps the pipe readable
                }
            }
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor()).as("exit code of SIGKILL").isEqualTo(137);

        try (var store = TallyStore.open(file())) {
            assertThat(store.count("birds"))
                    .as("killed after %d acknowledgements", patience)
                    .isBetween(acknowledged, sent);
            for (long id = 1; id <= sent; id++) { // as a client does when it reconnects
                store.add("birds", 1, "id-" + id);
            }
        }
        try (var store = TallyStore.open(file())) {
            assertThat(store.count("birds")).isEqualTo(sent);
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.sqlite.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appender.class.getName(),
                        file().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private Path file() {
        return folder.resolve("tally.db");
    }

    /** The child: says "s N" before it sends change N, and "a C" when it has been answered with count C. */
    static final class Appender {
        public static void main(String[] arguments) throws InterruptedException {
            var store = TallyStore.open(Path.of(arguments[0]));
            var window = new Semaphore(50);
            for (long id = 1; ; id++) {
                window.acquire();
                say("s " + id);
                store.add("birds", 1, "id-" + id).thenAccept(count -> {
                    say("a " + count);
                    window.release();
                });
            }
        }

        private static synchronized void say(String line) {
            System.out.print(line + "\n"); // one write to the pipe, which SIGKILL cannot cut in two
            System.out.flush();
        }
    }
}
