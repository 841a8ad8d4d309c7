package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Store;
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
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What durable states do when something about them is wrong: retention, snapshots, codecs, executors, and what is large. */
@SuppressWarnings("FutureReturnValueIgnored") // commands whose answers a test does not look at
class DurableFaultsTest {
    record Sum(long total) {
        Sum with(Added added) {
            return new Sum(total + added.by());
        }
    }

    record Added(long by, String note) {}

    private static final JacksonCodec CODEC = JacksonCodec.create();

    private final ManualTime time = new ManualTime();
    private final MemoryStore store = MemoryStore.builder().timers(time).build();
    private final Journal journal = journal(time);

    private Journal journal(Executor executor) {
        return journal(store, executor);
    }

    private Journal journal(Store in, Executor executor) {
        return Journal.builder(in).timers(time).executor(executor).build();
    }

    private static DurableSpec.Builder<Sum, Added> spec() {
        return DurableSpec.builder(new Sum(0), Sum::with).event("added", Added.class);
    }

    private static Durable<Sum, Added> sums(Journal journal, DurableSpec.Builder<Sum, Added> spec) {
        return Durable.of(journal, CODEC, spec.build());
    }

    private static Function<Sum, Decision<Added, Long>> add(long by) {
        return sum -> Decision.event(new Added(by, ""), sum.total() + by);
    }

    @Test
    void whatNoSnapshotHasIsNotRemovedAlsoBeforeTheFirst() {
        Durable<Sum, Added> sums = sums(journal, spec().snapshot(100, Sum.class));
        journal.retain(stream ->
                Retention.builder().maxEntries(1).maxAge(Duration.ofHours(1)).build());
        for (int i = 0; i < 10; i++) {
            sums.ask("lot", add(1));
            time.pass(Duration.ofMinutes(30));
        }
        CompletableFuture<Sum> restarted =
                sums(journal(time), spec().snapshot(100, Sum.class)).state("lot");
        time.run();
        assertThat(restarted.join()).isEqualTo(new Sum(10));
    }

    @Test
    void aStateThatGetsSnapshotsLaterIsGuardedFromThenOn() {
        Durable<Sum, Added> without = sums(journal, spec());
        for (int i = 0; i < 3; i++) {
            without.ask("lot", add(1));
        }
        time.run();
        sums(journal, spec().snapshot(100, Sum.class)).ask("lot", add(1));
        time.run();
        journal.retain(stream -> Retention.builder().maxEntries(1).build());
        time.pass(Duration.ofSeconds(2));
        CompletableFuture<Sum> restarted =
                sums(journal(time), spec().snapshot(100, Sum.class)).state("lot");
        time.run();
        assertThat(restarted.join()).isEqualTo(new Sum(4));
    }

    @Test
    void askingStoresNothing() {
        sums(journal, spec().snapshot(100, Sum.class)).state("lot");
        time.run();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void aSnapshotThatCannotBeReadIsMadeAgainOfTheEvents() {
        Durable<Sum, Added> sums = sums(journal, spec().snapshot(2, Sum.class));
        for (int i = 0; i < 5; i++) {
            sums.ask("lot", add(1));
            time.run();
        }
        journal.write(new Write.Snapshot("lot", 4, Payload.json("{\"total\":\"of an earlier version\"}")));
        Durable<Sum, Added> newer = sums(journal(time), spec().snapshot(2, Sum.class));
        CompletableFuture<Sum> state = newer.state("lot");
        time.run();
        assertThat(state.join()).isEqualTo(new Sum(5));

        newer.ask("lot", add(1));
        time.run();
        assertThat(store.snapshot("lot").orElseThrow().state()).isEqualTo(Payload.json("{\"total\":5}"));
    }

    @Test
    void commandsWhoseEventsAreLargeTogetherAreStoredAllTheSame() {
        Journal small = Journal.builder(store)
                .timers(time)
                .executor(time)
                .maxWaitingBytes(4 << 20)
                .build();
        Durable<Sum, Added> sums = sums(small, spec());
        String large = "x".repeat(200_000);
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            answers.add(sums.ask("lot", sum -> Decision.event(new Added(1, large), sum.total() + 1)));
        }
        time.run();
        for (int i = 0; i < 60; i++) {
            assertThat(answers.get(i).join()).isEqualTo(i + 1);
        }
    }

    @Test
    void anAnswerThatCannotBeEncodedCostsNobodyElseAnything() {
        Durable<Sum, Added> sums = sums(journal, spec());
        sums.ask("lot", add(1));
        CompletableFuture<Object> answer = sums.ask(
                "lot",
                new RequestKey("ann", "k1", "x"),
                Object.class,
                sum -> Decision.event(new Added(1, ""), new Object()));
        CompletableFuture<Long> next = sums.ask("lot", add(1));
        time.run();
        assertThat(answer).isCompletedExceptionally();
        assertThat(next.join()).isEqualTo(2);
    }

