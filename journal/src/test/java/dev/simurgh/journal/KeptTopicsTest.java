package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.channel.spi.History.Slice;
import dev.simurgh.channel.spi.History.Start;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // broadcasts whose answers a test does not look at
class KeptTopicsTest {
    private static final String TOPIC = "room:1";

    @Test
    void aBroadcastIsStoredBeforeItIsDelivered() {
        try (KeptRig rig = KeptRig.simple()) {
            KeptRig.Inbox inbox = rig.subscribe(TOPIC);
            CompletableFuture<Position> position = rig.kept.broadcast(TOPIC, "put", KeptRig.ONE);
            assertThat(position).isNotDone();
            assertThat(inbox.all).isEmpty();

            rig.time.run();

            assertThat(inbox.offsets()).containsExactly(1L);
            assertThat(inbox.all.get(0).position()).contains(position.join().toString());
            assertThat(inbox.all.get(0).payload()).isEqualTo(KeptRig.ONE);
            assertThat(rig.cluster.sent).hasSize(1);
        }
    }

    @Test
    void whatTheEndpointBroadcastsIsKeptToo() {
        try (KeptRig rig = KeptRig.simple()) {
            KeptRig.Inbox inbox = rig.subscribe(TOPIC);
            rig.endpoint.broadcast(TOPIC, "put", KeptRig.ONE);
            rig.endpoint.broadcast(TOPIC, "put", Payload.binary(new byte[] {1, 2}));
            rig.endpoint.broadcast("other", "put", KeptRig.ONE);
            rig.time.run();
            assertThat(inbox.offsets()).containsExactly(1L, 2L);
            assertThat(inbox.all.get(1).payload()).isEqualTo(Payload.binary(new byte[] {1, 2}));
            assertThat(rig.kept.stats().stored()).isEqualTo(2);
        }
    }

    @Test
    void theSenderDoesNotGetItsBroadcastFrom() {
        try (KeptRig rig = KeptRig.simple()) {
            KeptRig.Inbox one = rig.subscribe(TOPIC);
            KeptRig.Inbox other = rig.subscribe(TOPIC);
            rig.endpoint.broadcastFrom(one.subscription(), TOPIC, "put", KeptRig.ONE);
            rig.time.run();
            assertThat(one.all).isEmpty();
            assertThat(other.offsets()).containsExactly(1L);
            assertThat(rig.read(TOPIC, 0).broadcasts()).hasSize(1);
        }
    }

    /** It is of the moment: who reads it from the journal, maybe days later, goes on in no trace. */
    @Test
    void theTraceOfABroadcastComesAlongAndIsNotStored() {
        String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        try (KeptRig rig = KeptRig.simple()) {
            KeptRig.Inbox inbox = rig.subscribe(TOPIC);
            rig.endpoint
                    .pubsub()
                    .broadcast(Broadcast.of(TOPIC, "put", KeptRig.ONE).tracedBy(traceparent));
            rig.endpoint.broadcast(TOPIC, "put", KeptRig.ONE);
            rig.time.run();
            assertThat(inbox.all)
                    .extracting(Broadcast::traceparent)
                    .containsExactly(Optional.of(traceparent), Optional.empty());
            assertThat(rig.cluster.sent)
                    .extracting(Broadcast::traceparent)
                    .containsExactly(Optional.of(traceparent), Optional.empty());
            assertThat(rig.cluster.sent.get(0).position()).isPresent();
            assertThat(rig.read(TOPIC, 0).broadcasts()).hasSize(2);
        }
    }

