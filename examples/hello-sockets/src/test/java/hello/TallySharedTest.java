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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, such as two nodes of one machine, count in one file at the same time. */
@Timeout(60)
class TallySharedTest {
    private static final int ADDS = 200;

    @TempDir
    Path folder;

    @Test
    void eachChangeIsCountedOnceAndEachAnswerIsTrue() throws Exception {
        count();
    }

    @Tag("long")
    @RepeatedTest(2)
    void andAgain() throws Exception {
        count();
    }

    private void count() throws Exception {
        Process one = start("one");
        Process other = start("other");

        List<Long> ones = answers("one", one);
        List<Long> others = answers("other", other);

        assertThat(ones).isSorted();
        assertThat(others).isSorted();
        assertThat(Stream.concat(ones.stream(), others.stream()))
                .as("each count is answered to one of the two")
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 2 * ADDS).boxed().toList());
        try (Journal journal = open(folder.resolve("tally.db"))) {
            Durable<Tally, Counted> tallies = Durable.of(journal, JacksonCodec.create(), Tally.spec());
            assertThat(tallies.state("tally:birds").get(30, SECONDS).count()).isEqualTo(2 * ADDS);
        }
    }

    private static Journal open(Path file) {
        return Journal.builder(JdbcStore.sqlite(file).open()).build();
    }

    private List<Long> answers(String name, Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors(name))).isZero();
        return out.lines() // others are of the log
                .filter(line -> line.startsWith("= "))
                .map(line -> Long.valueOf(line.substring(2)))
                .toList();
    }

    private Process start(String name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dorg.sqlite.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Counter.class.getName(),
                        folder.resolve("tally.db").toString(),
                        name)
                .redirectError(errors(name).toFile())
                .start();
    }

    private Path errors(String name) {
        return folder.resolve(name + ".err");
    }

    /** The child: counts, and prints each answer. */
    static final class Counter {
        public static void main(String[] arguments) {
            List<CompletableFuture<Counted>> answers = new ArrayList<>();
            try (Journal journal = open(Path.of(arguments[0]))) {
                Durable<Tally, Counted> tallies = Durable.of(journal, JacksonCodec.create(), Tally.spec());
                for (int i = 0; i < ADDS; i++) {
                    Change change = new Change("birds", 1, arguments[1] + i);
                    answers.add(tallies.ask(
                            "tally:birds",
                            new RequestKey("", change.id(), change),
                            Counted.class,
                            tally -> tally.add(change)));
                    if (i % 10 == 9) { // small groups, so that the processes take turns
                        answers.get(i).join();
                    }
                }
            }
            answers.forEach(answer -> System.out.println("= " + answer.join().count()));
        }
    }
}