    @Test
    void anErrorOfOneCommandCostsNobodyElseAnything() {
        Durable<Sum, Added> sums = sums(
                journal,
                DurableSpec.builder(new Sum(0), (Sum sum, Added added) -> {
                            if (added.by() == 13) {
                                throw new AssertionError("13");
                            }
                            return sum.with(added);
                        })
                        .event("added", Added.class));
        sums.ask("lot", add(1));
        CompletableFuture<Long> wrong = sums.ask("lot", add(13));
        CompletableFuture<Long> next = sums.ask("lot", add(1));
        time.run();
        assertThat(wrong).isCompletedExceptionally();
        assertThat(next.join()).isEqualTo(2);
    }

    /** An executor that throws instead of taking anything, for as long as that is true. */
    private Executor refusingWhile(AtomicBoolean refuses, Throwable thrown) {
        return task -> {
            if (refuses.get()) {
                sneak(thrown);
            }
            time.execute(task);
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void anExecutorThatHasNoThreadsForAMomentLeavesNobodyWithoutAnAnswer() {
        AtomicBoolean exhausted = new AtomicBoolean();
        Journal tight = journal(refusingWhile(exhausted, new Error("no threads")));
        Durable<Sum, Added> sums = sums(tight, spec());
        exhausted.set(true);
        CompletableFuture<Long> refused = sums.ask("lot", add(1));
        exhausted.set(false);
        CompletableFuture<Long> next = sums.ask("lot", add(1));
        time.run();
        assertThat(refused).isCompletedExceptionally();
        assertThat(next.join()).isEqualTo(1);
    }

    @Test
    void theJournalGoesOnBehindAnExecutorThatHadNoThreads() {
        AtomicBoolean exhausted = new AtomicBoolean();
        Journal tight = journal(refusingWhile(exhausted, new Error("no threads")));
        exhausted.set(true);
        for (int i = 0; i < 10; i++) {
            assertThat(tight.append("lot", "added", Payload.EMPTY)).isCompletedExceptionally();
            assertThat(tight.latest("lot")).isCompletedExceptionally();
        }
        exhausted.set(false);
        CompletableFuture<Position> next = tight.append("lot", "added", Payload.EMPTY);
        CompletableFuture<Optional<Entry>> latest = tight.latest("lot");
        time.run();
        assertThat(next).isCompleted();
        assertThat(latest).isCompleted();
    }

    /** A store in which another process adds first, in so many calls. */
    private FailingStore overtaken(long calls) {
        FailingStore slow = new FailingStore(store);
        AtomicLong left = new AtomicLong(calls);
        slow.whenCalled = () -> {
            if (left.getAndDecrement() > 0) {
                addByAnother();
            }
        };
        return slow;
    }

    /** A store in which another process adds first in every call, of which each takes a tenth of a second. */
    private FailingStore alwaysOvertaken() {
        FailingStore slow = new FailingStore(store);
        slow.whenCalled = () -> {
            addByAnother();
            time.tick(Duration.ofMillis(100));
        };
        return slow;
    }

    private void addByAnother() {
        store.write(List.of(new Write.Append(
                "lot",
                List.of(new Write.NewEntry("added", Payload.json("{\"by\":1,\"note\":\"\"}"), Optional.empty())),
                OptionalLong.empty(),
                Optional.empty())));
    }

    @Test
    void whoIsAlwaysTheSlowerOneGetsItsTurnWhenTheOthersAreDone() {
        CompletableFuture<Long> answer =
                sums(journal(overtaken(2_000), time), spec()).ask("lot", add(1));
        time.run();
        assertThat(answer.join()).isEqualTo(2_001);
    }

    @Test
    void whoDoesNotGetItsTurnInTenSecondsIsToldSo() {
        FailingStore slow = alwaysOvertaken();
        Durable<Sum, Added> sums = sums(journal(slow, time), spec());
        CompletableFuture<Long> answer = sums.ask("lot", add(1));
        long asked = time.nanoTime();
        time.run();
        assertThat(answer)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        JournalException.class,
                        failure -> assertThat(failure.outcomeUnknown()).isFalse())
                .withMessageMatching("not stored: others have changed lot before each of \\d+ attempts .*");
        assertThat(Duration.ofNanos(time.nanoTime() - asked)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));

        slow.whenCalled = () -> {};
        CompletableFuture<Long> next = sums.ask("lot", add(1));
        time.run();
        assertThat(next.join())
                .isEqualTo(store.standing("lot", Optional.empty()).head().offset());
    }

