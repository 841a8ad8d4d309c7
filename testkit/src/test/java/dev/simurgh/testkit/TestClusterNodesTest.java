package dev.simurgh.testkit;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TestClusterNodesTest {
    private final TestCluster cluster = TestCluster.seed(7);
    private final TestClusterPeer a = new TestClusterPeer(cluster, "a").subscribe("t");
    private final TestClusterPeer b = new TestClusterPeer(cluster, "b").subscribe("t");
    private final TestClusterPeer c = new TestClusterPeer(cluster, "c").subscribe("t");

    private void advance(long millis) {
        cluster.clock().advance(ofMillis(millis));
    }

    /** What each node has got since the last time. */
    private List<List<String>> taken() {
        return List.of(a.taken(), b.taken(), c.taken());
    }

    @Test
    void anEndIsNoticedInTheSameOrderInEachRun() {
        List<String> names =
                IntStream.range(0, 12).mapToObj(i -> "n" + (10 + i)).toList();
        names.forEach(name -> new TestClusterPeer(cluster, name));
        cluster.detection(ofSeconds(2)).crash("a");
        advance(2000);
        assertThat(cluster.history())
                .filteredOn(line -> line.endsWith(" notices that a has gone"))
                .map(line -> line.split(" ", -1)[2])
                .containsExactlyElementsOf(
                        Stream.concat(Stream.of("b", "c"), names.stream()).toList());
    }

    @Test
    void anEndNeedNotBeNoticedEver() {
        cluster.detection(ChronoUnit.FOREVER.getDuration()).crash("a");
        cluster.clock().advance(ofDays(1000));
        assertThat(b.nodes()).containsExactly("a", "c");
    }

    @Nested
    class Partition {
        @Test
        void sidesDoNotReachEachOther() {
            cluster.partition(Set.of("a"), Set.of("b", "c"));
            a.broadcast("from a");
            b.broadcast("from b");
            assertThat(taken()).containsExactly(List.of("from a"), List.of("from b"), List.of("from b"));
            assertThat(a.nodes()).isEmpty();
            assertThat(b.nodes()).containsExactly("c");
            assertThat(a.direct("b", "direct")).isFalse();
        }

        @Test
        void whoIsNotNamedIsOnOneMoreSide() {
            cluster.partition(Set.of("a"));
            b.broadcast("e");
            assertThat(taken()).containsExactly(List.of(), List.of("e"), List.of("e"));
            TestClusterPeer d = new TestClusterPeer(cluster, "d").subscribe("t");
            assertThat(d.nodes()).containsExactly("b", "c");
            assertThat(a.nodes()).isEmpty();
        }

        @Test
        void healingBringsEverybodyBack() {
            cluster.partition(Set.of("a"), Set.of("b"), Set.of("c"));
            a.broadcast("lost");
            cluster.heal();
            assertThat(a.nodes()).containsExactly("b", "c");
            c.broadcast("e");
            assertThat(taken()).containsExactly(List.of("lost", "e"), List.of("e"), List.of("e"));
        }

        @Test
        void anotherPartitionReplacesTheFirst() {
            cluster.partition(Set.of("a")).partition(Set.of("c"));
            a.broadcast("e");
            assertThat(taken()).containsExactly(List.of("e"), List.of("e"), List.of());
        }

        @Test
        void whatIsOnItsWayAcrossIsLostEvenIfItHealsInTime() {
            cluster.delay(ofMillis(5));
            a.broadcast("e");
            cluster.partition(Set.of("a", "b"));
            cluster.heal();
            advance(5);
            assertThat(taken()).containsExactly(List.of("e"), List.of("e"), List.of());
            assertThat(cluster.history()).contains("5 ms: a -> c lost, partition: t e");
        }

        @Test
        void itIsNoticedAfterAWhile() {
            cluster.detection(ofSeconds(2)).partition(Set.of("a"));
            advance(1999);
            assertThat(a.nodes()).containsExactly("b", "c");
            assertThat(a.direct("b", "in vain")).isTrue();
            advance(1);
            assertThat(a.nodes()).isEmpty();
            assertThat(b.nodes()).containsExactly("c");
            assertThat(b.taken()).isEmpty();
            assertThat(cluster.history())
                    .contains("1999 ms: a -> b lost, partition: t in vain", "2000 ms: a notices that b has gone");
        }

        @Test
        void oneThatHealsBeforeItIsNoticedChangesNothing() {
            cluster.detection(ofSeconds(2)).partition(Set.of("a"));
            b.subscribe("u");
            advance(1000);
            cluster.heal();
            advance(5000);
            assertThat(a.nodes()).containsExactly("b", "c");
            a.broadcast("u", "e");
            assertThat(b.taken()).containsExactly("e");
        }
    }

    @Nested
    class Pause {
        @Test
        void whatIsSentToAHungNodeWaits() {
            cluster.pause("b");
            a.broadcast("1");
            c.broadcast("2");
            a.direct("b", "3");
            assertThat(b.taken()).isEmpty();
            assertThat(a.nodes()).containsExactly("b", "c");
            cluster.resume("b");
            assertThat(b.taken()).containsExactly("1", "2", "3");
        }

        @Test
        void whatAHungNodeSendsWaits() {
            cluster.pause("b");
            b.broadcast("1");
            assertThat(b.direct("a", "2")).isTrue();
            b.subscribe("u");
            a.broadcast("u", "not known");
            assertThat(a.taken()).isEmpty();
            assertThat(b.taken()).containsExactly("1");
            cluster.resume("b");
            assertThat(a.taken()).containsExactly("1", "2");
            a.broadcast("u", "known");
            assertThat(b.taken()).containsExactly("not known", "known");
        }

        @Test
        void aDelayRunsWhileANodeHangs() {
            cluster.delay(ofMillis(5)).pause("b");
            a.broadcast("1");
            advance(20);
            a.broadcast("2");
            cluster.resume("b");
            assertThat(b.taken()).containsExactly("1");
            advance(5);
            assertThat(b.taken()).containsExactly("2");
        }

        @Test
        void aHungNodeThatCrashesLosesAll() {
            cluster.pause("b");
            a.broadcast("in");
            b.broadcast("out");
            cluster.crash("b");
            assertThat(b.taken()).containsExactly("out");
            assertThat(a.taken()).containsExactly("in");
            assertThat(cluster.history()).contains("0 ms: a -> b lost, node down: t in");
        }

        @Test
        void aNewNodeMeetsAHungOne() {
            cluster.pause("b");
            TestClusterPeer d = new TestClusterPeer(cluster, "d");
            d.broadcast("other", "all that is unknown");
            cluster.resume("b");
            d.broadcast("other", "known by now");
            assertThat(b.node.received("all that is unknown")).isOne();
            assertThat(b.node.received("known by now")).isZero();
        }
    }

    @Nested
    class Crash {
        @Test
        void theOthersGoOn() {
            cluster.crash("b");
            a.broadcast("e");
            assertThat(taken()).containsExactly(List.of("e"), List.of(), List.of("e"));
            assertThat(a.nodes()).containsExactly("c");
            assertThat(b.nodes()).isEmpty();
        }

        @Test
        void whatItHasSentArrivesAndWhatItIsSentIsLost() {
            cluster.delay(ofMillis(5));
            a.broadcast("to b");
            b.broadcast("from b");
            cluster.crash("b");
            b.broadcast("too late");
            assertThat(b.direct("a", "too late")).isFalse();
            advance(5);
            assertThat(a.taken()).containsExactly("to b", "from b");
            assertThat(b.taken()).containsExactly("from b", "too late");
            assertThat(cluster.history()).contains("5 ms: a -> b lost, node down: t to b");
        }

        @Test
        void itIsNoticedAfterAWhile() {
            cluster.detection(ofSeconds(2)).crash("b");
            assertThat(a.direct("b", "in vain")).isTrue();
            advance(1999);
            assertThat(a.nodes()).containsExactly("b", "c");
            advance(1);
            assertThat(a.nodes()).containsExactly("c");
            assertThat(a.direct("b", "in vain")).isFalse();
        }

        @Test
        void aNodeThatIsRestartedStartsAnew() {
            b.subscribe("u");
            cluster.delay(ofMillis(5)).detection(ofSeconds(2));
            a.broadcast("to the old one");
            cluster.crash("b");
            TestClusterPeer again = new TestClusterPeer(cluster, "b").subscribe("t");
            advance(10); // a greeting there, and the table back
            a.broadcast("to the new one");
            a.broadcast("u", "to nobody");
            advance(5000);
            assertThat(again.taken()).containsExactly("to the new one");
            assertThat(again.node.received("to nobody")).isZero();
            assertThat(a.nodes()).containsExactly("b", "c");
            assertThat(b.taken()).isEmpty();
        }

        @Test
        void whatTheOldOneSaidOfItsTopicsDoesNotCount() {
            cluster.delay(ofMillis(5));
            b.subscribe("u");
            cluster.crash("b");
            TestClusterPeer again = new TestClusterPeer(cluster, "b");
            advance(10);
            a.broadcast("u", "e");
            advance(5);
            assertThat(again.node.received("e")).isZero();
        }

        @Test
        void onlyWhoIsThereCanCrash() {
            cluster.crash("b");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cluster.crash("b"))
                    .withMessage("node: b is not there (expected: one of [a, c])");
            assertThatIllegalArgumentException().isThrownBy(() -> cluster.pause("z"));
        }

        @Test
        void aNodeThatLeavesIsForgottenAtOnce() {
            cluster.detection(ofSeconds(2));
            b.node.pubsub.close();
            b.node.pubsub.close();
            assertThat(a.nodes()).containsExactly("c");
        }
    }
}
