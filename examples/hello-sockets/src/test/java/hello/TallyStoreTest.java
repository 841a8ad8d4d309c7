package hello;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TallyStoreTest {
    @TempDir
    Path folder;

    private final CountDownLatch gate = new CountDownLatch(1);
    private TallyStore store;

    @BeforeEach
    void open() {
        store = TallyStore.open(file());
    }

    @AfterEach
    void close() {
        gate.countDown();
        store.close();
    }

    @Test
    void eachAddIsAnsweredWithItsCountInOrder() {
        var answers = add(1, 2_500);

        assertThat(answers.stream().map(TallyStoreTest::answer))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 2_500).boxed().toList());
        assertThat(store.count("birds")).isEqualTo(2_500);
    }

    @Test
    void namesCountApart() {
        assertThat(answer(store.add("birds", 30, "a"))).isEqualTo(30);
        assertThat(answer(store.add("feathers", -2, "a"))).isEqualTo(-2);
        assertThat(store.count("eggs")).isZero();
    }

    @Test
    void aRepeatedIdCountsOnce() {
        store.add("birds", 5, "a");
        store.add("birds", 1, "b");

        assertThat(answer(store.add("birds", 5, "a"))).isEqualTo(6);
        assertThat(store.count("birds")).isEqualTo(6);
    }

    @Test
    void anIdRepeatedInTheSameGroupCountsOnce() {
        reopenGated(100);
        var first = store.add("birds", 5, "a");
        var second = store.add("birds", 5, "a");
        gate.countDown();

        assertThat(List.of(answer(first), answer(second))).containsExactly(5L, 5L);
        assertThat(store.transactions()).isEqualTo(1);
    }

    @Test
    void whateverWaitsTogetherIsOneTransaction() {
        reopenGated(10_000);
        var answers = add(1, 2_500);
        gate.countDown();

        answers.forEach(TallyStoreTest::answer);
        assertThat(store.transactions()).isEqualTo(3); // groups of 1000, 1000 and 500
    }

    @Test
    void nothingIsAnsweredOrCountedBeforeItIsWritten() {
        reopenGated(100);
        var answer = store.add("birds", 1, "a").toCompletableFuture();

        assertThat(answer).isNotDone();
        assertThat(store.count("birds")).isZero();
    }

    @Test
    void countsAndIdsOutliveTheStore() {
        answer(store.add("birds", 30, "a"));
        store.close();
        open();

        assertThat(store.count("birds")).isEqualTo(30);
        assertThat(answer(store.add("birds", 30, "a"))).isEqualTo(30);
        assertThat(answer(store.add("birds", 1, "b"))).isEqualTo(31);
    }

    @Test
    void closeAnswersWhatIsWaiting() {
        reopenGated(100);
        var answers = add(1, 50);
        gate.countDown();
        store.close();

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.toCompletableFuture()).isCompleted());
    }

    @Test
    void afterCloseAddsAreRefusedAndCountsRemain() {
        answer(store.add("birds", 30, "a"));
        store.close();
        store.close();

        assertRefused(
                store.add("birds", 1, "b"),
                IllegalStateException.class,
                "add after close (expected: close the store after the server)");
        assertThat(store.count("birds")).isEqualTo(30);
    }

    @Test
    void aFullQueueRefusesAndRecovers() {
        reopenGated(10);
        add(1, 10);

        assertRefused(
                store.add("birds", 1, "one too many"),
                RejectedExecutionException.class,
                "waiting changes: 10 (expected: fewer than 10; the disk is behind, try again later)");
        gate.countDown();
        store.close();
        open();
        assertThat(answer(store.add("birds", 1, "one too many"))).isEqualTo(11);
    }

    @Test
    void sillyInputIsRefusedThroughTheStage() {
        assertRefused(
                store.add("birds", 0, "a"),
                IllegalArgumentException.class,
                "by: 0 (expected: from -1000000 to 1000000, but not 0)");
    }

    @Test
    void storesOfOneFileSeeEachOthersChanges() {
        try (var other = TallyStore.open(file())) {
            assertThat(answer(other.add("birds", 5, "a"))).isEqualTo(5);
            assertThat(answer(store.add("birds", 1, "b"))).isEqualTo(6);
            assertThat(answer(other.add("birds", 1, "b"))).as("the same change").isEqualTo(6);
            assertThat(answer(other.add("birds", 1, "c"))).isEqualTo(7);

            assertThat(answer(store.current("birds"))).isEqualTo(7);
            assertThat(answer(store.current("eggs"))).isZero();
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws Exception {
        Path letter = Files.writeString(folder.resolve("letter.txt"), "Dear birds, ".repeat(1_000));

        assertThatThrownBy(() -> TallyStore.open(letter))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("tally file: " + letter);
    }

    /** Opens the store anew, with a writer that waits for the gate before it takes its first group. */
    private void reopenGated(int capacity) {
        store.close();
        store = TallyStore.open(
                file(),
                capacity,
                writer -> new Thread(() -> {
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    writer.run();
                }));
    }

    private List<CompletionStage<Long>> add(int first, int last) {
        var answers = new ArrayList<CompletionStage<Long>>();
        IntStream.rangeClosed(first, last).forEach(i -> answers.add(store.add("birds", 1, "id-" + i)));
        return answers;
    }

    private static long answer(CompletionStage<Long> stage) {
        return stage.toCompletableFuture().orTimeout(10, SECONDS).join();
    }

    private static void assertRefused(CompletionStage<Long> stage, Class<? extends Exception> type, String message) {
        CompletableFuture<Long> answer = stage.toCompletableFuture();
        assertThat(answer).isCompletedExceptionally();
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(type)
                .hasMessage(message);
    }

    private Path file() {
        return folder.resolve("tally.db");
    }
}
