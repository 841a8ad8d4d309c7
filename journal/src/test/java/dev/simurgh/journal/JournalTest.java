package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // appends whose answers a test does not look at
class JournalTest {
    private static final Payload ONE = Payload.json("{\"n\":1}");

    private final ManualTime time = new ManualTime();
    private final FakeStore store = new FakeStore();
    private final Journal journal = builder().build();

    private Journal.Builder builder() {
        return Journal.builder(store).timers(time).executor(time);
    }

    @Test
    void anAppendAnswersWithItsPosition() {
        CompletableFuture<Position> first = journal.append("bids", "bid", ONE);
        CompletableFuture<Position> second = journal.append("bids", "bid", ONE);
        assertThat(first).isNotDone();

        time.run();

        assertThat(first.join().offset()).isEqualTo(1);
        assertThat(second.join().offset()).isEqualTo(2);
        assertThat(second.join().epoch()).isEqualTo(first.join().epoch());
    }

    @Test
    void whatGathersIsOneGroup() {
        for (int i = 0; i < 10; i++) {
            append();
        }
        time.run();
        assertThat(store.groups).containsExactly(10);
    }

    @Test
    void aGroupHasItsMost() {
        Journal small = builder().maxGroup(4).build();
        for (int i = 0; i < 10; i++) {
            small.append("bids", "bid", ONE);
        }
        time.run();
        assertThat(store.groups).containsExactly(4, 4, 2);
    }

    @Test
    void aConflictSaysWhereTheStreamStands() {
        append();
        CompletableFuture<Position> late = journal.append("bids", "bid", ONE, 0);
        CompletableFuture<Position> right = journal.append("bids", "bid", ONE, 1);
        time.run();

        assertThat(failure(late)).isInstanceOfSatisfying(ConflictException.class, conflict -> {
            assertThat(conflict.last().offset()).isEqualTo(1);
            assertThat(conflict.outcomeUnknown()).isFalse();
            assertThat(conflict)
                    .hasMessageContaining("stream bids: its last entry is ")
                    .hasMessageContaining("(expected: ");
        });
        assertThat(right.join().offset()).isEqualTo(2);
    }

    @Test
    void whatWaitsIsBoundedInBytes() {
        Journal small = builder().maxWaitingBytes(1_024).build();
        List<CompletableFuture<Position>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(small.append("bids", "bid", ONE));
        }
        assertThat(small.stats().waitingBytes()).isLessThanOrEqualTo(1_024);
        assertThat(failure(all.get(9)))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("expected: at most 1024");
        assertThat(small.stats().refused()).isPositive();

