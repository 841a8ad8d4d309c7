package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does. Streams have names of their own in each test, so that a store may be used for many. */
public abstract class StoreSuite {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(30);

    protected Store store;
    private String stream;

    /** Opens a store, which is closed after the test. */
    protected abstract Store open();

    /** Whether what is in it outlives it: {@link #open} gives what was there before. */
    protected abstract boolean isDurable();

    @BeforeEach
    void openOne() {
        store = open();
        stream = "stream " + System.nanoTime();
    }

    @AfterEach
    void closeIt() {
        store.close();
    }

    // Appending and reading.

    @Test
    void offsetsAreDenseFromOne() {
        assertThat(offset(append("a"))).isEqualTo(1);
        assertThat(offset(write(appends("b", "c")))).isEqualTo(3);
        assertThat(offsets(page(0))).containsExactly(1L, 2L, 3L);
        assertThat(page(0).entries()).extracting(Entry::event).containsExactly("a", "b", "c");
        assertThat(page(0).head()).isEqualTo(3);
        assertThat(page(0).upTo()).isEqualTo(3);
    }

    @Test
    void entriesComeBackAsTheyWere() {
        byte[] frame = "[null,null,\"t\",\"e\",{\"ü\":\"\uD83D\uDE00\"}]".getBytes(StandardCharsets.UTF_8);
        Payload slice = Payload.json(frame, 19, frame.length - 20);
        Payload bytes = Payload.binary(new byte[] {9, 0, 1, -1, 9}, 1, 3);
        write(new Write.Append(
                stream,
                List.of(
                        new Write.NewEntry("événement \uD83D\uDE00", slice, Optional.of("clé")),
                        new Write.NewEntry("e", bytes, Optional.empty()),
                        new Write.NewEntry("e", Payload.binary(new byte[0]), Optional.empty())),
                OptionalLong.empty(),
                Optional.empty()));

        List<Entry> entries = page(0).entries();
        assertThat(entries.get(0).event()).isEqualTo("événement \uD83D\uDE00");
        assertThat(entries.get(0).payload()).isEqualTo(slice);
        assertThat(entries.get(0).key()).contains("clé");
        assertThat(entries.get(1).payload()).isEqualTo(Payload.binary(new byte[] {0, 1, -1}));
        assertThat(entries.get(1).key()).isEmpty();
        assertThat(entries.get(2).payload()).isEqualTo(Payload.binary(new byte[0]));
    }

    @Test
    void aPageHasSoManyEntriesAndBytesButAlwaysOne() {
        Payload large = Payload.json("\"" + "x".repeat(1_000) + "\"");
        for (int i = 0; i < 10; i++) {
            write(append(stream, "e", large));
        }
        Page byCount = store.read(stream, 2, 3, Long.MAX_VALUE);
        assertThat(offsets(byCount)).containsExactly(3L, 4L, 5L);
        assertThat(byCount.upTo()).isEqualTo(5);
        assertThat(byCount.head()).isEqualTo(10);
        assertThat(offsets(store.read(stream, 2, 100, 2_500))).containsExactly(3L, 4L);
        assertThat(offsets(store.read(stream, 2, 100, 1))).containsExactly(3L);
        assertThat(offsets(store.read(stream, 9, 100, 100_000))).containsExactly(10L);
    }

    @Test
    void behindTheLastThereIsNothing() {
        append("a");
        Page page = page(1);
        assertThat(page.entries()).isEmpty();
        assertThat(page.upTo()).isEqualTo(1);
        assertThat(page.head()).isEqualTo(1);
        assertThat(page.trimmed()).isFalse();
        assertThat(page(7).entries()).isEmpty();
        assertThat(store.read("nothing " + stream, 0, 10, 1_000)).isEqualTo(new Page(List.of(), 0, false, 0));
    }

    @Test
    void theExpectedOffsetDecides() {
        assertThat(write(expecting(1))).isEqualTo(new Written.Conflict(head()));
        assertThat(offset(write(expecting(0)))).isEqualTo(1);
        assertThat(write(expecting(0))).isEqualTo(new Written.Conflict(head()));
        assertThat(head().offset()).isEqualTo(1);
        assertThat(offset(write(expecting(1)))).isEqualTo(2);
    }

