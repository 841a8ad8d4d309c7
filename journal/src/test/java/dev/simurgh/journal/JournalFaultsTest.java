package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A journal whose executor, store, retention or caller does what it should not. */
@SuppressWarnings("FutureReturnValueIgnored") // appends whose answers a test does not look at
class JournalFaultsTest {
    private static final Payload ONE = Payload.json("{\"n\":1}");

    private final ManualTime time = new ManualTime();
    private final MemoryStore memory = MemoryStore.builder().timers(time).build();

    private Journal.Builder builder(Store store) {
        return Journal.builder(store).timers(time).executor(time);
    }

    // Executors.

    @Test
    void anExecutorThatHasNoThreadForATimeCostsThatTimeOnly() {
        for (Throwable thrown : List.of(
                new OutOfMemoryError("unable to create native thread"),
                new RejectedExecutionException("full"),
                new IllegalStateException("broken"))) {
            AtomicBoolean full = new AtomicBoolean(true);
            Journal journal = builder(memory)
                    .readThreads(1)
                    .executor(task -> {
                        if (full.get()) {
                            sneak(thrown);
                        }
                        time.execute(task);
                    })
                    .build();
            CompletableFuture<?> write = journal.append("bids", "bid", ONE);
            CompletableFuture<?> read = journal.latest("bids");
            assertThat(failure(write))
                    .isInstanceOf(JournalException.class)
                    .hasMessage("not stored: the journal's executor takes nothing");
            assertThat(failure(read))
                    .isInstanceOf(JournalException.class)
                    .hasMessage("not read: the journal's executor takes nothing");

            full.set(false);
            write = journal.append("bids", "bid", ONE);
            read = journal.latest("bids");
            time.run();
            assertThat(write).isCompleted();
            assertThat(read).isCompleted();
            assertThat(journal.stats().waitingBytes()).isZero();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void allWhoWaitForAStoreThatHangsAreToldByOneTask() {
        AtomicInteger tasks = new AtomicInteger();
        AtomicBoolean hangs = new AtomicBoolean(true);
        Journal journal = builder(memory)
                .executor(task -> {
                    tasks.incrementAndGet();
                    if (!hangs.get()) {
                        time.execute(task);
                    }
                })
                .build();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(journal.append("bids", "bid", ONE));
        }
        tasks.set(0);
        hangs.set(false);
        time.pass(Duration.ofSeconds(5));
        assertThat(all).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(tasks.get()).isLessThan(10);
    }

    // A store that hangs.

    @Test
    void whoeverClosesWhileTheStoreHangsLeavesNobodyWithoutAnAnswer() throws Exception {
        HangingStore store = new HangingStore();
        Journal journal =
                builder(store.store).writeTimeout(Duration.ofMillis(50)).build();
        store.hang();
        CompletableFuture<?> begun = journal.append("bids", "bid", ONE);
        Thread hanging = new Thread(time::run);
        hanging.start();
        store.begun.await();
        CompletableFuture<?> waits = journal.append("bids", "bid", ONE);
        journal.close();
        time.run();
        assertThat(failure(begun))
                .isInstanceOfSatisfying(
                        JournalException.class,
                        e -> assertThat(e.outcomeUnknown()).isTrue());
        assertThat(failure(waits))
                .isInstanceOfSatisfying(
                        JournalException.class,
                        e -> assertThat(e.outcomeUnknown()).isFalse());
        store.goOn.countDown();
        hanging.join();
    }

    @Test
    void whatIsTakenIsStoredThoughWhoClosesIsInterrupted() {
        Journal journal = builder(memory).build();
        CompletableFuture<Position> answer = journal.append("bids", "bid", ONE);
        Thread.currentThread().interrupt();
        journal.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(answer.join().offset()).isEqualTo(1);
    }

    /** Hangs in its first call from when it is told to. */
    private static final class HangingStore {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final AtomicBoolean hangs = new AtomicBoolean();
        private final FailingStore store = new FailingStore(MemoryStore.create());

        HangingStore() {
            store.whenCalled = () -> {
                if (hangs.compareAndSet(true, false)) {
                    begun.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            };
        }

        void hang() {
            hangs.set(true);
        }
    }

    // Retention.

    @Test
    void aRetentionThatFailsForAStreamKeepsThatAndNoOther() {
        Journal journal = builder(memory).build();
        journal.retain(stream -> {
            if (stream.equals("bad")) {
                throw new IllegalStateException("no such tenant");
            }
            return Retention.builder().maxEntries(1).build();
        });
        for (int i = 0; i < 3; i++) {
            journal.append("bad", "bid", ONE);
            journal.append("good", "bid", ONE);
        }
        time.pass(Duration.ofSeconds(1));
        assertThat(memory.read("bad", 0, 10, 1_000).entries()).hasSize(3);
        assertThat(memory.read("good", 0, 10, 1_000).entries()).hasSize(1);
    }

    @Test
    void keysAreForgottenThoughNobodySaysHowLongEntriesAreKept() {
        Journal journal = builder(memory).build();
        long before = memory.bytes();
        journal.write(new Write.Append(
                "bids",
                List.of(),
                OptionalLong.empty(),
                Optional.of(new Write.Once("ann", "k", "f", Optional.empty(), Duration.ofMinutes(1)))));
        time.run();
        assertThat(memory.bytes()).isGreaterThan(before);
        time.pass(Duration.ofMinutes(2));
        assertThat(memory.bytes()).isEqualTo(before);
    }

    // Groups.

    @Test
    void oneWriteThatNoStoreCanTakeMakesFewGroupsMore() {
        FailingStore store = new FailingStore(memory);
        store.refuses = "bad";
        Journal journal = builder(store).build();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(journal.append("bids", i == 700 ? "bad" : "bid", ONE));
        }
        time.run();
        assertThat(all.stream().filter(CompletableFuture::isCompletedExceptionally))
                .containsExactly(all.get(700));
        assertThat(store.groups).isLessThan(30);
        assertThat(memory.standing("bids", Optional.empty()).head().offset()).isEqualTo(999);
    }

    // Watches.

    @Test
    void whoWatchesIsToldOfAnotherHistoryFromItsBeginning() {
        FailingStore store = new FailingStore(memory);
        Journal journal = builder(store).build();
        List<String> seen = new ArrayList<>();
        journal.watch("bids", 0, entry -> seen.add(entry.event()));
        journal.append("bids", "first", ONE);
        journal.append("bids", "second", ONE);
        time.run();
        store.replace(MemoryStore.create());
        journal.append("bids", "anew", ONE);
        time.pass(Duration.ofSeconds(2));
        journal.append("bids", "next", ONE);
        time.run();
        assertThat(seen).containsExactly("first", "second", "anew", "next");
    }

    @Test
    void aLongStreamThatIsWatchedIsNoDeepStack() throws Exception {
        int entries = 100_000;
        Write.NewEntry entry = new Write.NewEntry("bid", ONE, Optional.empty());
        memory.write(List.of(
                new Write.Append("bids", Collections.nCopies(entries, entry), OptionalLong.empty(), Optional.empty())));
        Journal journal = Journal.builder(memory)
                .timers(time)
                .executor(Runnable::run)
                .readThreads(1)
                .build();
        AtomicInteger seen = new AtomicInteger();
        Thread watching =
                new Thread(null, () -> journal.watch("bids", 0, one -> seen.incrementAndGet()), "small stack", 1 << 17);
        watching.start();
        watching.join();
        assertThat(seen.get()).isEqualTo(entries);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        Throwable failure = future.handle((value, thrown) -> thrown).join();
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }
}
