package dev.simurgh.testkit;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestClusterFaultsTest {
    private static final List<String> NUMBERS =
            IntStream.range(0, 1000).mapToObj(String::valueOf).toList();

    private final TestCluster cluster = TestCluster.seed(7);
    private final TestClusterPeer a = new TestClusterPeer(cluster, "a").subscribe("t");
    private final TestClusterPeer b = new TestClusterPeer(cluster, "b").subscribe("t");
    private final TestClusterPeer c = new TestClusterPeer(cluster, "c").subscribe("t");

    private void advance(long millis) {
        cluster.clock().advance(ofMillis(millis));
    }

    private void broadcastNumbers() {
        NUMBERS.forEach(a::broadcast);
    }

    @Test
    void aCutIsBetweenTwoNodesOnly() {
        cluster.cut("a", "b");
        assertThat(List.of(a.nodes(), b.nodes(), c.nodes()))
                .containsExactly(List.of("c"), List.of("c"), List.of("a", "b"));
        a.broadcast("e");
        assertThat(List.of(b.taken(), c.taken())).containsExactly(List.of(), List.of("e"));
        cluster.cut("a", "c").heal();
        a.broadcast("again");
        assertThat(List.of(b.taken(), c.taken())).containsExactly(List.of("again"), List.of("again"));
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.cut("a", "z"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.cut("a", "a"))
                .withMessage("cut: a and itself (expected: two nodes)");
    }

    @Test
    void withoutFaultsABroadcastArrivesBeforeItReturns() {
        a.broadcast("e");
        assertThat(List.of(a.taken(), b.taken(), c.taken())).containsOnly(List.of("e"));
        assertThat(cluster.clock().now()).isZero();
    }

    @Test
    void aDelayIsKeptToTheNanosecond() {
        cluster.delay(ofMillis(5));
        a.broadcast("e");
        assertThat(a.taken()).containsExactly("e");
        cluster.clock().advance(ofMillis(5).minusNanos(1));
        assertThat(b.taken()).isEmpty();
        cluster.clock().advance(Duration.ofNanos(1));
        assertThat(b.taken()).containsExactly("e");
        assertThat(c.taken()).containsExactly("e");
    }

    @Test
    void whatTravelsForeverNeverArrives() {
        cluster.delay("a", "b", ChronoUnit.FOREVER.getDuration());
        cluster.delay("a", "c", Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE));
        advance(1);
        a.broadcast("e");
        assertThat(a.taken()).containsExactly("e");
        cluster.clock().advance(Duration.ofDays(365 * 50));
        assertThat(b.taken()).isEmpty();
        b.broadcast("back");
        assertThat(a.taken()).containsExactly("back");
    }

    @Test
    void whatTravelsForeverDoesNotArriveLateInTheClocksLifeEither() {
        cluster.clock().advance(Duration.ofDays(365L * 250));
        cluster.delay("a", "b", ChronoUnit.FOREVER.getDuration());
        cluster.detection(ChronoUnit.FOREVER.getDuration());
        a.broadcast("e");
        cluster.crash("c");
        cluster.clock().advance(Duration.ofDays(365 * 40));
        assertThat(b.taken()).isEmpty();
        assertThat(a.nodes()).containsExactly("b", "c");
    }

    @Test
    void aDelayOfOneLinkLeavesTheOthersAlone() {
        cluster.delay("a", "b", ofMillis(5));
        a.broadcast("from a");
        b.broadcast("from b");
        assertThat(a.taken()).containsExactly("from a", "from b");
        assertThat(b.taken()).containsExactly("from b");
        assertThat(c.taken()).containsExactly("from a", "from b");
        advance(5);
        assertThat(b.taken()).containsExactly("from a");
    }

    @Test
    void aRangeOfDelaysKeepsTheOrderOfASender() {
        cluster.delay(ofMillis(10), ofMillis(20));
        broadcastNumbers();
        advance(9);
        assertThat(b.taken()).isEmpty();
        advance(11);
        assertThat(b.taken()).isEqualTo(NUMBERS);
    }

    @Test
    void aRangeOfDelaysIsUsed() {
        cluster.delay("a", "b", ofMillis(10), ofMillis(20)).delay("a", "c", ofMillis(10), ofMillis(20));
        a.broadcast("e");
        advance(10);
        for (int i = 0; i < 10; i++) {
            advance(1);
            if (b.taken().isEmpty() != c.taken().isEmpty()) {
                return;
            }
        }
        throw new AssertionError("both in the same millisecond: " + cluster);
    }

    @Test
    void aShorterDelayDoesNotOvertake() {
        cluster.delay(ofMillis(9));
        a.broadcast("first");
        cluster.delay(Duration.ZERO);
        a.broadcast("second");
        assertThat(b.taken()).isEmpty();
        advance(9);
        assertThat(b.taken()).containsExactly("first", "second");
    }

    @Test
    void lossLosesAsManyAsItSays() {
        cluster.lose(0.25);
        broadcastNumbers();
        List<String> taken = b.taken();
        assertThat(taken).hasSizeBetween(700, 800).isSubsetOf(NUMBERS).isNotEqualTo(c.taken());
        assertThat(cluster.history().stream().filter("0 ms: a -> b lost, by chance: t 17"::equals))
                .hasSize(taken.contains("17") ? 0 : 1);
    }

    @Test
    void lossOfOneLinkLeavesTheOthersAlone() {
        cluster.lose("a", "b", 1);
        a.broadcast("from a");
        b.broadcast("from b");
        assertThat(b.taken()).containsExactly("from b");
        assertThat(c.taken()).containsExactly("from a", "from b");
        cluster.lose(0);
        a.broadcast("again");
        assertThat(b.taken()).containsExactly("again");
    }

    @Test
    void lossSparesWhatNodesTellOfTheirTopics() {
        cluster.lose(1);
        b.subscribe("u");
        cluster.lose(0);
        a.broadcast("u", "e");
        assertThat(b.taken()).containsExactly("e");
    }

    @Test
    void aReorderedLinkLetsMessagesOvertake() {
        cluster.delay(ofMillis(5)).reorder("a", "b", true);
        broadcastNumbers();
        advance(5);
        assertThat(b.taken()).containsExactlyInAnyOrderElementsOf(NUMBERS).isNotEqualTo(NUMBERS);
        assertThat(c.taken()).isEqualTo(NUMBERS);
        cluster.reorder("a", "b", false);
        broadcastNumbers();
        advance(5);
        assertThat(b.taken()).isEqualTo(NUMBERS);
    }

    @Test
    void aReorderedLinkWithARangeLetsLaterMessagesOvertake() {
        cluster.delay(ofMillis(1), ofMillis(100)).reorder("a", "b", true);
        for (String number : NUMBERS.subList(0, 10)) {
            a.broadcast(number);
            advance(1);
        }
        advance(100);
        List<String> ten = NUMBERS.subList(0, 10);
        assertThat(b.taken()).containsExactlyInAnyOrderElementsOf(ten).isNotEqualTo(ten);
        assertThat(c.taken()).isEqualTo(ten);
    }

    @Test
    void aDuplicateComesAfterTheFirst() {
        cluster.duplicate(1);
        a.broadcast("e");
        a.broadcast("f");
        assertThat(b.taken()).containsExactly("e", "e", "f", "f");
        cluster.duplicate(0).duplicate("a", "c", 1);
        a.broadcast("g");
        assertThat(b.taken()).containsExactly("g");
        assertThat(c.taken()).endsWith("g", "g");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.lose(1.5))
                .withMessage("probability: 1.5 (expected: 0 to 1)");
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.duplicate(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.lose(-0.1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.delay(ofMillis(2), ofMillis(1)))
                .withMessage("delay: PT0.002S to PT0.001S (expected: not negative, the shorter one first)");
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.delay(ofMillis(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.delay("a", "z", ofMillis(1)))
                .withMessage("node: z (expected: one of [a, b, c])");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.partition(Set.of("a"), Set.of("a", "b")))
                .withMessage("partition: a twice (expected: on one side)");
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.partition(Set.of("z")));
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        assertThat(historyOf(42)).isEqualTo(historyOf(42)).hasSizeGreaterThan(500);
        assertThat(historyOf(42)).isNotEqualTo(historyOf(43));
    }

    private static List<String> historyOf(long seed) {
        TestCluster cluster = TestCluster.seed(seed);
        List<TestClusterPeer> peers = List.of("a", "b", "c").stream()
                .map(name -> new TestClusterPeer(cluster, name).subscribe("t"))
                .toList();
        cluster.delay(ofMillis(1), ofMillis(9)).lose(0.2).duplicate(0.1).reorder("a", "b", true);
        for (String number : NUMBERS.subList(0, 300)) {
            peers.get(number.length() % 3).broadcast(number);
            cluster.clock().advance(ofMillis(1));
        }
        cluster.partition(Set.of("a")).clock().advance(ofMillis(10));
        return cluster.history();
    }

    /** So that a test that gets one more fault does not become another test. */
    @Test
    void aFaultOfOneLinkDoesNotChangeTheLuckOfAnother() {
        assertThat(takenByCWithLossToB(0.9)).isEqualTo(takenByCWithLossToB(0)).hasSizeBetween(400, 600);
    }

    private static List<String> takenByCWithLossToB(double loss) {
        TestCluster cluster = TestCluster.seed(3);
        TestClusterPeer a = new TestClusterPeer(cluster, "a");
        new TestClusterPeer(cluster, "b").subscribe("t");
        TestClusterPeer c = new TestClusterPeer(cluster, "c").subscribe("t");
        cluster.lose("a", "c", 0.5).lose("a", "b", loss);
        NUMBERS.forEach(a::broadcast);
        return c.taken();
    }

    @Test
    void theHistoryTellsWhatHappened() {
        TestCluster told = TestCluster.seed(5);
        TestClusterPeer x = new TestClusterPeer(told, "x");
        TestClusterPeer y = new TestClusterPeer(told, "y").subscribe("t");
        told.delay(Duration.ofNanos(1_500_000));
        x.broadcast("e");
        y.subscribe("u");
        told.clock().advance(ofMillis(2));
        told.partition(Set.of("y", "x"), Set.of()).partition(Set.of("y")).pause("x");
        told.resume("x").heal().clock().advance(ofMillis(3));
        told.crash("y").clock().advance(ofMillis(2));
        assertThat(told).hasToString("""
                TestCluster.seed(5)
                1.5 ms: x -> y delivered: t e
                1.5 ms: y -> x topics: +u
                2 ms: partition [[x, y]]
                2 ms: partition [[y]]
                2 ms: pause x
                2 ms: resume x
                2 ms: heal
                3.5 ms: y -> x hello
                3.5 ms: x -> y hello
                5 ms: x -> y hello
                5 ms: x -> y topics: all
                5 ms: y -> x hello
                5 ms: y -> x topics: all
                5 ms: crash y""");
    }
}
