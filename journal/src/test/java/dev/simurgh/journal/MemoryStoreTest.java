package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
    @Nested
    class AsAStore extends StoreSuite {
        @Override
        protected Store open() {
            return MemoryStore.create();
        }

        @Override
        protected boolean isDurable() {
            return false;
        }
    }

    private static final Payload KILOBYTE = Payload.json("\"" + "x".repeat(1_022) + "\"");

    private final MemoryStore store = MemoryStore.builder().maxBytes(100_000).build();

    @Test
    void theLongestStreamIsShortenedFirst() {
        append("small", 3);
        append("large", 500);
        assertThat(store.bytes()).isLessThanOrEqualTo(100_000);
        assertThat(store.read("small", 0, 1_000, 1_000_000).entries()).hasSize(3);
        assertThat(store.read("large", 0, 1_000, 1_000_000)).satisfies(page -> {
            assertThat(page.trimmed()).isTrue();
            assertThat(page.head()).isEqualTo(500);
            assertThat(page.entries()).hasSizeGreaterThan(30);
        });
    }

    @Test
    void streamsThatAreDroppedBeginAnewInAnotherEpoch() {
        append("first", 1);
        Position first = head("first");
        Position empty = head("nothing yet");
        for (int i = 0; i < 200; i++) {
            append("stream " + i, 1);
        }
        assertThat(store.bytes()).isLessThanOrEqualTo(100_000);
        assertThat(head("first").offset()).isZero();
        assertThat(verdict("first", first)).isEqualTo(Verdict.UNKNOWN);
        assertThat(verdict("nothing yet", empty)).isEqualTo(Verdict.UNKNOWN);
        append("first", 3);
        assertThat(verdict("first", first)).isEqualTo(Verdict.UNKNOWN);
        Position last = head("stream 199");
        assertThat(last.offset()).isEqualTo(1);
        assertThat(verdict("stream 199", last)).isEqualTo(Verdict.COMPLETE);
    }

    @Test
    void aStreamWithASnapshotIsNotDropped() {
        append("account", 2);
        store.write(List.of(new Write.Snapshot("account", 1, KILOBYTE)));
        for (int i = 0; i < 200; i++) {
            append("stream " + i, 1);
        }
        assertThat(store.snapshot("account")).isPresent();
        assertThat(store.read("account", 1, 10, 10_000).entries()).hasSize(1);
    }

    @Test
    void ifOnlySnapshotsAreLeftNothingMoreIsStored() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 200; i++) {
                        store.write(
                                List.of(appending("account " + i), new Write.Snapshot("account " + i, 1, KILOBYTE)));
                    }
                })
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.outcomeUnknown()).isFalse())
                .hasMessageContaining("the memory store is full: of 100000 bytes")
                .hasMessageContaining("(expected: a larger MemoryStore.Builder.maxBytes)");
    }

    @Test
    void whatAConsumerNeedsIsNotDropped() {
        store.trim(stream -> Retention.builder().untilAcknowledgedBy("bank").build());
        append("orders", 10);
        assertThatThrownBy(() -> append("orders", 200)).isInstanceOf(StoreException.class);
        assertThat(store.read("orders", 0, 1_000, 1_000_000)).satisfies(page -> {
            assertThat(page.trimmed()).isFalse();
            assertThat(page.entries()).hasSize((int) page.head());
        });
    }

    @Test
    void keysCountAndGoWithTheirTime() {
        ManualTime time = new ManualTime();
        MemoryStore timed = MemoryStore.builder().timers(time).maxBytes(100_000).build();
        long before = timed.bytes();
        for (int i = 0; i < 50; i++) {
            Write.Once once = new Write.Once("ann", "k" + i, "f", Optional.of(KILOBYTE), Duration.ofMinutes(1));
            timed.write(List.of(new Write.Claim("s", once, Duration.ofSeconds(1))));
        }
        assertThat(timed.bytes()).isGreaterThan(before + 50 * 300);
        time.pass(Duration.ofSeconds(1));
        timed.trim(stream -> Retention.forever());
        assertThat(timed.bytes()).isEqualTo(before);
    }

    @Test
    void whoMakesUpKeysCostsNobodyHistory() {
        MemoryStore small = MemoryStore.builder().maxBytes(100_000).build();
        Write.NewEntry entry = new Write.NewEntry("e", Payload.EMPTY, Optional.empty());
        for (int i = 0; i < 20; i++) {
            small.write(List.of(new Write.Append("room", List.of(entry), OptionalLong.empty(), Optional.empty())));
        }
        Position before = small.standing("room", Optional.empty()).head();
        small.write(List.of(new Write.Claim("made up", key("claimed"), Duration.ofHours(1))));
        for (int i = 0; i < 1_000; i++) {
            small.write(
                    List.of(new Write.Append("made up", List.of(), OptionalLong.empty(), Optional.of(key("k" + i)))));
        }
        assertThat(small.read("room", 0, 100, 100_000).entries()).hasSize(20);
        assertThat(small.standing("room", Optional.of(before)).since()).isEqualTo(Verdict.COMPLETE);
        assertThat(small.bytes()).isLessThanOrEqualTo(100_000);
        assertThat(small.write(List.of(new Write.Claim("made up", key("claimed"), Duration.ofHours(1)))))
                .containsExactly(new Written.InProgress());
        assertThat(small.write(List.of(new Write.Claim("made up", key("k999"), Duration.ofHours(1))))
                        .get(0))
                .isInstanceOf(Written.Repeated.class);
    }

    private static Write.Once key(String key) {
        return new Write.Once("ann", key, "f", Optional.empty(), Duration.ofHours(1));
    }

    @Test
    void whatIsTooLargeCostsNobodyHistory() {
        append("room", 20);
        Payload huge = Payload.json("\"" + "x".repeat(60_000) + "\"");
        Write.Append write = new Write.Append(
                "huge",
                List.of(new Write.NewEntry("e", huge, Optional.empty())),
                OptionalLong.empty(),
                Optional.empty());
        assertThatThrownBy(() -> store.write(List.of(write)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(" bytes at once (expected: at most 50000, half of MemoryStore.Builder.maxBytes)");
        assertThat(store.read("room", 0, 100, 1_000_000).entries()).hasSize(20);
    }

    @Test
    void namesOfStreamsAndEventsCountToo() {
        MemoryStore store = MemoryStore.create();
        String huge = "x".repeat(10_000);
        store.write(List.of(new Write.Append(
                huge,
                List.of(new Write.NewEntry(huge, Payload.EMPTY, Optional.empty())),
                OptionalLong.empty(),
                Optional.empty())));
        assertThat(store.bytes()).isGreaterThan(40_000);
    }

    @Test
    void aPayloadIsKeptWithoutTheMessageInWhichItCame() {
        byte[] frame = new byte[50_000];
        frame[10] = '1';
        for (int i = 0; i < 20; i++) {
            store.write(List.of(new Write.Append(
                    "s",
                    List.of(new Write.NewEntry("e", Payload.json(frame, 10, 1), Optional.empty())),
                    OptionalLong.empty(),
                    Optional.empty())));
        }
        assertThat(store.read("s", 0, 100, 100_000).entries())
                .hasSize(20)
                .allSatisfy(entry ->
                        assertThat(((Payload.Json) entry.payload()).array()).hasSize(1));
    }

    private void append(String stream, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(store.write(List.of(appending(stream)))).first().isInstanceOf(Written.Appended.class);
        }
    }

    private static Write appending(String stream) {
        return new Write.Append(
                stream,
                List.of(new Write.NewEntry("e", KILOBYTE, Optional.empty())),
                OptionalLong.empty(),
                Optional.empty());
    }

    private Position head(String stream) {
        return store.standing(stream, Optional.empty()).head();
    }

    private Verdict verdict(String stream, Position since) {
        return store.standing(stream, Optional.of(since)).since();
    }
}
