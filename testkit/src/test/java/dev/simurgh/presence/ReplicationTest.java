package dev.simurgh.presence;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.TestCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Presences on several nodes, and what can happen to these. */
class ReplicationTest {
    private final TestCluster cluster = TestCluster.seed(14);
    private final Map<String, PresenceNode> nodes = new LinkedHashMap<>();

    @AfterEach
    void close() {
        nodes.values().forEach(PresenceNode::close);
    }

    private PresenceNode node(String name) {
        return node(name, ReplicationOptions.DEFAULTS);
    }

    private PresenceNode node(String name, ReplicationOptions options) {
        PresenceNode node = new PresenceNode(cluster, name, List.of("t"), builder -> builder.replication(options));
        nodes.put(name, node);
        return node;
    }

    private void crash(String name) {
        cluster.crash(name);
        remove(name).close();
    }

    private PresenceNode remove(String name) {
        return Objects.requireNonNull(nodes.remove(name), name);
    }

    private void advance(long millis) {
        cluster.clock().advance(ofMillis(millis));
    }

    private static String[] keys(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    private long sum(ToLongFunction<PresenceStats.Replication> what) {
        return nodes.values().stream()
                .mapToLong(node -> what.applyAsLong(node.told()))
                .sum();
    }

    private void assertSame(int count) {
        for (PresenceNode node : nodes.values()) {
            assertThat(node.list())
                    .as(node.name)
                    .isEqualTo(nodes.values().iterator().next().list());
            assertThat(node.watcher().list()).as(node.name).isEqualTo(node.list());
            assertThat(node.presence.count("t")).as(node.name).isEqualTo(count);
        }
    }

    private static Set<NodeId> origins(PresenceNode node) {
        return node.presence.list("t").values().stream()
                .flatMap(Collection::stream)
                .map(Meta::node)
                .collect(Collectors.toSet());
    }

    // What others see.

    @Test
    void whatIsTrackedOnOneNodeIsListedOnAllAtOnce() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        PresenceOwner owner = a.track("k");
        advance(0);
        assertThat(b.list()).isEqualTo(a.list()).containsOnlyKeys("k");
        owner.update("t", "k", Map.of("n", 1));
        advance(100);
        assertThat(b.list()).isEqualTo(a.list());
        assertThat(b.presence.get("t", "k").get(0).previousRef()).isPresent();
        owner.close();
        advance(100);
        assertSame(0);
    }

