package hello;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.journal.Durable;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.RequestKey;
import dev.simurgh.journal.jdbc.JdbcStore;
import hello.Tally.Change;
import hello.Tally.Counted;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a JVM in the middle of its appends with SIGKILL, and counts what is left. */
@Timeout(60)
class TallyKillTest {
    private static final String BIRDS = "tally:birds";

    @TempDir
    Path folder;

    @Test
    void killLosesNoAcknowledgedChangeAndInventsNone() throws Exception {
        kill();
    }

    @Tag("long")
    @RepeatedTest(2)
    void andAgain() throws Exception {
        kill();
    }

    private void kill() throws Exception {
        int patience = ThreadLocalRandom.current().nextInt(1, 500);
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

        try (Journal journal = open(file())) {
            Durable<Tally, Counted> tallies = Durable.of(journal, JacksonCodec.create(), Tally.spec());
            assertThat(tallies.state(BIRDS).get(30, SECONDS).count())
                    .as("killed after %d acknowledgements", patience)
                    .isBetween(acknowledged, sent);
            List<CompletableFuture<Counted>> again = new ArrayList<>();
            for (long id = 1; id <= sent; id++) { // as a client does when it reconnects
                again.add(add(tallies, id));
            }
            for (int i = 0; i < again.size(); i++) {
                assertThat(again.get(i).get(30, SECONDS).count()).isEqualTo(i + 1);
            }
        }
        try (Journal journal = open(file())) {
            Durable<Tally, Counted> tallies = Durable.of(journal, JacksonCodec.create(), Tally.spec());
            assertThat(tallies.state(BIRDS).get(30, SECONDS).count()).isEqualTo(sent);
        }
    }

    private static Journal open(Path file) {
        return Journal.builder(JdbcStore.sqlite(file).open()).build();
    }

    private static CompletableFuture<Counted> add(Durable<Tally, Counted> tallies, long number) {
        Change change = new Change("birds", 1, "id-" + number);
        return tallies.ask(BIRDS, new RequestKey("", change.id(), change), Counted.class, tally -> tally.add(change));
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
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
        @SuppressWarnings("FutureReturnValueIgnored") // what is not acknowledged is what the test is about
        public static void main(String[] arguments) throws InterruptedException {
            Durable<Tally, Counted> tallies =
                    Durable.of(open(Path.of(arguments[0])), JacksonCodec.create(), Tally.spec());
            var window = new Semaphore(50);
            for (long id = 1; ; id++) {
                window.acquire();
                say("s " + id);
                add(tallies, id).thenAccept(counted -> {
                    say("a " + counted.count());
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
