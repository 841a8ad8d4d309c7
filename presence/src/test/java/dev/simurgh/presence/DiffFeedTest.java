package dev.simurgh.presence;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.BacklogLimits;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.SerialLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the clients of a topic are told of changes: how often, in which order, and what a state holds. */
class DiffFeedTest {
    private static final String TOPIC = "room:1";

    private Rig rig = Rig.create();
    private final RoomClient client = rig.client(TOPIC);
    private final PresenceOwner owner = rig.presence.owner();

    @AfterEach
    void close() {
        rig.close();
    }

    private void given(RoomClient who) {
        rig.state(TOPIC, who);
    }

    private static List<String> keys(Map<?, ?> diff, String side) {
        return ((Map<?, ?>) RoomClient.at(diff, side))
                .keySet().stream().map(String.class::cast).sorted().toList();
    }

    @Test
    void theFirstChangeIsToldAtOnceAndTheNextTogetherWhenTheIntervalIsOver() {
        owner.track(TOPIC, "a", Map.of());
        rig.run();
        assertThat(client.diffs).hasSize(1);
        for (String key : List.of("b", "c", "d")) {
            owner.track(TOPIC, key, Map.of());
        }
        rig.advance(ofMillis(49));
        assertThat(client.diffs).hasSize(1);
        rig.advance(ofMillis(1));
        assertThat(client.diffs).hasSize(2);
        assertThat(keys(client.diffs.get(1), "joins")).isEqualTo(List.of("b", "c", "d"));
        rig.advance(ofMillis(50));
        owner.untrack(TOPIC, "a");
        rig.run();
        assertThat(client.diffs).hasSize(3);
    }

    @Test
    void whoComesAndGoesWithinAnIntervalIsNotToldOf() {
        owner.track(TOPIC, "a", Map.of());
        owner.track(TOPIC, "b", Map.of());
        owner.untrack(TOPIC, "b");
        rig.advance(ofMillis(500));
        assertThat(client.diffs).hasSize(1);
    }

    @Test
    void theUpdatesOfAnIntervalAreOneWithTheLastValue() {
        owner.track(TOPIC, "a", Map.of("n", 0));
        given(client);
        for (int n = 1; n <= 50; n++) {
            rig.advance(ofMillis(20));
            owner.update(TOPIC, "a", Map.of("n", n));
        }
        rig.advance(ofMillis(50));
        assertThat(client.diffs.size()).isBetween(15, 25);
        assertThat(client.seen("a", "n")).isEqualTo(50);
        assertThat(client.list()).isEqualTo(RoomClient.list(rig.presence, TOPIC));
    }

    @Test
    void anUpdateIsOneDiffWithTheOldMetaAndTheNewOneWhichNamesIt() {
        String old = owner.track(TOPIC, "a", Map.of("n", 0)).ref().orElseThrow();
        rig.advance(ofMillis(50));
        String ref = owner.update(TOPIC, "a", Map.of("n", 1)).ref().orElseThrow();
        rig.run();
        assertThat(client.events.get(1))
                .isEqualTo("diff {\"joins\":{\"a\":{\"metas\":[{\"n\":1,\"phx_ref\":\"" + ref
                        + "\",\"phx_ref_prev\":\"" + old
                        + "\"}]}},\"leaves\":{\"a\":{\"metas\":[{\"n\":0,\"phx_ref\":\""
                        + old + "\"}]}}}");
    }

    @Test
    void withoutAnIntervalEachChangeIsADiffOfItsOwnInOrder() {
        restart(ZERO);
        RoomClient all = rig.client(TOPIC);
        PresenceOwner mine = rig.presence.owner();
        mine.track(TOPIC, "a", Map.of());
        mine.track(TOPIC, "b", Map.of());
        mine.untrack(TOPIC, "a");
        mine.track(TOPIC, "a", Map.of());
        mine.close(); // which is one
        rig.run();
        assertThat(all.diffs.stream().map(diff -> keys(diff, "joins") + "-" + keys(diff, "leaves")))
                .containsExactly("[a]-[]", "[b]-[]", "[]-[a]", "[a]-[]", "[]-[a, b]");
    }

    private void restart(Duration interval) {
        rig.close();
        rig = new Rig(options -> options.diffInterval(interval));
    }