        time.run();
        assertThat(small.stats().waitingBytes()).isZero();
        assertThat(small.append("bids", "bid", ONE)).isNotCompletedExceptionally();
    }

    @Test
    void aWriteThatHasNotBegunInTimeIsNotStored() {
        Journal stuck = builder().executor(task -> {}).build();
        CompletableFuture<Position> waits = stuck.append("bids", "bid", ONE);
        time.pass(Duration.ofSeconds(6));
        assertThat(waits).isNotDone(); // nowhere to be answered, either
        assertThat(stuck.stats().timedOut()).isEqualTo(1);
        assertThat(stuck.stats().waitingBytes()).isZero();
    }

    @Test
    void aStoreThatHangsCostsItsCallersATimeAndTheirCertainty() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        store.before = () -> {
            begun.countDown();
            await(goOn);
        };
        List<Stored> stored = new ArrayList<>();
        journal.onStored(stored::add);
        CompletableFuture<Position> begunAppend = append();
        Thread writer = new Thread(time::run);
        writer.start();
        await(begun);
        CompletableFuture<Position> waiting = append();

        time.pass(Duration.ofSeconds(5));

        assertThat(failure(begunAppend)).isInstanceOfSatisfying(JournalException.class, e -> {
            assertThat(e.outcomeUnknown()).isTrue();
            assertThat(e).hasMessageContaining("the store did not answer within PT5S");
        });
        assertThat(failure(waiting))
                .isInstanceOfSatisfying(
                        JournalException.class,
                        e -> assertThat(e.outcomeUnknown()).isFalse());

        store.before = () -> {};
        goOn.countDown();
        writer.join();
        time.run();
        assertThat(stored)
                .singleElement()
                .satisfies(late -> assertThat(late.last().offset()).isEqualTo(1));
        assertThat(journal.stats().waitingBytes()).isZero();
        CompletableFuture<Position> next = append();
        time.run();
        assertThat(next.join().offset()).isEqualTo(2); // the one that was called not stored was not
    }

    @Test
    void aFailureOfTheStoreFailsTheGroupAndTheNextIsStored() {
        store.failure = new StoreException("the disk is full", false, null);
        CompletableFuture<Position> first = append();
        time.run();
        store.failure = null;
        CompletableFuture<Position> second = append();
        time.run();

        assertThat(failure(first)).isInstanceOfSatisfying(JournalException.class, e -> {
            assertThat(e.outcomeUnknown()).isFalse();
            assertThat(e).hasMessage("not stored: the disk is full");
        });
        assertThat(second.join().offset()).isEqualTo(1);
        assertThat(journal.stats().failed()).isEqualTo(1);
    }

    @Test
    void whatIsNoFailureOfAStoreLeavesTheOutcomeUnknown() {
        store.failure = new IllegalStateException("broken");
        CompletableFuture<Position> answer = append();
        time.run();
        assertThat(failure(answer))
                .isInstanceOfSatisfying(
                        JournalException.class,
                        e -> assertThat(e.outcomeUnknown()).isTrue());
    }

    @Test
    void oneWriteThatNoStoreCanTakeHurtsNoOther() {
        store.refuses = "bad";
        CompletableFuture<Position> first = append();
        CompletableFuture<Position> bad = journal.append("bids", "bad", ONE);
        CompletableFuture<Position> last = append();
        time.run();

        assertThat(first.join().offset()).isEqualTo(1);
        assertThat(failure(bad)).isInstanceOf(JournalException.class).hasMessage("not stored: bad");
        assertThat(last.join().offset()).isEqualTo(2);
    }

    @Test
    void allThatWasStoredIsToldInOrderBeforeItsCallerKnows() {
        List<Object> told = new ArrayList<>();
        journal.onStored(stored -> {
            told.add(stored.last().offset());
            throw new IllegalStateException("a listener that fails costs nobody anything");
        });
        append().thenAccept(position -> told.add("answer " + position.offset()));
        append().thenAccept(position -> told.add("answer " + position.offset()));
        time.run();
        assertThat(told).containsExactly(1L, "answer 1", 2L, "answer 2");
    }

    @Test
    void whoBlocksInAnAnswerGetsItAllTheSame() throws Exception {
        try (Journal real = Journal.builder(MemoryStore.create())
                .writeTimeout(Duration.ofMillis(200))
                .build()) {
            CompletableFuture<Long> nested = real.append("bids", "bid", ONE)
                    .thenApply(first -> real.append("bids", "bid", ONE).join().offset());
            assertThat(nested.get()).isEqualTo(2); // after the timeout: answers are given one after the other
        }
    }

    @Test
    void aValueIsNotEncoded() {
        assertThat(failure(journal.append("bids", "bid", Payload.of(Map.of()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: payload.encoded(codec)");
    }

    @Test
    void textsThatNotEveryStoreCanTakeAreRefused() {
        assertThat(failure(journal.append("a\0b", "bid", ONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stream: has a character U+0000 (expected: a text without it)");
        assertThat(failure(journal.append("bids", "", ONE))).hasMessage("event: empty (expected: a text without it)");
        assertThat(failure(journal.latest("a\0b"))).isInstanceOf(IllegalArgumentException.class);
        String half = "stream: has half of a surrogate pair (expected: a text that UTF-8 has a form for)";
        assertThat(failure(journal.latest("a\ud83d"))).hasMessage(half);
        assertThat(failure(journal.latest("\ude00\ud83d"))).hasMessage(half);
        assertThat(journal.latest("a\ud83d\ude00")).isNotCompletedExceptionally();
    }

    @Test
    void closingStoresAndAnswersWhatWasTaken() {
        CompletableFuture<Position> answer = append();
        journal.close();
        assertThat(answer.join().offset()).isEqualTo(1);
        assertThat(store.closed).isTrue();
        assertThat(failure(append())).isInstanceOf(JournalException.class).hasMessage("the journal is closed");
        assertThat(failure(journal.latest("bids"))).isInstanceOf(JournalException.class);
    }

    @Test
    void whatNeedNotBeKeptIsRemovedEverySecondInPieces() {
        journal.retain(stream -> Retention.forever());
        store.trims = 3;
        time.pass(Duration.ofMillis(999));
        assertThat(store.trimmed).isZero();
        time.pass(Duration.ofMillis(1));
        assertThat(store.trimmed).isEqualTo(3);
        store.trims = 1;
        time.pass(Duration.ofSeconds(1));
        assertThat(store.trimmed).isEqualTo(4);
        journal.close();
        time.pass(Duration.ofSeconds(10));
        assertThat(store.trimmed).isEqualTo(4);
    }

    @Test
    void aBusyStreamIsTrimmedSooner() {
        journal.retain(stream -> Retention.builder().maxEntries(10).build());
        store.trims = 1;
        for (int i = 0; i < 1_000; i++) {
            append();
        }
        time.run();
        assertThat(store.trimmed).isEqualTo(1);
    }

    @Test
    void aReadFailsInTimeThoughTheStoreHangs() throws Exception {
        Journal slow = builder().readThreads(1).build();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        store.before = () -> {
            begun.countDown();
            await(goOn);
        };
        CompletableFuture<?> hangs = slow.latest("bids");
        Thread reader = new Thread(time::run);
        reader.start();
        await(begun);
        CompletableFuture<?> waits = slow.latest("bids");
        time.pass(Duration.ofSeconds(5));
        assertThat(failure(hangs)).isInstanceOf(JournalException.class).hasMessageContaining("did not answer in time");
        assertThat(failure(waits)).isInstanceOf(JournalException.class);
        store.before = () -> {};
        goOn.countDown();
        reader.join();
        CompletableFuture<Optional<Entry>> next = slow.latest("bids");
        time.run();
        assertThat(next.join()).isEmpty();
        assertThat(slow.stats().failedReads()).isEqualTo(2);
    }

    @Test
    void readsAreBounded() {
        Journal small = builder().maxWaitingBytes(1_024).build();
        List<CompletableFuture<?>> reads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            reads.add(small.latest("bids"));
        }
        assertThat(failure(reads.get(3)))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("3 reads wait for the store");
        time.run();
        assertThat(reads.get(2)).isCompleted();
    }

    @Test
    void theLatestIsTheLast() {
        append();
        append();
        CompletableFuture<Optional<Entry>> latest = journal.latest("bids");
        time.run();
        assertThat(latest.join().orElseThrow().position().offset()).isEqualTo(2);
    }

    @Test
    void aWatchGetsAllInOrderThoseOfOthersToo() {
        append();
        List<Long> seen = new ArrayList<>();
        Watch watch =
                journal.watch("bids", 0, entry -> seen.add(entry.position().offset()));
        time.run();
        append();
        time.run();
        assertThat(seen).containsExactly(1L, 2L);

        store.write(List.of(new Write.Append(
                "bids",
                List.of(new Write.NewEntry("bid", ONE, Optional.empty())),
                OptionalLong.empty(),
                Optional.empty())));
        time.pass(Duration.ofSeconds(1));
        assertThat(seen).containsExactly(1L, 2L, 3L);

        watch.close();
        append();
        time.pass(Duration.ofSeconds(5));
        assertThat(seen).hasSize(3);
    }

    @Test
    void aWatchReadsALongStreamInPages() {
        for (int i = 0; i < 1_000; i++) {
            append();
        }
        List<Long> seen = new ArrayList<>();
        journal.watch("bids", 10, entry -> seen.add(entry.position().offset()));
        time.run();
        assertThat(seen).hasSize(990).startsWith(11L).endsWith(1_000L);
    }

    @Test
    void whoFailsOnAnEntryGetsItAgain() {
        List<Long> seen = new ArrayList<>();
        boolean[] fails = {true};
        journal.watch("bids", 0, entry -> {
            if (entry.position().offset() == 2 && fails[0]) {
                throw new IllegalStateException("not now");
            }
            seen.add(entry.position().offset());
        });
        append();
        append();
        append();
        time.run();
        assertThat(seen).containsExactly(1L);
        fails[0] = false;
        time.pass(Duration.ofSeconds(1));
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void itsOptionsAreChecked() {
        assertThatThrownBy(() -> builder().maxWaitingBytes(1))
                .hasMessage("maxWaitingBytes: 1 (expected: at least 1024)");
        assertThatThrownBy(() -> builder().writeTimeout(Duration.ZERO))
                .hasMessage("writeTimeout: PT0S (expected: more than nothing)");
        assertThatThrownBy(() -> builder().watchEvery(Duration.ofSeconds(-1)))
                .hasMessageStartingWith("watchEvery: PT-1S");
        assertThatThrownBy(() -> builder().maxGroup(0)).hasMessage("maxGroup: 0 (expected: at least 1)");
        assertThatThrownBy(() -> builder().readThreads(0)).hasMessage("readThreads: 0 (expected: at least 1)");
        assertThatThrownBy(() -> MemoryStore.builder().maxBytes(0)).hasMessage("maxBytes: 0 (expected: at least 1024)");
    }

    private CompletableFuture<Position> append() {
        return journal.append("bids", "bid", ONE);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        Throwable failure = future.handle((value, thrown) -> thrown).join();
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A store in memory that can be told to fail. */
    private static final class FakeStore implements Store {
        private final MemoryStore memory = MemoryStore.create();
        private final List<Integer> groups = new ArrayList<>();
        private volatile Runnable before = () -> {};
        private @Nullable RuntimeException failure;
        private String refuses = "";
        private boolean closed;
        private int trims;
        private int trimmed;

        @Override
        public boolean isBlocking() {
            return true;
        }

        @Override
        public List<Written> write(List<Write> group) {
            before.run();
            if (failure != null) {
                throw failure;
            }
            for (Write write : group) {
                if (write instanceof Write.Append append
                        && append.entries().get(0).event().equals(refuses)) {
                    throw new IllegalArgumentException(refuses);
                }
            }
            groups.add(group.size());
            return memory.write(group);
        }

        @Override
        public Page read(String stream, long after, int maxEntries, long maxBytes) {
            before.run();
            return memory.read(stream, after, maxEntries, maxBytes);
        }

        @Override
        public Standing standing(String stream, Optional<Position> since) {
            before.run();
            return memory.standing(stream, since);
        }

        @Override
        public Map<String, Position> heads(Collection<String> streams) {
            return memory.heads(streams);
        }

        @Override
        public Optional<StoredSnapshot> snapshot(String stream) {
            return memory.snapshot(stream);
        }

        @Override
        public Map<String, Long> acknowledged(String stream) {
            return memory.acknowledged(stream);
        }

        @Override
        public boolean trim(Function<String, Retention> retention) {
            trimmed++;
            return --trims > 0;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
