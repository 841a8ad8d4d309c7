package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.History.Slice;
import dev.simurgh.channel.spi.History.Start;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What other nodes have stored comes early, late, twice, or not at all. */
@SuppressWarnings("FutureReturnValueIgnored") // broadcasts whose answers a test does not look at
class KeptOrderTest {
    private static final String TOPIC = "room:1";
    private static final Duration GAP_WAIT = Duration.ofMillis(50);
    private static final Duration CHECK = Duration.ofSeconds(5);

    private final ManualTime time = new ManualTime();
    private final TestStore store = new TestStore();
    private final KeptRig rig = new KeptRig(
            time, store, kept -> kept.keep("room:*", Retention.forever()).keep("small:*", small()));

    private static Retention small() {
        return Retention.builder().maxEntries(2).build();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Another node stores something, and what it sends to this one has not come yet. */
    private Broadcast elsewhere(int n) {
        return elsewhere(TOPIC, n);
    }

    private Broadcast elsewhere(String topic, int n) {
        return elsewhere(topic, KeptRig.payload(n));
    }

    private Broadcast elsewhere(String topic, Payload payload) {
        Entry entry = store.put(topic, "put", payload);
        return Broadcast.of(topic, "put", payload).at(entry.position().toString());
    }

    private List<Broadcast> elsewhereUpTo(int most) {
        return IntStream.rangeClosed(1, most).mapToObj(this::elsewhere).toList();
    }

    private void arrives(Broadcast broadcast) {
        rig.cluster.receiver().broadcast(broadcast);
        time.run();
    }

    private KeptRig.Inbox joined() {
        KeptRig.Inbox inbox = rig.subscribe(TOPIC);
        rig.start(TOPIC);
        return inbox;
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void whatComesEarlyWaitsForWhatBelongsInFrontOfIt() {
        KeptRig.Inbox inbox = joined();
        List<Broadcast> sent = elsewhereUpTo(3);
        arrives(sent.get(2));
        arrives(sent.get(1));
        assertThat(inbox.all).isEmpty();
        arrives(sent.get(0));
        assertThat(inbox.offsets()).containsExactly(1L, 2L, 3L);
        rig.pass(GAP_WAIT);
        assertThat(store.count("read")).isZero();
        assertThat(rig.kept.stats().gaps()).isEqualTo(1);
    }

    @Test
    void whatDoesNotComeIsReadFromTheJournal() {
        KeptRig.Inbox inbox = joined();
        List<Broadcast> sent = elsewhereUpTo(4);
        arrives(sent.get(0));
        arrives(sent.get(3));
        rig.pass(GAP_WAIT.minusMillis(1));
        assertThat(inbox.offsets()).containsExactly(1L);
        rig.pass(Duration.ofMillis(1));
        assertThat(inbox.offsets()).isEqualTo(upTo(4));
        assertThat(rig.kept.stats().filled()).isEqualTo(3);

        arrives(sent.get(1)); // at last
        assertThat(inbox.offsets()).isEqualTo(upTo(4));
        assertThat(rig.kept.stats().late()).isEqualTo(1);
    }

    @Test
    void noMoreIsReadThanWhatIsMissing() {
        KeptRig.Inbox inbox = joined();
        List<Broadcast> sent = elsewhereUpTo(10);
        arrives(sent.get(3));
        rig.pass(GAP_WAIT);
        assertThat(inbox.offsets()).isEqualTo(upTo(4));
        sent.subList(4, 10).forEach(this::arrives);
        assertThat(inbox.offsets()).isEqualTo(upTo(10));
        assertThat(rig.kept.stats().late()).isZero();
        assertThat(store.count("read")).isEqualTo(1);
    }

    @Test
    void aGapOfSeveralPagesIsFilledInOneGo() {
        KeptRig.Inbox inbox = joined();
        List<Broadcast> sent = elsewhereUpTo(2_500);
        arrives(sent.get(2_499));
        rig.pass(GAP_WAIT);
        assertThat(inbox.offsets()).isEqualTo(upTo(2_500));
        assertThat(store.count("read")).isEqualTo(3);
    }

    @Test
    void ownAndOthersBroadcastsAreOneOrder() {
        KeptRig.Inbox inbox = joined();
        Broadcast first = elsewhere(1);
        rig.put(TOPIC, 2);
        assertThat(inbox.all).isEmpty();
        arrives(first);
        assertThat(inbox.offsets()).isEqualTo(upTo(2));
    }

    @Test
    void aBroadcastFromHereThatHadToWaitStillDoesNotGoToItsSender() {
        KeptRig.Inbox inbox = joined();
        KeptRig.Inbox another = rig.subscribe(TOPIC);
        elsewhere(1); // is lost
        rig.endpoint.broadcastFrom(inbox.subscription(), TOPIC, "put", KeptRig.ONE);
        time.run();
        rig.pass(GAP_WAIT);
        assertThat(inbox.offsets()).containsExactly(1L);
        assertThat(another.offsets()).isEqualTo(upTo(2));
    }

    @Test
    void whatComesTwiceIsDeliveredOnce() {
        KeptRig.Inbox inbox = joined();
        List<Broadcast> sent = elsewhereUpTo(3);
        for (int i : new int[] {0, 0, 2, 2, 1, 1, 0, 2}) {
            arrives(sent.get(i));
        }
        assertThat(inbox.offsets()).isEqualTo(upTo(3));
    }

    @Test
    void aQuietTopicNoticesThatItsLastMessageWasLost() {
        KeptRig.Inbox inbox = joined();
        elsewhereUpTo(3);
        rig.pass(CHECK.plus(GAP_WAIT));
        assertThat(inbox.offsets()).isEqualTo(upTo(3));
        assertThat(store.count("heads")).isEqualTo(1);
    }

    @Test
    void manyTopicsAreLookedAtInOneQuestionAndNoneIfNobodyIsThere() {
        List<KeptRig.Inbox> inboxes = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
            inboxes.add(rig.subscribe("room:" + n));
            rig.start("room:" + n);
        }
        rig.pass(CHECK);
        assertThat(store.count("heads")).isEqualTo(1);
        assertThat(rig.kept.stats().topics()).isEqualTo(100);

        inboxes.forEach(inbox -> inbox.subscription().cancel());
        rig.pass(CHECK.multipliedBy(10));
        assertThat(store.count("heads")).isEqualTo(1);
        assertThat(rig.kept.stats().topics()).isZero();
        assertThat(rig.kept.stats().tailBytes()).isZero();
    }

    @Test
    void theJournalIsAskedAgainWhenItWasAway() {
        KeptRig.Inbox inbox = joined();
        List<Broadcast> sent = elsewhereUpTo(2);
        store.down = true;
        arrives(sent.get(1));
        rig.pass(CHECK.multipliedBy(3));
        assertThat(inbox.all).isEmpty();
        store.down = false;
        rig.pass(CHECK.plus(GAP_WAIT));
        assertThat(inbox.offsets()).isEqualTo(upTo(2));
    }

    @Test
    void whatWaitsIsBounded() {
        KeptRig.Inbox inbox = joined();
        byte[] large = new byte[100_000];
        elsewhere(1); // is lost
        for (int n = 0; n < 40; n++) {
            arrives(elsewhere(TOPIC, Payload.binary(large)));
        }
        assertThat(inbox.all).isEmpty();
        rig.pass(GAP_WAIT);
        rig.pass(GAP_WAIT);
        assertThat(inbox.offsets()).isEqualTo(upTo(41));
    }

    @Test
    void whatIsNotInTheJournalIsNotDelivered() {
        KeptRig.Inbox inbox = joined();
        Broadcast first = elsewhere(1);
        arrives(first);
        arrives(Broadcast.of(TOPIC, "put", KeptRig.ONE).at("foreign:7"));
        rig.pass(CHECK);
        assertThat(inbox.offsets()).containsExactly(1L);
        assertThat(rig.kept.stats().foreign()).isEqualTo(1);
        assertThat(rig.lines())
                .contains(
                        "ERROR kept topic room:1: a broadcast at foreign:7 of another node is not in this node's journal, which ends at 1 (expected: the same store on all nodes)");
        arrives(elsewhere(2));
        assertThat(inbox.offsets()).containsExactly(1L, 2L);
    }

    @Test
    void whatHasNoOffsetIsNotDelivered() {
        KeptRig.Inbox inbox = joined();
        arrives(Broadcast.of(TOPIC, "put", KeptRig.ONE).at("what"));
        assertThat(inbox.all).isEmpty();
        assertThat(rig.kept.stats().foreign()).isEqualTo(1);
    }

    // Histories.

    @Test
    void aNewEpochOfTheSameHistoryGoesOn() {
        KeptRig.Inbox inbox = joined();
        rig.put(TOPIC, 1);
        store.beginEpoch();
        rig.put(TOPIC, 2);
        rig.put(TOPIC, 3);
        assertThat(inbox.offsets()).isEqualTo(upTo(3));
        assertThat(inbox.all.get(0).position().orElseThrow())
                .isNotEqualTo(inbox.all.get(1).position().orElseThrow().replace(":2", ":1"));
        assertThat(rig.kept.stats().rewinds()).isZero();
    }

    @Test
    void whoeverWasThereIsSentAwayWhenTheStoreHasLostTheEnd() {
        KeptRig.Inbox inbox = joined();
        for (int n = 1; n <= 5; n++) {
            rig.put(TOPIC, n);
        }
        String fifth = inbox.all.get(4).position().orElseThrow();
        store.loseAllBehind(TOPIC, 3);
        rig.put(TOPIC, 4);
        rig.put(TOPIC, 5);
        rig.put(TOPIC, 6);
        rig.pass(CHECK.plus(GAP_WAIT));

        assertThat(inbox.events()).startsWith("put", "put", "put", "put", "put", "rewound");
        assertThat(inbox.all.subList(6, inbox.all.size()))
                .allMatch(broadcast -> !broadcast.position().orElseThrow().startsWith(epoch(fifth)));
        assertThat(rig.kept.stats().rewinds()).isEqualTo(1);
        assertThat(rig.start(TOPIC, fifth).recovered()).contains(false);
        assertThat(rig.lines())
                .anyMatch(line -> line.startsWith("WARN kept topic room:1: what was delivered up to " + fifth));
    }

    @Test
    void aQuietTopicNoticesThatTheStoreHasLostTheEnd() {
        KeptRig.Inbox inbox = joined();
        for (int n = 1; n <= 5; n++) {
            rig.put(TOPIC, n);
        }
        store.loseAllBehind(TOPIC, 3);
        rig.pass(CHECK.plus(GAP_WAIT));
        assertThat(inbox.events()).containsExactly("put", "put", "put", "put", "put", "rewound");
        rig.put(TOPIC, 6);
        assertThat(inbox.offsets().get(6)).isEqualTo(4);
    }

    @Test
    void whenTheGapItselfHasBeenTrimmedEverybodyIsSentAway() {
        KeptRig.Inbox inbox = rig.subscribe("small:1");
        rig.start("small:1");
        arrives(elsewhere("small:1", 1));
        for (int n = 2; n <= 9; n++) {
            elsewhere("small:1", n);
        }
        store.trimUpTo("small:1", 7);
        Broadcast tenth = elsewhere("small:1", 10);
        arrives(tenth);
        rig.pass(GAP_WAIT);
        assertThat(inbox.events()).containsExactly("put", "rewound");
        arrives(elsewhere("small:1", 11));
        assertThat(inbox.offsets()).endsWith(11L);
        assertThat(rig.start("small:1", inbox.all.get(0).position().orElseThrow())
                        .recovered())
                .contains(false);
    }

    private static String epoch(String position) {
        return position.substring(0, position.lastIndexOf(':'));
    }

    // From memory.

    @Test
    void whoComesBackIsServedWithoutTheJournal() {
        joined();
        Start begins = rig.start(TOPIC);
        for (int n = 1; n <= 100; n++) {
            rig.put(TOPIC, n);
        }
        store.calls.clear();
        for (int client = 0; client < 1_000; client++) {
            assertThat(rig.start(TOPIC, begins.position()).recovered()).contains(true);
            assertThat(rig.read(TOPIC, 0).broadcasts()).hasSize(100);
        }
        assertThat(store.calls).isEmpty();
    }

    @Test
    void afterARestartTheFirstOneBringsTheTailForAllOthers() {
        List<Broadcast> before = elsewhereUpTo(100);
        rig.subscribe(TOPIC);
        String since = before.get(9).position().orElseThrow();
        store.calls.clear();
        for (int client = 0; client < 1_000; client++) {
            assertThat(rig.start(TOPIC, since)).isEqualTo(new Start(since, 10, Optional.of(true)));
            assertThat(rig.read(TOPIC, 10).broadcasts()).hasSize(90);
        }
        assertThat(store.calls).containsExactly("standing", "read");
    }

    @Test
    void theSameQuestionsAtOnceAreOne() {
        List<Broadcast> before = elsewhereUpTo(100);
        rig.subscribe(TOPIC);
        String since = before.get(9).position().orElseThrow();
        store.calls.clear();
        List<CompletableFuture<Start>> starts = IntStream.range(0, 1_000)
                .mapToObj(client -> rig.history().start(TOPIC, Optional.of(since)))
                .toList();
        time.run();
        assertThat(starts).allMatch(start -> start.join().offset() == 10);
        var reads = IntStream.range(0, 1_000)
                .mapToObj(client -> rig.history().read(TOPIC, 10, 1 << 20))
                .toList();
        time.run();
        assertThat(reads).allMatch(read -> read.join().broadcasts().size() == 90);
        assertThat(reads.get(0).join().broadcasts().get(0))
                .isSameAs(reads.get(9).join().broadcasts().get(0));
        assertThat(store.calls).containsExactly("standing", "read");
    }

    @Test
    void tailsAreBoundedTogether() {
        try (KeptRig narrow = new KeptRig(
                time,
                new TestStore(),
                kept -> kept.keep("room:*", Retention.forever()).maxTailBytes(50_000))) {
            for (int topic = 0; topic < 10; topic++) {
                narrow.subscribe("room:" + topic);
                String begins = narrow.start("room:" + topic).position();
                for (int n = 0; n < 50; n++) {
                    narrow.put("room:" + topic, n);
                }
                assertThat(narrow.kept.stats().tailBytes()).isLessThanOrEqualTo(50_000);
                assertThat(narrow.start("room:" + topic, begins).recovered()).contains(true);
                assertThat(narrow.read("room:" + topic, 0).broadcasts()).hasSize(50);
            }
        }
    }

    @Test
    void aTailIsNoOlderThanTheRetentionSays() {
        try (KeptRig hour = new KeptRig(
                time,
                MemoryStore.builder().timers(time).build(),
                kept -> kept.keep(
                        "room:*",
                        Retention.builder().maxAge(Duration.ofHours(1)).build()))) {
            hour.subscribe(TOPIC);
            String begins = hour.start(TOPIC).position();
            hour.put(TOPIC, 1);
            hour.pass(Duration.ofMinutes(59));
            assertThat(hour.start(TOPIC, begins).recovered()).contains(true);
            hour.pass(Duration.ofMinutes(2));
            assertThat(hour.start(TOPIC, begins).recovered()).contains(false);
        }
    }

    @Test
    void anAnswerThatSomebodyElseHadAskedForIsNotTooOld() {
        elsewhereUpTo(2);
        rig.subscribe(TOPIC);
        rig.start(TOPIC);
        List<CompletableFuture<Slice>> late = new ArrayList<>();
        store.whenRead = () -> { // the answer is on its way, and has no third
            store.whenRead = () -> {};
            rig.cluster.receiver().broadcast(elsewhere(3));
            late.add(rig.history().read(TOPIC, 0, 1 << 20));
        };
        CompletableFuture<Slice> early = rig.history().read(TOPIC, 0, 1 << 20);
        time.run();
        assertThat(early.join().upTo()).isEqualTo(2);
        assertThat(late.get(0).join().upTo()).isEqualTo(3);
        assertThat(late.get(0).join().broadcasts())
                .extracting(Broadcast::offset)
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void aTopicThatNoStreamCanBeCalledIsRefusedAndNothingIsMadeForIt() {
        for (String topic : List.of("room:\0", "room:\ud83d")) {
            assertThat(rig.history().start(topic, Optional.empty()))
                    .failsWithin(Duration.ZERO)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThat(rig.kept.stats().topics()).isZero();
    }
}