    @Test
    void aBroadcastThatCannotBeStoredIsNotDelivered() {
        ManualTime time = new ManualTime();
        TestStore store = new TestStore();
        try (KeptRig rig = new KeptRig(time, store, kept -> kept.keep("room:*", Retention.forever()))) {
            KeptRig.Inbox inbox = rig.subscribe(TOPIC);
            store.down = true;
            CompletableFuture<Position> told = rig.put(TOPIC, 1);
            rig.endpoint.broadcast(TOPIC, "bid", KeptRig.ONE);
            rig.time.run();

            assertThat(told).isCompletedExceptionally();
            assertThatThrownBy(told::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(JournalException.class);
            assertThat(inbox.all).isEmpty();
            assertThat(rig.cluster.sent).isEmpty();
            assertThat(rig.drops).containsExactly(Drop.NOT_KEPT);
            assertThat(rig.kept.stats().failed()).isEqualTo(2);
            assertThat(rig.lines())
                    .anyMatch(
                            line -> line.startsWith("ERROR kept topic room:1: a broadcast of bid was not delivered: ")
                                    && line.endsWith(
                                            "(expected: a store that works; who must know broadcasts by KeptTopics.broadcast)"));

            store.down = false;
            assertThat(rig.put(TOPIC, 2).join().offset()).isEqualTo(1);
            assertThat(inbox.offsets()).containsExactly(1L);
        }
    }

    @Test
    void aTopicThatIsNotKeptIsRefused() {
        try (KeptRig rig = KeptRig.simple()) {
            assertThatThrownBy(() -> rig.kept.broadcast("other", "put", KeptRig.ONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("topic: other (expected: one that KeptTopics.Builder.keep has a pattern for)");
            assertThat(rig.kept.keeps("other")).isFalse();
            assertThat(rig.kept.keeps("room:x")).isTrue();
        }
    }

    @Test
    void aLocalBroadcastIsNotKept() {
        try (KeptRig rig = KeptRig.simple()) {
            KeptRig.Inbox inbox = rig.subscribe(TOPIC);
            rig.endpoint.localBroadcast(TOPIC, "put", KeptRig.ONE);
            rig.time.run();
            assertThat(inbox.offsets()).containsExactly(-1L);
            assertThat(rig.start(TOPIC).offset()).isZero();
        }
    }

    @Test
    void whatIsAppendedByTheJournalIsBroadcast() {
        try (KeptRig rig = KeptRig.simple()) {
            KeptRig.Inbox inbox = rig.subscribe(TOPIC);
            Position position = rig.done(rig.journal.append(TOPIC, "put", KeptRig.ONE));
            rig.time.run();
            assertThat(inbox.all.get(0).position()).contains(position.toString());
        }
    }

    // Where those who join begin.

    @Test
    void anEmptyTopicHasAPositionFromWhichOneRecovers() {
        try (KeptRig rig = KeptRig.simple()) {
            Start first = rig.start(TOPIC);
            assertThat(first.offset()).isZero();
            assertThat(first.recovered()).isEmpty();
            assertThat(Position.parse(first.position())).isPresent();

            rig.put(TOPIC, 1);
            rig.put(TOPIC, 2);

            Start again = rig.start(TOPIC, first.position());
            assertThat(again).isEqualTo(new Start(first.position(), 0, Optional.of(true)));
            assertThat(rig.read(TOPIC, 0).broadcasts())
                    .extracting(Broadcast::offset)
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    void whoKnowsNothingBeginsAtTheHead() {
        try (KeptRig rig = KeptRig.simple()) {
            rig.put(TOPIC, 1);
            Position second = rig.put(TOPIC, 2).join();
            assertThat(rig.start(TOPIC)).isEqualTo(new Start(second.toString(), 2, Optional.empty()));
            assertThat(rig.read(TOPIC, 2)).isEqualTo(new Slice(java.util.List.of(), 2, true, false));
        }
    }

    @Test
    void whatIsNoPositionIsOneThatNobodyKnows() {
        try (KeptRig rig = KeptRig.simple()) {
            Position head = rig.put(TOPIC, 1).join();
            for (String since : new String[] {
                "", "?", "1", "a:b", "x:1", "x:-1", ":", "e:99999999999999999999", head + "9", "\u0000:1"
            }) {
                assertThat(rig.start(TOPIC, since))
                        .as(since)
                        .isEqualTo(new Start(head.toString(), 1, Optional.of(false)));
            }
        }
    }

    @Test
    void aPositionAheadOfTheHeadIsUnknown() {
        try (KeptRig rig = KeptRig.simple()) {
            Position head = rig.put(TOPIC, 1).join();
            assertThat(rig.start(TOPIC, head.epoch() + ":2").recovered()).contains(false);
            assertThat(rig.start(TOPIC, head.toString()).recovered()).contains(true);
        }
    }

    @Test
    void whoIsFurtherBehindThanIsKeptIsToldEvenIfNothingWasTrimmedYet() {
        try (KeptRig rig = KeptRig.of(Retention.builder().maxEntries(10).build())) {
            rig.subscribe(TOPIC);
            String[] positions = new String[31];
            for (int n = 1; n <= 30; n++) {
                positions[n] = rig.put(TOPIC, n).join().toString();
            }
            assertThat(rig.start(TOPIC, positions[19])).isEqualTo(new Start(positions[30], 30, Optional.of(false)));
            assertThat(rig.start(TOPIC, positions[20])).isEqualTo(new Start(positions[20], 20, Optional.of(true)));
            assertThat(rig.read(TOPIC, 20).broadcasts()).hasSize(10);
        }
    }

    @Test
    void ofTheLastValueOnlyTheNewestFollows() {
        try (KeptRig rig = KeptRig.of(Retention.builder().lastValue().build())) {
            assertThat(rig.start(TOPIC).offset()).isZero();
            Position first = rig.put(TOPIC, 1).join();
            rig.put(TOPIC, 2);
            Position third = rig.put(TOPIC, 3).join();

            Start begins = rig.start(TOPIC);
            assertThat(begins.offset()).isEqualTo(2);
            assertThat(begins.recovered()).isEmpty();
            assertThat(begins.position()).isEqualTo(third.epoch() + ":2");
            assertThat(rig.read(TOPIC, 2).broadcasts())
                    .extracting(Broadcast::offset)
                    .containsExactly(3L);

            assertThat(rig.start(TOPIC, first.toString())).isEqualTo(new Start(first.toString(), 2, Optional.of(true)));
            assertThat(rig.start(TOPIC, third.toString())).isEqualTo(new Start(third.toString(), 3, Optional.of(true)));
            assertThat(rig.start(TOPIC, "x:1").recovered()).contains(false);
            assertThat(rig.start(TOPIC, "x:1").offset()).isEqualTo(2);
        }
    }

    @Test
    void ofACompactedTopicWhatIsKeptFollows() {
        ManualTime time = new ManualTime();
        MemoryStore store = MemoryStore.builder().timers(time).build();
        Retention compacted = Retention.builder().compacted().build();
        try (KeptRig rig = new KeptRig(
                time, store, kept -> kept.keep("room:*", compacted, broadcast -> Optional.of(broadcast.event())))) {
            rig.kept.broadcast(TOPIC, "a", KeptRig.payload(1));
            rig.kept.broadcast(TOPIC, "b", KeptRig.payload(2));
            rig.kept.broadcast(TOPIC, "a", KeptRig.payload(3));
            rig.pass(Duration.ofSeconds(5)); // trims

            Start begins = rig.start(TOPIC);
            assertThat(begins.offset()).isZero();
            Slice all = rig.read(TOPIC, 0);
            assertThat(all.broadcasts()).extracting(Broadcast::event).containsExactly("b", "a");
            assertThat(all.upTo()).isEqualTo(3);
            assertThat(all.complete()).isTrue();
        }
    }

    // Options.

    @Test
    void optionsAreChecked() {
        Journal journal = Journal.inMemory();
        KeptTopics.Builder builder = KeptTopics.builder(journal);
        Retention compacted = Retention.builder().compacted().build();
        assertThatThrownBy(() -> builder.keep("a*b", Retention.forever()))
                .hasMessage(
                        "pattern: \"a*b\" (expected: a topic, or what it starts with and '*' as the last character)");
        assertThatThrownBy(() -> builder.keep("a", compacted))
                .hasMessageContaining("(expected: keep(pattern, retention, key)");
        assertThatThrownBy(() -> builder.keep("a", Retention.forever(), broadcast -> Optional.empty()))
                .hasMessageContaining("(expected: Retention.builder().compacted())");
        assertThatThrownBy(() -> builder.gapWait(Duration.ZERO))
                .hasMessage("gapWait: PT0S (expected: more than nothing)");
        assertThatThrownBy(() -> builder.checkEvery(Duration.ZERO))
                .hasMessage("checkEvery: PT0S (expected: more than nothing)");
        assertThatThrownBy(() -> builder.onceWindow(Duration.ZERO))
                .hasMessage("onceWindow: PT0S (expected: more than nothing)");
        assertThatThrownBy(() -> builder.maxTailBytes(-1)).hasMessage("maxTailBytes: -1 (expected: at least 0)");
        assertThatThrownBy(() -> builder.maxEarlyBytes(-1)).hasMessage("maxEarlyBytes: -1 (expected: at least 0)");
        assertThatThrownBy(() -> KeptTopics.builder(journal)
                        .keep("room:*", Retention.forever())
                        .keep("room:1", Retention.forever())
                        .build())
                .hasMessage("pattern: room:1 behind room:* (expected: before it, since the first that matches counts)");
        assertThatThrownBy(() -> KeptTopics.builder(journal).build().broadcast("a", "b", KeptRig.ONE))
                .hasMessage("kept topics: not started (expected: Endpoint.builder().part(kept))");
        journal.close();
    }
}