    @Test
    void eachWriteOfAGroupStandsForItself() {
        List<Written> written = store.write(List.of(
                expecting(0),
                expecting(0),
                append(stream, "e", json(2)),
                expecting(7),
                expecting(2),
                append("other " + stream, "e", json(1))));
        assertThat(written.get(0)).isInstanceOf(Written.Appended.class);
        assertThat(written.get(1))
                .isInstanceOfSatisfying(
                        Written.Conflict.class,
                        c -> assertThat(c.last().offset()).isEqualTo(1));
        assertThat(offset(written.get(2))).isEqualTo(2);
        assertThat(written.get(3)).isInstanceOf(Written.Conflict.class);
        assertThat(offset(written.get(4))).isEqualTo(3);
        assertThat(offset(written.get(5))).isEqualTo(1);
        assertThat(offsets(page(0))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aLargeGroupOfManyStreams() {
        List<Write> group = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            group.add(append(stream + (i * 7) % 50, "e", json(i)));
        }
        List<Written> written = store.write(group);
        assertThat(written).hasSize(500);
        for (int i = 0; i < 50; i++) {
            assertThat(offsets(store.read(stream + i, 0, 100, 100_000)))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 10).boxed().toList());
        }
    }

    @Test
    void whoReadsMeanwhileSeesNoGap() throws Exception {
        List<Long> seen = new ArrayList<>();
        Thread reader = new Thread(() -> {
            while (seen.size() < 300) {
                long after = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
                seen.addAll(offsets(store.read(stream, after, 7, 10_000)));
            }
        });
        reader.start();
        for (int i = 0; i < 100; i++) {
            store.write(List.of(appends("a", "b"), append(stream, "c", json(i))));
        }
        reader.join();
        assertThat(seen)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 300).boxed().toList());
    }

    // Positions.

    @Test
    void anEmptyStreamHasAPositionFromWhichNothingIsMissed() {
        Position empty = head();
        assertThat(empty.offset()).isZero();
        assertThat(head()).isEqualTo(empty);
        assertThat(store.heads(List.of(stream))).containsExactly(Map.entry(stream, empty));
        assertThat(verdict(empty)).isEqualTo(Verdict.COMPLETE);

        append("a");
        append("b");
        append("c");
        assertThat(verdict(empty)).isEqualTo(Verdict.COMPLETE);
        assertThat(verdict(new Position("other", 0))).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void aPositionIsGoodInItsEpochUpToTheLast() {
        append("a");
        Position middle = head();
        append("b");
        Position last = head();

        assertThat(store.standing(stream, Optional.empty()).since()).isEqualTo(Verdict.NONE);
        assertThat(verdict(middle)).isEqualTo(Verdict.COMPLETE);
        assertThat(verdict(last)).isEqualTo(Verdict.COMPLETE);
        assertThat(verdict(new Position(last.epoch(), 3))).isEqualTo(Verdict.UNKNOWN);
        assertThat(verdict(new Position(last.epoch(), 999_999_999_999_999_999L)))
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(verdict(new Position("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 1))).isEqualTo(Verdict.UNKNOWN);
        assertThat(verdict(new Position("0", 1))).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void whatIsTrimmedIsMissedByWhoWasBeforeIt() {
        Position empty = head();
        for (int i = 0; i < 10; i++) {
            append("e");
        }
        List<Entry> all = page(0).entries();
        trim(Retention.builder().maxEntries(4).build());

        assertThat(offsets(page(6))).containsExactly(7L, 8L, 9L, 10L);
        assertThat(page(6).trimmed()).isFalse();
        assertThat(page(5).trimmed()).isTrue();
        assertThat(offsets(page(0))).containsExactly(7L, 8L, 9L, 10L);
        assertThat(verdict(empty)).isEqualTo(Verdict.TRIMMED);
        assertThat(verdict(all.get(4).position())).isEqualTo(Verdict.TRIMMED);
        assertThat(verdict(all.get(5).position())).isEqualTo(Verdict.COMPLETE);
        assertThat(verdict(new Position("other", 6))).isEqualTo(Verdict.UNKNOWN);
        assertThat(verdict(all.get(6).position())).isEqualTo(Verdict.COMPLETE);
    }

    @Test
    void offsetsGoOnWhenAllIsTrimmed() {
        append("a");
        append("b");
        Position last = head();
        eventually(() -> {
            trim(Retention.builder().maxAge(SHORT).build());
            return page(0).entries().isEmpty();
        });
        assertThat(head()).isEqualTo(last);
        assertThat(verdict(last)).isEqualTo(Verdict.COMPLETE);
        assertThat(page(0).trimmed()).isTrue();
        assertThat(page(2).trimmed()).isFalse();
        assertThat(offset(append("c"))).isEqualTo(3);
        assertThat(verdict(last)).isEqualTo(Verdict.COMPLETE);
    }

    @Test
    void anotherLifeOfTheStoreGoesOnWhereTheLastEnded() {
        if (!isDurable()) {
            return;
        }
        Position empty = head();
        append("a");
        append("b");
        Position before = head();
        write(new Write.Snapshot(stream, 1, json(1)));
        write(new Write.Acknowledge(stream, "c", 2));
        store.close();
        store = open();

        assertThat(head()).isEqualTo(before);
        assertThat(offset(append("c"))).isEqualTo(3);
        assertThat(head().epoch()).isNotEqualTo(before.epoch());
        assertThat(verdict(empty)).isEqualTo(Verdict.COMPLETE);
        assertThat(verdict(before)).isEqualTo(Verdict.COMPLETE);
        assertThat(verdict(new Position(before.epoch(), 3))).isEqualTo(Verdict.UNKNOWN);
        assertThat(verdict(new Position(head().epoch(), 2))).isEqualTo(Verdict.UNKNOWN);
        assertThat(store.snapshot(stream).orElseThrow().position().offset()).isEqualTo(1);
        assertThat(store.acknowledged(stream)).containsExactly(Map.entry("c", 2L));
    }

    // Retention.

    @Test
    void youngEntriesAreKept() {
        for (int i = 0; i < 5; i++) {
            append("e");
        }
        trim(Retention.builder().maxAge(HOUR).maxEntries(5).build());
        trim(Retention.forever());
        assertThat(offsets(page(0))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void ofEachKeyTheNewestIsKept() {
        List<Position> positions = new ArrayList<>();
        for (String key : List.of("a", "b", "a", "", "a", "c", "b")) {
            Write.NewEntry entry =
                    new Write.NewEntry("e", json(1), key.isEmpty() ? Optional.empty() : Optional.of(key));
            write(new Write.Append(stream, List.of(entry), OptionalLong.empty(), Optional.empty()));
            positions.add(head());
        }
        eventually(() -> {
            trim(Retention.builder().compacted().build());
            return page(0).entries().size() == 4;
        });

        assertThat(offsets(page(0))).containsExactly(4L, 5L, 6L, 7L);
        assertThat(page(0).trimmed()).isFalse();
        assertThat(offsets(page(1))).containsExactly(4L, 5L, 6L, 7L);
        positions.forEach(position -> assertThat(verdict(position)).isEqualTo(Verdict.COMPLETE));
        assertThat(verdict(new Position("other", 2))).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void whatAConsumerHasNotAcknowledgedIsKept() {
        for (int i = 0; i < 6; i++) {
            append("e");
        }
        Retention retention = Retention.builder()
                .maxEntries(1)
                .untilAcknowledgedBy("bank")
                .untilAcknowledgedBy("mail")
                .build();
        trim(retention);
        assertThat(page(0).entries()).hasSize(6);
        write(new Write.Acknowledge(stream, "bank", 5));
        trim(retention);
        assertThat(page(0).entries()).hasSize(6);
        write(new Write.Acknowledge(stream, "mail", 3));
        trim(retention);
        assertThat(offsets(page(0))).containsExactly(4L, 5L, 6L);
    }

    @Test
    void anAcknowledgementNeverGoesBackNorBehindTheLast() {
        append("a");
        append("b");
        write(new Write.Acknowledge(stream, "bank", 2));
        write(new Write.Acknowledge(stream, "bank", 1));
        assertThat(store.acknowledged(stream)).containsExactly(Map.entry("bank", 2L));
        write(new Write.Acknowledge(stream, "mail", 100));
        assertThat(store.acknowledged(stream)).isEqualTo(Map.of("bank", 2L, "mail", 2L));
        assertThat(write(new Write.Acknowledge("nothing " + stream, "bank", 1))).isEqualTo(new Written.Done());
        assertThat(store.acknowledged("nothing " + stream)).isEmpty();
    }

    @Test
    void whatIsBehindASnapshotIsKept() {
        for (int i = 0; i < 6; i++) {
            append("e");
        }
        assertThat(write(new Write.Snapshot(stream, 4, json(4)))).isEqualTo(new Written.Done());
        trim(Retention.builder().maxEntries(1).build());
        assertThat(offsets(page(0))).containsExactly(5L, 6L);
        write(new Write.Snapshot(stream, 6, json(6)));
        trim(Retention.builder().maxEntries(1).build());
        assertThat(offsets(page(0))).containsExactly(6L);
    }

    @Test
    void aSnapshotOfWhatIsNotThereYetIsNotKept() {
        Write early = new Write.Snapshot("early", 1, Payload.EMPTY);
        Write append = new Write.Append(
                "early",
                List.of(new Write.NewEntry("e", Payload.EMPTY, Optional.empty())),
                OptionalLong.empty(),
                Optional.empty());
        assertThat(store.write(List.of(early, append)).get(0)).isInstanceOf(Written.Conflict.class);
        assertThat(store.snapshot("early")).isEmpty();
    }

    @Test
    void theSnapshotOfTheMostIsKept() {
        assertThat(store.snapshot(stream)).isEmpty();
        assertThat(write(new Write.Snapshot(stream, 1, json(1)))).isInstanceOf(Written.Conflict.class);
        append("a");
        append("b");
        Position second = head();
        write(new Write.Snapshot(stream, 2, json(2)));
        write(new Write.Snapshot(stream, 1, json(1)));
        assertThat(store.snapshot(stream)).hasValueSatisfying(snapshot -> {
            assertThat(snapshot.position()).isEqualTo(second);
            assertThat(snapshot.state()).isEqualTo(json(2));
        });
        assertThat(write(new Write.Snapshot(stream, 3, json(3)))).isEqualTo(new Written.Conflict(second));
    }

    @Test
    void aSnapshotBeforeTheFirstEntryKeepsAllOfThem() {
        assertThat(write(new Write.Snapshot(stream, 0, json(0)))).isEqualTo(new Written.Done());
        assertThat(head().offset()).isZero();
        append("a");
        append("b");
        append("c");
        trim(Retention.builder().maxEntries(1).build());
        assertThat(offsets(page(0))).containsExactly(1L, 2L, 3L);
        assertThat(store.snapshot(stream))
                .hasValueSatisfying(
                        snapshot -> assertThat(snapshot.position().offset()).isZero());
        write(new Write.Snapshot(stream, 2, json(2)));
        trim(Retention.builder().maxEntries(1).build());
        assertThat(offsets(page(0))).containsExactly(3L);
    }

    @Test
    void anExpectedEntryMayBeOfAnEpoch() {
        append("a");
        Position first = head();
        List<Write.NewEntry> more = List.of(new Write.NewEntry("b", json(1), Optional.empty()));
        assertThat(write(new Write.Append(
                        stream, more, OptionalLong.of(1), Optional.of(first.epoch() + "0"), Optional.empty())))
                .isEqualTo(new Written.Conflict(first));
        assertThat(write(new Write.Append(
                        stream, more, OptionalLong.of(1), Optional.of(first.epoch()), Optional.empty())))
                .isInstanceOf(Written.Appended.class);
    }

    // Once.

    @Test
    void aKeyIsStoredOnceAndUsesNoOffsetAgain() {
        Written.Appended first = (Written.Appended) write(once("ann", "k1", "f", json(7), HOUR));
        assertThat(write(once("ann", "k1", "f", json(8), HOUR)))
                .isEqualTo(new Written.Repeated(first.last(), Optional.of(json(7))));
        assertThat(offset(append("next"))).isEqualTo(2);
    }

    @Test
    void theSameKeyOfSomethingElseIsAMistake() {
        write(once("ann", "k1", "f", json(7), HOUR));
        assertThat(write(once("ann", "k1", "g", json(7), HOUR))).isEqualTo(new Written.KeyReused());
        assertThat(write(new Write.Claim(stream, key("ann", "k1", "g"), HOUR))).isEqualTo(new Written.KeyReused());
    }

    @Test
    void theSameKeyOfAnotherScopeOrStreamIsAnother() {
        write(once("ann", "k1", "f", json(7), HOUR));
        assertThat(offset(write(once("bob", "k1", "f", json(7), HOUR)))).isEqualTo(2);
        assertThat(write(new Write.Append(
                        "other " + stream,
                        List.of(entry("e")),
                        OptionalLong.empty(),
                        Optional.of(key("ann", "k1", "f")))))
                .isInstanceOf(Written.Appended.class);
        assertThat(write(once("an", "nk1", "f", json(7), HOUR))).isInstanceOf(Written.Appended.class);
    }

    @Test
    void aRepetitionInTheSameGroupIsOne() {
        List<Written> written = store.write(List.of(
                once("ann", "k1", "f", json(7), HOUR),
                once("ann", "k1", "f", json(8), HOUR),
                once("ann", "k1", "g", json(8), HOUR)));
        assertThat(offset(written.get(0))).isEqualTo(1);
        assertThat(written.get(1)).isInstanceOf(Written.Repeated.class);
        assertThat(written.get(2)).isEqualTo(new Written.KeyReused());
        assertThat(head().offset()).isEqualTo(1);
    }

    @Test
    void aKeyIsKnownForItsWindow() {
        write(once("ann", "k1", "f", json(7), SHORT));
        eventually(() -> write(once("ann", "k1", "f", json(7), SHORT)) instanceof Written.Appended);
        assertThat(head().offset()).isEqualTo(2);
    }

    @Test
    void aRepetitionComesBeforeAConflict() {
        write(once("ann", "k1", "f", json(7), HOUR));
        assertThat(write(new Write.Append(
                        stream, List.of(entry("e")), OptionalLong.of(0), Optional.of(key("ann", "k1", "f")))))
                .isInstanceOf(Written.Repeated.class);
    }

    @Test
    void aConflictUsesNoKey() {
        Write late =
                new Write.Append(stream, List.of(entry("e")), OptionalLong.of(5), Optional.of(key("ann", "k1", "f")));
        assertThat(write(late)).isInstanceOf(Written.Conflict.class);
        assertThat(write(once("ann", "k1", "f", json(7), HOUR))).isInstanceOf(Written.Appended.class);
    }

    @Test
    void oneIsGrantedAClaimAndWhatItAppendsIsTheAnswer() {
        Write.Claim claim = new Write.Claim(stream, key("ann", "k1", "f"), HOUR);
        assertThat(write(claim)).isEqualTo(new Written.Granted());
        assertThat(write(claim)).isEqualTo(new Written.InProgress());
        Written.Appended done = (Written.Appended) write(once("ann", "k1", "f", json(7), HOUR));
        assertThat(write(claim)).isEqualTo(new Written.Repeated(done.last(), Optional.of(json(7))));
    }

    @Test
    void aClaimThatIsGivenBackIsGrantedAnew() {
        Write.Claim claim = new Write.Claim(stream, key("ann", "k1", "f"), HOUR);
        write(claim);
        assertThat(write(new Write.Release(stream, key("ann", "k1", "f")))).isEqualTo(new Written.Done());
        assertThat(write(claim)).isEqualTo(new Written.Granted());
        write(once("ann", "k1", "f", json(7), HOUR));
        write(new Write.Release(stream, key("ann", "k1", "f")));
        assertThat(write(claim)).as("what is done is done").isInstanceOf(Written.Repeated.class);
    }

    @Test
    void aClaimEndsWithItsLease() {
        write(new Write.Claim(stream, key("ann", "k1", "f"), SHORT));
        eventually(() ->
                write(new Write.Claim(stream, key("ann", "k1", "f"), HOUR)).equals(new Written.Granted()));
        assertThat(head().offset()).isZero();
    }

    @Test
    void aKeyMayBeNotedWithoutAnEntry() {
        Write noted = new Write.Append(
                stream,
                List.of(),
                OptionalLong.empty(),
                Optional.of(new Write.Once("ann", "k1", "f", Optional.of(json(7)), HOUR)));
        Position empty = head();
        assertThat(write(noted)).isEqualTo(new Written.Appended(empty));
        assertThat(write(noted)).isEqualTo(new Written.Repeated(empty, Optional.of(json(7))));
        assertThat(head()).isEqualTo(empty);
        append("a");
        Write behind = new Write.Append(stream, List.of(), OptionalLong.of(0), Optional.of(key("ann", "k2", "f")));
        assertThat(write(behind)).isEqualTo(new Written.Conflict(head()));
    }

    /** The handler runs once, and all get what it has answered: fifty threads on three nodes. */
    @Test
    void aPushIsHandledOnceOnWhicheverNode() throws Exception {
        List<Journal> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(Journal.builder(isDurable() ? open() : new Shared(store)).build());
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicInteger handled = new AtomicInteger();
        BlockingQueue<CompletableFuture<OnceAnswer>> asked = new LinkedBlockingQueue<>();
        List<CompletableFuture<OnceAnswer>> answers = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                OncePushes pushes = new OncePushes(nodes.get(i % 3), threads, NO_CODEC, HOUR, HOUR, 1 << 20);
                threads.execute(() -> {
                    CompletableFuture<OnceAnswer> answer = pushes.once(
                            stream,
                            "ann",
                            "k1",
                            "f",
                            10,
                            result -> List.of(entry("bid")),
                            () -> OnceResult.reply(json(handled.incrementAndGet())));
                    asked.add(answer);
                });
            }
            for (int i = 0; i < 50; i++) {
                CompletableFuture<OnceAnswer> answer = asked.take();
                answers.add(answer);
                assertThat(answer.get(60, TimeUnit.SECONDS).reply()).isEqualTo(json(1));
                assertThat(answer.join().position().offset()).isEqualTo(1);
            }
            assertThat(handled).hasValue(1);
            assertThat(answers.stream().filter(answer -> !answer.join().repeated()))
                    .hasSize(1);
            assertThat(head().offset()).isEqualTo(1);
        } finally {
            threads.shutdown();
            nodes.forEach(Journal::close);
        }
    }

    // What the tests are made of.

    private static final PayloadCodec NO_CODEC = new PayloadCodec() {
        @Override
        public byte[] encode(Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object decode(byte[] json, int offset, int length, Type type) {
            throw new UnsupportedOperationException();
        }
    };

    /** A store in memory that each of several journals closes. */
    private record Shared(Store store) implements Store {
        @Override
        public boolean isBlocking() {
            return store.isBlocking();
        }

        @Override
        public List<Written> write(List<Write> group) {
            return store.write(group);
        }

        @Override
        public Page read(String stream, long after, int maxEntries, long maxBytes) {
            return store.read(stream, after, maxEntries, maxBytes);
        }

        @Override
        public Standing standing(String stream, Optional<Position> since) {
            return store.standing(stream, since);
        }

        @Override
        public Map<String, Position> heads(Collection<String> streams) {
            return store.heads(streams);
        }

        @Override
        public Optional<StoredSnapshot> snapshot(String stream) {
            return store.snapshot(stream);
        }

        @Override
        public Map<String, Long> acknowledged(String stream) {
            return store.acknowledged(stream);
        }

        @Override
        public boolean trim(Function<String, Retention> retention) {
            return store.trim(retention);
        }

        @Override
        public void close() {}
    }

    private Written write(Write write) {
        return store.write(List.of(write)).get(0);
    }

    private Written append(String event) {
        return write(append(stream, event, json(1)));
    }

    private static Write append(String stream, String event, Payload payload) {
        return new Write.Append(
                stream,
                List.of(new Write.NewEntry(event, payload, Optional.empty())),
                OptionalLong.empty(),
                Optional.empty());
    }

    private Write appends(String... events) {
        return new Write.Append(
                stream,
                IntStream.range(0, events.length)
                        .mapToObj(i -> entry(events[i]))
                        .toList(),
                OptionalLong.empty(),
                Optional.empty());
    }

    private Write expecting(long expected) {
        return new Write.Append(stream, List.of(entry("e")), OptionalLong.of(expected), Optional.empty());
    }

    private Write once(String scope, String key, String fingerprint, Payload reply, Duration window) {
        return new Write.Append(
                stream,
                List.of(entry("e")),
                OptionalLong.empty(),
                Optional.of(new Write.Once(scope, key, fingerprint, Optional.of(reply), window)));
    }

    private static Write.Once key(String scope, String key, String fingerprint) {
        return new Write.Once(scope, key, fingerprint, Optional.empty(), HOUR);
    }

    private static Write.NewEntry entry(String event) {
        return new Write.NewEntry(event, json(1), Optional.empty());
    }

    private static Payload json(int n) {
        return Payload.json("{\"n\":" + n + "}");
    }

    private static long offset(Written written) {
        return ((Written.Appended) written).last().offset();
    }

    private static List<Long> offsets(Page page) {
        return page.entries().stream().map(entry -> entry.position().offset()).toList();
    }

    private Page page(long after) {
        return store.read(stream, after, 1_000, 1_000_000);
    }

    private Position head() {
        return store.standing(stream, Optional.empty()).head();
    }

    private Verdict verdict(Position since) {
        return store.standing(stream, Optional.of(since)).since();
    }

    private void trim(Retention retention) {
        Set<String> mine = Set.of(stream);
        while (store.trim(name -> mine.contains(name) ? retention : Retention.forever())) {
            Thread.onSpinWait();
        }
    }

    /** For what time brings, however long it takes. */
    private static void eventually(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(5_000_000);
        }
    }
}