    @Test
    void aKeyOnTwoNodesHasAMetaOfEach() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        PresenceOwner onA = a.track("k");
        b.track("k");
        advance(100);
        assertSame(1);
        assertThat(a.presence.get("t", "k")).hasSize(2);
        onA.close();
        advance(100);
        assertThat(origins(a)).containsExactly(b.kit.endpoint().node().id());
    }

    @Test
    void manyChangesAreToldTogether() {
        PresenceNode a = node("a@h");
        node("b@h");
        advance(100);
        PresenceOwner owner = a.presence.owner();
        for (int i = 0; i < 1000; i++) {
            owner.track("t", "k" + i, Map.of("n", i));
        }
        for (int i = 0; i < 1000; i++) {
            owner.update("t", "k" + i, Map.of("n", -i));
        }
        advance(100);
        assertSame(1000);
        assertThat(a.told().deltas()).isLessThan(10);
        assertThat(a.told().bytesSent()).isLessThan(1000 * 60);
    }

    @Test
    void twoPresencesOfAnEndpointKnowNothingOfEachOther() {
        List<Presence> users = new ArrayList<>();
        List<Presence> typing = new ArrayList<>();
        List<ChannelCase> kits = new ArrayList<>();
        for (String name : List.of("a@h", "b@h")) {
            users.add(Presence.builder().build());
            typing.add(Presence.builder().name("typing").build());
            int i = kits.size();
            kits.add(ChannelCase.builder()
                    .clock(cluster.clock())
                    .endpoint(endpoint -> endpoint.cluster(cluster.node(name))
                            .part(users.get(i))
                            .part(typing.get(i)))
                    .build());
        }
        users.get(0).owner().track("t", "user", Map.of());
        typing.get(0).owner().track("t", "typist", Map.of());
        advance(100);
        assertThat(users.get(1).list("t")).containsOnlyKeys("user");
        assertThat(typing.get(1).list("t")).containsOnlyKeys("typist");
        kits.forEach(ChannelCase::close);
    }

    // Nodes that go.

    @Test
    void aNodeThatDiesLeavesAtOnceAndInOneDiff() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        b.track(keys("b", 300));
        a.track("a");
        advance(200);
        assertSame(301);
        int before = a.watcher().diffs();
        cluster.detection(ofSeconds(1));
        crash("b@h");
        advance(999);
        assertThat(a.presence.count("t")).isEqualTo(301);
        advance(1);
        assertThat(a.presence.count("t")).isEqualTo(1);
        advance(100);
        assertSame(1);
        assertThat(a.watcher().diffs()).isEqualTo(before + 1);
    }

    @Test
    void aNodeThatHangsAndGoesOnIsBackOnceWithoutAFullTransfer() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        node("c@h");
        PresenceOwner owner = b.track(keys("b", 1000));
        a.track("a");
        advance(200);
        assertSame(1001);
        long transfers = sum(PresenceStats.Replication::fullTransfers);
        long bytes = b.told().bytesSent();
        cluster.pause("b@h").partition(Set.of("b@h"));
        advance(5_000);
        assertThat(a.presence.count("t")).isEqualTo(1);
        cluster.heal().resume("b@h");
        advance(2_000);
        assertSame(1001);
        owner.untrack("t", "b0");
        advance(200);
        assertSame(1000);
        assertThat(sum(PresenceStats.Replication::fullTransfers)).isEqualTo(transfers);
        assertThat(b.told().bytesSent() - bytes).isLessThan(1000);
    }

    @Test
    void whatHasChangedDuringAPartitionIsRightOnBothSidesAfterIt() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        PresenceOwner onA = a.track("left", "changed", "stayed");
        PresenceOwner onB = b.track("leftB", "stayedB");
        advance(100);
        cluster.partition(Set.of("a@h"));
        onA.untrack("t", "left");
        onA.update("t", "changed", Map.of("n", 1));
        onA.track("t", "came", Map.of("n", 1));
        onB.untrack("t", "leftB");
        advance(1_000);
        assertThat(a.list()).containsOnlyKeys("changed", "stayed", "came");
        assertThat(b.list()).containsOnlyKeys("stayedB");
        cluster.heal();
        advance(100);
        assertSame(4);
    }

    @Test
    void whoeverDoesNotReachANodeDoesNotListItThoughAThirdReachesBoth() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        PresenceNode c = node("c@h");
        a.track("a");
        PresenceOwner onB = b.track("b");
        c.track("c");
        cluster.cut("a@h", "b@h");
        onB.update("t", "b", Map.of("n", 1));
        advance(2_000);
        assertThat(a.list()).containsOnlyKeys("a", "c");
        assertThat(b.list()).containsOnlyKeys("b", "c");
        assertThat(c.list()).containsOnlyKeys("a", "b", "c");
        cluster.heal();
        advance(100);
        assertSame(3);
    }

    /** One node is killed and started again under its name, again and again; no former life of it is anywhere. */
    @Test
    void noFormerLifeOfANodeComesBack() {
        List.of("a@h", "b@h", "c@h", "d@h").forEach(name -> node(name).track(keys(name, 50)));
        cluster.delay(Duration.ZERO, ofMillis(30)).detection(ofMillis(300));
        for (int restart = 0; restart < 15; restart++) {
            crash("d@h");
            advance(restart % 3 * 200L);
            cluster.detection(ofMillis(restart % 2 * 400L));
            advance(500);
            PresenceNode d = node("d@h");
            PresenceOwner owner = d.track(keys("d@h", 50));
            owner.untrack("t", "d@h" + restart);
            advance(3_000);
            assertSame(199);
            for (PresenceNode node : nodes.values()) {
                assertThat(origins(node))
                        .hasSize(4)
                        .contains(d.kit.endpoint().node().id());
                assertThat(node.told().remembered()).isZero();
            }
        }
        cluster.clock().advance(Duration.ofMinutes(6));
        assertSame(199);
    }

    @Test
    void aNodeWhoseEndpointEndsIsOffTheListsAtOnce() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        a.track("a");
        b.track("b");
        cluster.detection(ofSeconds(60));
        advance(100);
        remove("b@h").close();
        advance(100);
        assertThat(a.list()).containsOnlyKeys("a");
        assertThat(a.told().remembered()).isZero();
    }

    @Test
    void aLateChangeOfANodeThatHasDiedIsIgnored() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        b.track("b");
        advance(100);
        cluster.delay("b@h", "a@h", ofSeconds(5));
        b.track("late");
        cluster.partition(Set.of("b@h"));
        crash("b@h");
        cluster.heal();
        cluster.clock().advance(ofSeconds(10));
        assertThat(a.list()).isEmpty();
    }

    // Late and old.

    @Test
    void aNodeThatMissesAnUpdateGetsItAndNobodyGetsTheOldOneBack() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        PresenceOwner owner = a.track("k");
        advance(100);
        cluster.lose("a@h", "b@h", 1);
        owner.update("t", "k", Map.of("n", 1));
        PresenceNode c = node("c@h");
        advance(100);
        assertThat(meta(c)).isEqualTo(1);
        assertThat(meta(b)).isZero();
        cluster.lose("a@h", "b@h", 0);
        advance(1_100);
        assertSame(1);
        assertThat(meta(b)).isEqualTo(1);
        owner.close();
        advance(100);
        assertSame(0);
    }

    private static int meta(PresenceNode node) {
        return PresenceNode.number(node.presence.get("t", "k").get(0));
    }

    // What it costs.

    @Test
    void aReplacedNodeIsToldEverythingOnceAndThenItIsQuiet() {
        List.of("a@h", "b@h", "c@h").forEach(name -> node(name).track(keys(name, 2_000)));
        advance(3_000);
        assertSame(6_000);
        long idle = bytesOf(3_000);
        long transfers = sum(PresenceStats.Replication::fullTransfers);
        crash("c@h");
        node("c@h").track(keys("c@h", 2_000));
        advance(3_000);
        assertSame(6_000);
        assertThat(sum(PresenceStats.Replication::fullTransfers) - transfers).isLessThanOrEqualTo(4);
        assertThat(bytesOf(3_000)).isLessThanOrEqualTo(idle);
        assertThat(idle).isLessThan(3 * 6 * 8);
    }

    private long bytesOf(long millis) {
        long before = sum(PresenceStats.Replication::bytesSent);
        advance(millis);
        return sum(PresenceStats.Replication::bytesSent) - before;
    }

    @Test
    void nothingGrowsWithTimeThatComesAndGoes() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        for (int i = 0; i < 20; i++) {
            PresenceOwner owner = a.track(keys(i + "-", 500));
            advance(30);
            owner.update("t", i + "-0", Map.of("n", 1));
            advance(30);
            owner.close();
            advance(30);
        }
        advance(100);
        assertSame(0);
        assertThat(b.told().copyBytes()).isZero();
        assertThat(b.presence.stats().topics()).isZero();
    }

    // Bounds.

    /** Removals are forgotten faster than everything can be told: it is told again from the beginning, until it is whole. */
    @Test
    void whoIsOvertakenByForgottenRemovalsWhileGettingEverythingBeginsAgain() {
        ReplicationOptions narrow = new ReplicationOptions(1 << 20, ofSeconds(60), 16 * 20, 400, ofMillis(5));
        PresenceNode a = node("a@h", narrow);
        PresenceOwner owner = a.track(keys("k", 400));
        for (int i = 0; i < 50; i++) { // what came before it is not remembered
            owner.untrack("t", "k" + i);
        }
        advance(500);
        cluster.delay(ofMillis(5));
        PresenceNode b = node("b@h", narrow);
        for (int i = 50; i < 200; i++) {
            owner.untrack("t", "k" + i);
            owner.track("t", "late" + i, Map.of("n", i));
            advance(3);
        }
        advance(3_000);
        assertSame(350);
        assertThat(a.told().fullTransfers()).isGreaterThan(1);
        assertThat(b.told().copyBytes()).isEqualTo(copyBytes(b));
    }

    private static long copyBytes(PresenceNode node) {
        CopyRoom room = new CopyRoom(Long.MAX_VALUE, () -> 0);
        Function<Meta, Entry> entry = meta -> new Entry(
                new Origin(meta.node()),
                1,
                1,
                0,
                "t",
                "k50",
                meta.payload().toString().getBytes(StandardCharsets.UTF_8));
        node.presence
                .list("t")
                .forEach((key, metas) -> metas.stream()
                        .filter(meta ->
                                !meta.node().equals(node.kit.endpoint().node().id()))
                        .map(entry)
                        .map(made -> new Entry(made.origin, 1, 1, 0, "t", key, made.meta))
                        .forEach(each -> room.take(each, null)));
        return room.used();
    }

    @Test
    void whatHasNoRoomIsLeftOutAndComesWhenThereIsRoom() {
        ReplicationOptions options = ReplicationOptions.DEFAULTS.maxCopyBytes(250 * 100);
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h", options);
        PresenceOwner few = a.track(keys("few", 60));
        PresenceOwner many = a.track(keys("many", 100));
        advance(2_000);
        assertThat(b.presence.count("t")).isBetween(50, 110);
        assertThat(b.told().copyBytes()).isLessThanOrEqualTo(250 * 100);
        assertThat(b.told().leftOut()).isPositive();
        b.kit.logs().assertLogged(Level.ERROR, "no room for all entries of node a@h#1");
        many.close();
        advance(3_000);
        assertSame(60);
        few.close();
        advance(1_000);
        assertSame(0);
    }

    /** The lists must not stay wrong because there might be even more room. */
    @Test
    void whatHasNoRoomComesAsSoonAsItFitsIn() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h", ReplicationOptions.DEFAULTS.maxCopyBytes(250 * 100));
        PresenceOwner early = a.track(keys("early", 15));
        PresenceOwner owner = a.track(keys("k", 90));
        advance(2_000);
        int before = b.presence.count("t");
        assertThat(before).isBetween(90, 104);
        owner.update("t", "k0", Map.of("n", 1));
        advance(100);
        assertThat(PresenceNode.number(b.presence.get("t", "k0").get(0))).isEqualTo(1); // it is no longer than it was
        early.close();
        advance(3_000);
        assertSame(90);
    }

    @Test
    void longTopicsAndManyTopicsTakeRoom() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h", ReplicationOptions.DEFAULTS.maxCopyBytes(100_000));
        PresenceOwner owner = a.presence.owner();
        for (int i = 0; i < 50; i++) {
            owner.track("x".repeat(10_000) + i, "k", Map.of("n", 0));
        }
        advance(2_000);
        assertThat(b.presence.stats().copied()).isBetween(5, 9);
        owner.close();
        PresenceOwner own = b.presence.owner();
        for (int i = 0; i < 300; i++) {
            own.track("own" + i, "k", Map.of("n", 0)); // is counted with what b has tracked itself
        }
        PresenceOwner many = a.presence.owner();
        for (int i = 0; i < 300; i++) {
            many.track("t" + i, "k", Map.of("n", 0));
        }
        advance(3_000);
        assertThat(b.presence.stats().copied()).isBetween(150, 200);
    }

    @Test
    void whatIsRememberedGivesWayToWhatIsThere() {
        ReplicationOptions options = ReplicationOptions.DEFAULTS.maxCopyBytes(250 * 100);
        node("a@h").track(keys("a", 60));
        PresenceNode b = node("b@h", options);
        advance(100);
        crash("a@h");
        assertThat(b.told().remembered()).isEqualTo(1);
        node("c@h").track(keys("c", 60));
        advance(3_000);
        assertThat(b.presence.count("t")).isEqualTo(60);
        assertThat(b.told().remembered()).isZero();
        b.kit.logs().assertLogged(Level.ERROR, "no room for all entries of node c@h#1");
    }

    /** Also if it has gone only after something had no room, and nothing has changed since. */
    @Test
    void whatIsRememberedGivesWayToWhatHadNoRoomBefore() {
        node("a@h").track(keys("a", 60));
        PresenceNode b = node("b@h", ReplicationOptions.DEFAULTS.maxCopyBytes(250 * 100));
        advance(3_000);
        assertSame(60);
        node("c@h").track(keys("c", 60));
        advance(3_000);
        assertThat(b.presence.count("t")).isBetween(90, 110);
        crash("a@h");
        advance(5_000);
        assertThat(b.presence.count("t")).isEqualTo(60);
        assertThat(b.told().remembered()).isZero();
    }

    @Test
    void keysOfAllKindsTravelUnharmed() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        List<String> keys =
                List.of("", "__proto__", "constructor", "1", "🐦", "x".repeat(10_000), "\u0000\"\\", "ключ");
        keys.forEach(key -> a.track(key));
        advance(200);
        assertThat(b.list()).containsOnlyKeys(keys.toArray(String[]::new)).isEqualTo(a.list());
        assertThat(new TreeMap<>(b.watcher().list())).isEqualTo(a.list());
    }

    @Test
    void halfASurrogatePairIsTheSameKeyOnAllNodes() {
        PresenceNode a = node("a@h");
        PresenceNode b = node("b@h");
        PresenceOwner owner = a.track("half \ud83d");
        advance(100);
        assertThat(a.list()).containsOnlyKeys("half ?").isEqualTo(b.list());
        assertThat(owner.untrack("t", "half \ud83d").isOk()).isTrue();
        advance(100);
        assertSame(0);
    }
}
