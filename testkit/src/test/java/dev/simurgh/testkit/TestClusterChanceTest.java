package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * That chance is chance, over a fixed set of seeds: what should be independent agrees in about half of them. Over {@value #SEEDS} seeds the
 * standard deviation is 20, so that five of them are 100: none of these tests would fail for an honest coin in a million tries.
 */
class TestClusterChanceTest {
    private static final int SEEDS = 1600;
    private static final int SLACK = 100;

    private static void assertHalf(String what, IntPredicate agrees) {
        assertThat(IntStream.range(0, SEEDS).filter(agrees).count())
                .as(what)
                .isBetween((long) SEEDS / 2 - SLACK, (long) SEEDS / 2 + SLACK);
    }

    /** What of the first broadcasts and messages between three nodes is lost, for each of the six links. */
    private record Luck(BitSet broadcasts, BitSet messages) {
        static Luck of(long seed, List<String> names) {
            TestCluster cluster = TestCluster.seed(seed);
            List<TestClusterPeer> peers = names.stream()
                    .map(name -> new TestClusterPeer(cluster, name).subscribe("t"))
                    .toList();
            cluster.lose(0.5);
            BitSet broadcasts = new BitSet();
            BitSet messages = new BitSet();
            int link = 0;
            for (TestClusterPeer from : peers) {
                from.broadcast("e");
                for (TestClusterPeer to : peers) {
                    if (to != from) {
                        broadcasts.set(link, to.taken().isEmpty());
                        int before = cluster.history().size();
                        from.node.pubsub.node().send(id(to), "kind", new byte[1]);
                        messages.set(link++, cluster.history().get(before).contains(" lost, by chance: "));
                    }
                }
                from.taken();
            }
            return new Luck(broadcasts, messages);
        }

        private static NodeId id(TestClusterPeer peer) {
            return new NodeId(peer.node.pubsub.node().self(), 1);
        }
    }

    private static final List<Luck> LUCKS = lucks(List.of("a", "b", "c"));

    private static List<Luck> lucks(List<String> names) {
        return IntStream.range(0, SEEDS).mapToObj(seed -> Luck.of(seed, names)).toList();
    }

    @Test
    void linksLoseIndependentlyOfEachOther() {
        for (int link = 0; link < 6; link++) {
            int one = link;
            assertHalf(one + " loses", seed -> LUCKS.get(seed).broadcasts.get(one));
            for (int other = 0; other < one; other++) {
                int two = other;
                assertHalf(
                        one + " as " + two,
                        seed -> LUCKS.get(seed).broadcasts.get(one)
                                == LUCKS.get(seed).broadcasts.get(two));
            }
        }
    }

    @Test
    void aLinkLosesMessagesIndependentlyOfBroadcasts() {
        for (int link = 0; link < 6; link++) {
            int one = link;
            assertHalf(
                    "on " + one,
                    seed -> LUCKS.get(seed).broadcasts.get(one)
                            == LUCKS.get(seed).messages.get(one));
        }
    }

    @Test
    void seedsThatFollowEachOtherHaveLuckOfTheirOwn() {
        for (int link = 0; link < 6; link++) {
            int one = link;
            assertHalf(
                    "on " + one,
                    seed -> LUCKS.get(seed).broadcasts.get(one)
                            == LUCKS.get((seed + 1) % SEEDS).broadcasts.get(one));
        }
    }

    /** Their hash codes are the same. */
    @Test
    void namesThatHashAlikeHaveLuckOfTheirOwn() {
        List<Luck> lucks = lucks(List.of("x", "Aa", "BB"));
        assertHalf(
                "x to Aa as x to BB",
                seed -> lucks.get(seed).broadcasts.get(0)
                        == lucks.get(seed).broadcasts.get(1));
        assertHalf(
                "Aa to BB as BB to Aa",
                seed -> lucks.get(seed).broadcasts.get(3)
                        == lucks.get(seed).broadcasts.get(5));
    }

    /** What a test looks for with many seeds: one node gets it, the other does not. */
    @Test
    void aPartialLossIsFoundInHalfOfTheSeeds() {
        assertHalf(
                "only one of two",
                seed -> LUCKS.get(seed).broadcasts.get(0)
                        != LUCKS.get(seed).broadcasts.get(1));
    }

    @Test
    void delaysOfTwoLinksAreIndependent() {
        List<Boolean> agree = new ArrayList<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            TestClusterPath.Faults faults = new TestClusterPath.Faults();
            faults.delay(Duration.ZERO, Duration.ofSeconds(1));
            long half = 500_000_000;
            agree.add(new TestClusterPath(seed, "a", "b", faults)
                                    .broadcastPassage(0)
                                    .arrival()
                            < half
                    == new TestClusterPath(seed, "a", "c", faults)
                                    .broadcastPassage(0)
                                    .arrival()
                            < half);
        }
        assertHalf("both fast or both slow", agree::get);
    }
}