    @Test
    void whoWaitsBehindOneThatDoesNotGetItsTurnIsToldWithTheNext() {
        Durable<Sum, Added> sums = sums(journal(alwaysOvertaken(), time), spec());
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(sums.ask("lot", new RequestKey("ann", "k" + i, "add"), Long.class, add(1)));
        }
        long asked = time.nanoTime();
        time.run();
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer)
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .withMessageContaining("not stored: others have changed lot"));
        assertThat(Duration.ofNanos(time.nanoTime() - asked)).isLessThan(Duration.ofSeconds(11));
    }

    @Test
    void anExecutorThatWorksWhereItIsAskedNeedsNoDeepStack() {
        Durable<Sum, Added> sums = sums(journal(overtaken(5_000), Runnable::run), spec());
        assertThat(sums.ask("lot", add(1))).isCompletedWithValue(5_001L);
    }

    @Test
    void aStoreThatRefusesWhereItSaysThatItEndsIsNotAskedForTenSeconds() {
        FailingStore refusing = new FailingStore(store);
        Durable<Sum, Added> sums = sums(journal(refusing, time), spec());
        sums.ask("lot", add(1));
        time.run();
        refusing.conflicts = true;
        int before = refusing.writes;
        CompletableFuture<Long> answer = sums.ask("lot", add(1));
        refusing.whenCalled = () -> time.tick(Duration.ofMillis(1));
        time.run();
        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("the store says that lot ends at 1, and takes nothing there");
        assertThat(refusing.writes - before).isEqualTo(20);

        refusing.conflicts = false;
        CompletableFuture<Long> next = sums.ask("lot", add(1));
        time.run();
        assertThat(next.join()).isEqualTo(2);
    }

    @Test
    void aStoreThatRefusesTheFirstSnapshotIsNotAskedForTenSeconds() {
        FailingStore refusing = new FailingStore(store);
        Durable<Sum, Added> sums = sums(journal(refusing, time), spec().snapshot(100, Sum.class));
        refusing.conflicts = true;
        refusing.whenCalled = () -> time.tick(Duration.ofMillis(1));
        CompletableFuture<Long> answer = sums.ask("lot", add(1));
        time.run();
        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("the store says that lot ends at 0, and takes nothing there");
        assertThat(refusing.writes).isEqualTo(20);

        refusing.conflicts = false;
        CompletableFuture<Long> next = sums.ask("lot", add(1));
        time.run();
        assertThat(next.join()).isEqualTo(1);
    }

    @Test
    void whoTriesAgainWhenTheExecutorHasEndedHasAnAnswer() {
        FailingStore slow = new FailingStore(store);
        AtomicBoolean ended = new AtomicBoolean();
        slow.whenCalled = () -> {
            addByAnother();
            ended.set(true);
        };
        Journal ending = journal(slow, refusingWhile(ended, new RejectedExecutionException("ended")));
        CompletableFuture<Long> answer = sums(ending, spec()).ask("lot", add(1));
        time.run();
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void aLongHistoryIsReadWithoutADeepStack() throws InterruptedException {
        int events = 100_000;
        Durable<Sum, Added> sums = sums(journal(new LongHistory(events), Runnable::run), spec());
        AtomicReference<CompletableFuture<Sum>> state = new AtomicReference<>();
        Thread reading = new Thread(null, () -> state.set(sums.state("lot")), "small stack", 1 << 17);
        reading.start();
        reading.join();
        assertThat(state.get()).isCompletedWithValue(new Sum(events));
    }

    /** So many events that are made when they are read. */
    private record LongHistory(long head) implements Store {
        private static final Payload ONE = Payload.json("{\"by\":1,\"note\":\"\"}");

        @Override
        public boolean isBlocking() {
            return false;
        }

        @Override
        public List<Written> write(List<Write> group) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page read(String stream, long after, int maxEntries, long maxBytes) {
            List<Entry> page = new ArrayList<>();
            for (long offset = after + 1; offset <= Math.min(head, after + maxEntries); offset++) {
                page.add(new Entry(new Position("e", offset), "added", ONE, Optional.empty()));
            }
            return new Page(page, after + page.size(), false, head);
        }

        @Override
        public Standing standing(String stream, Optional<Position> since) {
            return new Standing(new Position("e", head), Standing.Verdict.COMPLETE);
        }

        @Override
        public Map<String, Position> heads(Collection<String> streams) {
            return Map.of();
        }

        @Override
        public Optional<StoredSnapshot> snapshot(String stream) {
            return Optional.empty();
        }

        @Override
        public Map<String, Long> acknowledged(String stream) {
            return Map.of();
        }

        @Override
        public boolean trim(Function<String, Retention> retention) {
            return false;
        }

        @Override
        public void close() {}
    }
}