    @Test
    void theStateIsGivenAtOnceAlsoWhileMuchChangesAndIsWhatTheDiffsHaveTold() {
        String a = owner.track(TOPIC, "a", Map.of("n", 0)).ref().orElseThrow();
        PresenceOwner gone = rig.presence.owner();
        rig.advance(ofMillis(50));
        String b = gone.track(TOPIC, "b", Map.of()).ref().orElseThrow();
        owner.update(TOPIC, "a", Map.of("n", 1));
        owner.track(TOPIC, "c", Map.of());
        gone.close();
        given(client);
        assertThat(client.events).hasSize(3);
        assertThat(client.list()).isEqualTo(Map.of("a", Set.of(a), "b", Set.of(b)));
        rig.advance(ofMillis(50));
        assertThat(client.events).hasSize(4);
        assertThat(client.list())
                .isEqualTo(RoomClient.list(rig.presence, TOPIC))
                .containsOnlyKeys("a", "c");
    }

    @Test
    void theMetasOfAKeyAreTogetherAsTheyWere() {
        PresenceOwner gone = rig.presence.owner();
        owner.track(TOPIC, "a", Map.of("n", 0));
        gone.track(TOPIC, "a", Map.of("n", 1));
        rig.presence.owner().track(TOPIC, "b", Map.of());
        rig.advance(ofMillis(100));
        given(client);
        Map<String, Set<String>> told = client.list();
        String z = rig.presence.owner().track(TOPIC, "z", Map.of()).ref().orElseThrow();
        gone.close();
        owner.update(TOPIC, "a", Map.of("n", 2));
        rig.presence.owner().track(TOPIC, "a", Map.of("n", 3));
        RoomClient newcomer = rig.client(TOPIC);
        given(newcomer);
        told.put("z", Set.of(z));
        assertThat(newcomer.list()).isEqualTo(told);
    }

    @Test
    void whoWantsTheStateWhileADiffIsToldGetsItBehindThat() {
        for (int i = 0; i < 600; i++) { // told on the scheduler
            owner.track(TOPIC, "key" + i, Map.of());
        }
        rig.advance(ofMillis(100));
        List<Integer> diffs = new ArrayList<>();
        owner.close();
        rig.presence.giveState(TOPIC, all -> diffs.add(client.diffs.size()));
        rig.presence.giveState(TOPIC, all -> rig.onLoop(() -> client.state(all)));
        assertThat(diffs).isEmpty();
        rig.run();
        assertThat(diffs).hasSize(1);
        assertThat(client.events.get(client.events.size() - 1)).isEqualTo("state {}");
    }

    @Test
    void nobodyStaysOnAListWhoCameAndWentWhileItsStateWasMade() {
        owner.track(TOPIC, "a", Map.of());
        owner.track(TOPIC, "b", Map.of()); // clients hear of it later
        RoomClient newcomer = rig.client(TOPIC);
        given(newcomer);
        owner.untrack(TOPIC, "b");
        rig.advance(ofMillis(100));
        assertThat(newcomer.list())
                .isEqualTo(RoomClient.list(rig.presence, TOPIC))
                .containsOnlyKeys("a");
    }

    @Test
    void whoGoesAndComesBackUnchangedWithinAnIntervalHasNotBeenAway() {
        Pending pending = new Pending(true);
        Origin origin = new Origin(NodeId.starting("b@host"));
        pending.note(entry(origin, 7), null, 1);
        pending.note(null, entry(origin, 7), 2);
        assertThat(pending.take()).isEmpty();
        pending.note(entry(origin, 7), null, 3);
        pending.note(null, entry(origin, 8), 4);
        assertThat(pending.take()).hasSize(1);
        assertThat(pending.isEmpty()).isTrue();
    }

    private static Entry entry(Origin origin, long version) {
        return new Entry(origin, 7, version, 0, TOPIC, "a", new byte[] {'{', '}'});
    }

    @Test
    void theStateOfATopicWhereNobodyIsIsEmptyAndItIsNotRemembered() {
        given(client);
        assertThat(client.events).containsExactly("state {}");
        assertThat(rig.presence.roomCount()).isZero();
    }

    @Test
    void aTopicIsForgottenWithTheLastOfItButNotThatItWasJustToldOf() {
        for (int i = 0; i < 10; i++) {
            owner.track(TOPIC, "a", Map.of());
            owner.untrack(TOPIC, "a");
        }
        rig.advance(ofMillis(49));
        assertThat(client.diffs).hasSize(1);
        rig.advance(ofMillis(100));
        assertThat(client.diffs).hasSize(2);
        assertThat(keys(client.diffs.get(1), "leaves")).isEqualTo(List.of("a"));
        assertThat(rig.presence.roomCount()).isZero();
    }

    @Test
    void aTopicThatNobodyListensToIsForgottenAtOnce() {
        owner.track("silent", "a", Map.of());
        owner.untrack("silent", "a");
        assertThat(rig.presence.roomCount()).isZero();
    }

    @Test
    void aThousandWhoGoTogetherAreOneDiff() {
        for (int i = 0; i < 1000; i++) {
            owner.track(TOPIC, "user-" + i, Map.of("name", "Somebody " + i, "device", "phone", "room", "x".repeat(80)));
        }
        rig.advance(ofMillis(50));
        given(client);
        client.diffs.clear();
        rig.advance(ofMillis(50));
        owner.close();
        rig.advance(ofMillis(100));
        assertThat(client.diffs).hasSize(1);
        assertThat(keys(client.diffs.get(0), "leaves")).hasSize(1000);
        assertThat(client.list()).isEmpty();
    }

    @Test
    void aLargeChangeIsToldInPiecesThatNoUpdateIsSplitOver() {
        String text = "x".repeat(1000);
        for (int i = 0; i < 1000; i++) {
            owner.track(TOPIC, "key" + i, Map.of("text", text));
        }
        rig.advance(ofMillis(50));
        given(client);
        client.diffs.clear();
        for (int i = 0; i < 1000; i++) {
            owner.update(TOPIC, "key" + i, Map.of("text", text + i));
        }
        rig.advance(ofMillis(100));
        assertThat(client.diffs).hasSizeGreaterThan(6);
        assertThat(client.longest).isLessThanOrEqualTo(PresenceJson.MAX_DIFF_BYTES);
        assertThat(client.diffs)
                .allSatisfy(diff -> assertThat(keys(diff, "joins")).hasSameElementsAs(keys(diff, "leaves")));
        assertThat(client.list())
                .isEqualTo(RoomClient.list(rig.presence, TOPIC))
                .hasSize(1000);
    }

    @Test
    void theSameStateIsMadeOnceUntilSomethingChanges() {
        owner.track(TOPIC, "a", Map.of());
        CompletableFuture<?> first = rig.presence.state(TOPIC);
        CompletableFuture<?> second = rig.presence.state(TOPIC);
        rig.run();
        assertThat(first.join()).isSameAs(second.join());
        owner.track(TOPIC, "b", Map.of()); // told later
        assertThat(rig.presence.state(TOPIC).join()).isSameAs(first.join());
        rig.advance(ofMillis(50));
        assertThat(rig.presence.state(TOPIC).join()).isNotSameAs(first.join());
    }

    @Test
    void aSchedulerWithoutThreadsIsAskedAgain() {
        owner.track(TOPIC, "a", Map.of());
        owner.track(TOPIC, "b", Map.of());
        rig.run();
        rig.rejecting = true;
        rig.advance(ofMillis(60));
        assertThat(client.diffs).hasSize(1);
        rig.rejecting = false;
        rig.advance(ofMillis(100));
        assertThat(client.diffs).hasSize(2);
    }

    @Test
    void whoMissedADiffIsGivenTheStateWhenHisEventLoopHasCaughtUpAndNobodyElse() {
        rig.close();
        rig = new Rig(
                options -> options.diffInterval(ZERO),
                BacklogLimits.builder().pauseBytes(4_000).dropBytes(8_000).build());
        Queue<Runnable> tasks = new ArrayDeque<>();
        RoomClient quick = rig.client(TOPIC);
        RoomClient slow = rig.client(TOPIC, SerialLoop.on(tasks::add));
        Runnable slowWorks = () -> {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
                rig.run();
            }
        };
        slowWorks.run();
        rig.state(TOPIC, quick);
        rig.state(TOPIC, slow);
        PresenceOwner many = rig.presence.owner();
        for (int i = 0; i < 100; i++) {
            many.track(TOPIC, "key" + i, Map.of());
            rig.run();
        }
        slowWorks.run();
        assertThat(slow.diffs.size()).isBetween(5, 50);
        assertThat(slow.list()).isEqualTo(RoomClient.list(rig.presence, TOPIC)).hasSize(100);
        assertThat(quick.list()).isEqualTo(slow.list());
        assertThat(rig.presence.stats().told().missed()).isEqualTo(1);
        assertThat(rig.presence.stats().told().diffs()).isEqualTo(100);
        assertThat(quick.events).filteredOn(event -> event.startsWith("state")).hasSize(1);
        assertThat(slow.events).filteredOn(event -> event.startsWith("state")).hasSize(2);
        many.close();
        rig.run();
        slowWorks.run();
        assertThat(slow.list()).isEmpty();
        assertThat(rig.presence.roomCount()).isZero();
    }

    @Test
    void whatIsStillToBeToldIsToldWhenTheEndpointStops() {
        owner.track(TOPIC, "a", Map.of());
        owner.track(TOPIC, "b", Map.of());
        assertThat(rig.presence.state(TOPIC)).isDone();
        rig.endpoint.close();
        rig.run();
        assertThat(client.diffs).hasSize(2);
    }
}
