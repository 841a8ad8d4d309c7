package dev.simurgh.testkit;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TestClusterInterestTest {
    private final TestCluster cluster = TestCluster.seed(7);
    private final TestClusterPeer a = new TestClusterPeer(cluster, "a");
    private final TestClusterPeer b = new TestClusterPeer(cluster, "b");

    private void advance(long millis) {
        cluster.clock().advance(ofMillis(millis));
    }

    @Test
    void aNodeGetsOnlyWhatItHasSubscribersFor() {
        Subscription subscription = b.node.subscribe("t", broadcast -> {});
        a.broadcast("t", "wanted");
        a.broadcast("u", "unwanted");
        subscription.cancel();
        a.broadcast("t", "no longer wanted");
        assertThat(b.node.received("wanted")).isOne();
        assertThat(b.node.received("unwanted")).isZero();
        assertThat(b.node.received("no longer wanted")).isZero();
    }

    @Test
    void aNodeGetsEverythingUntilItsTopicsAreKnown() {
        cluster.delay(ofMillis(5));
        TestClusterPeer late = new TestClusterPeer(cluster, "late");
        a.broadcast("u", "while unknown");
        advance(10); // a greeting there, and the table back
        a.broadcast("u", "once known");
        advance(5);
        assertThat(late.node.received("while unknown")).isOne();
        assertThat(late.node.received("once known")).isZero();
        assertThat(b.node.received("while unknown")).isZero();
    }

    @Test
    void aNodeGetsEverythingAfterAPartitionUntilItsTopicsAreKnownAgain() {
        cluster.delay(ofMillis(5)).partition(Set.of("a"));
        b.subscribe("t");
        cluster.heal();
        a.broadcast("t", "wanted");
        a.broadcast("u", "unwanted");
        advance(10);
        a.broadcast("u", "still unwanted");
        advance(5);
        assertThat(b.taken()).containsExactly("wanted");
        assertThat(b.node.received("unwanted")).isOne();
        assertThat(b.node.received("still unwanted")).isZero();
    }

    @Test
    void aBroadcastMadeBeforeASubscriptionIsHeardOfReachesItLater() {
        cluster.delay(ofMillis(5));
        b.subscribe("t");
        a.broadcast("first");
        advance(4);
        a.broadcast("second");
        advance(1);
        a.broadcast("third");
        advance(4);
        assertThat(b.taken()).isEmpty();
        advance(1); // the news there, and what was missed back
        assertThat(b.taken()).containsExactly("first", "second", "third");
    }

    @Test
    void aBroadcastMadeBeforeASubscriptionDoesNotReachIt() {
        a.broadcast("before");
        b.subscribe("t");
        a.broadcast("after");
        assertThat(b.taken()).containsExactly("after");
        cluster.delay(ofMillis(5));
        a.broadcast("u", "before");
        advance(6);
        b.subscribe("u");
        advance(20);
        assertThat(b.taken()).isEmpty();
    }

    @Test
    void floodingDeliversItWithoutDetour() {
        TestCluster flooded = TestCluster.seed(7).flood(true).delay(ofMillis(5));
        TestClusterPeer x = new TestClusterPeer(flooded, "x");
        TestClusterPeer y = new TestClusterPeer(flooded, "y");
        flooded.clock().advance(ofMillis(10));
        y.subscribe("t");
        x.broadcast("e");
        x.broadcast("u", "unwanted");
        flooded.clock().advance(ofMillis(5));
        assertThat(y.taken()).containsExactly("e");
        assertThat(y.node.received("unwanted")).isOne();
    }

    @Test
    void floodingIsDecidedBeforeThereAreNodes() {
        assertThatIllegalStateException()
                .isThrownBy(() -> cluster.flood(true))
                .withMessage("flood: nodes [a, b] were made already (expected: before the first)");
    }

    @Test
    void whatIsHeardOfTopicsKeepsItsOrder() {
        cluster.delay(ofMillis(5));
        Subscription first = b.node.subscribe("t", broadcast -> {});
        first.cancel();
        cluster.delay(ofMillis(0));
        b.subscribe("t");
        advance(5);
        a.broadcast("e");
        assertThat(b.taken()).containsExactly("e");
    }

    @Test
    void anAnswerGoesOutAfterWhatItAnswers() {
        List<String> atB = new ArrayList<>();
        b.node.subscribe("questions", broadcast -> {
            b.broadcast("answers", "yes");
            b.subscribe("thanks");
            atB.add(broadcast.event());
        });
        a.node.subscribe("answers", broadcast -> a.broadcast("thanks", "thanks"));
        new TestClusterPeer(cluster, "c").node.subscribe("questions", broadcast -> atB.add("c, too"));
        a.broadcast("questions", "well?");
        assertThat(atB).containsExactly("well?", "c, too");
        assertThat(b.taken()).containsExactly("thanks");
    }

    @Test
    void nodesThatNeverStopTalkingAreStopped() {
        a.node.subscribe("t", broadcast -> a.broadcast("u", "ping"));
        b.node.subscribe("u", broadcast -> b.broadcast("t", "pong"));
        b.broadcast("t", "pong");
        assertThatExceptionOfType(AssertionError.class)
                .as("who broadcast is not told, as an adapter may throw anything")
                .isThrownBy(() -> cluster.clock().advance(Duration.ZERO))
                .withMessageStartingWith("cluster: 100000 messages in one go (expected: nodes come to rest)")
                .withMessageContaining("a -> b delivered: u ping");
        int before = cluster.history().size();
        b.broadcast("t", "pong");
        advance(1000); // is told once
        assertThat(cluster.history()).hasSize(before);
    }

    @Test
    void aCaseWhoseNodesNeverStoppedTalkingFailsAtItsEnd() {
        a.node.subscribe("t", broadcast -> a.broadcast("u", "ping"));
        ChannelCase channels = cluster.channelCase("case");
        channels.endpoint().subscribe("u", broadcast -> channels.endpoint().broadcast("t", "pong", Map.of()));
        b.node.subscribe("u", broadcast -> b.broadcast("t", "pong"));
        b.broadcast("t", "pong");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(channels::close)
                .withMessageStartingWith("cluster: 100000 messages in one go");
        assertThat(channels.endpoint().isDraining()).isTrue();
        channels.close();
    }

    /** Without faults, nobody misses what it would get if everything were sent to everybody; and nothing goes where nobody wants it. */
    @RepeatedTest(20)
    void leavingNodesOutLosesNothing(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        RandomRun selective = new RandomRun(seed, false);
        RandomRun flooded = new RandomRun(seed, true);
        assertThat(selective.taken)
                .isEqualTo(flooded.taken)
                .allSatisfy(at -> assertThat(at).hasSizeGreaterThan(20));
        assertThat(selective.messages).isLessThan(flooded.messages);
        assertThat(selective.wasted).isZero();
        assertThat(flooded.wasted).isPositive();
    }

    /** Nodes come, go, part, subscribe and broadcast at random; with the same seed the same. */
    private static final class RandomRun {
        private static final List<String> TOPICS = List.of("t", "u", "v");
        /** By node: which of two nodes is told first is open. */
        private final List<List<String>> taken = new ArrayList<>();

        private final List<TestClusterPeer> peers = new ArrayList<>();
        private final List<List<Subscription>> subscriptions = new ArrayList<>();
        private final Random random;
        private final TestCluster cluster;
        private final long messages;
        private long wasted;

        RandomRun(long seed, boolean flood) {
            random = new Random(seed);
            cluster = TestCluster.seed(seed).flood(flood);
            for (String name : List.of("a", "b", "c", "d")) {
                peers.add(new TestClusterPeer(cluster, name));
                subscriptions.add(new ArrayList<>());
                taken.add(new ArrayList<>());
            }
            for (int i = 0; i < 1000; i++) {
                step(i);
            }
            messages = cluster.history().stream()
                    .filter(line -> line.contains("delivered"))
                    .count();
        }

        private void step(int i) {
            int at = random.nextInt(peers.size());
            String topic = TOPICS.get(random.nextInt(TOPICS.size()));
            List<Subscription> mine = subscriptions.get(at);
            switch (random.nextInt(8)) {
                case 0 ->
                    mine.add(peers.get(at)
                            .node
                            .subscribe(topic, broadcast -> taken.get(at).add(broadcast.event())));
                case 1, 2 -> {
                    if (!mine.isEmpty()) {
                        mine.remove(random.nextInt(mine.size())).cancel();
                    }
                }
                case 3 -> {
                    if (i % 5 == 0) {
                        cluster.partition(Set.of(peers.get(at).node.name()));
                    }
                }
                case 4 -> cluster.heal();
                default -> broadcast(at, topic, "e" + i);
            }
        }

        private void broadcast(int from, String topic, String event) {
            peers.get(from).broadcast(topic, event);
            for (int to = 0; to < peers.size(); to++) {
                boolean wanted = subscriptions.get(to).stream()
                        .anyMatch(subscription -> subscription.topic().equals(topic));
                int received = peers.get(to).node.received(event);
                assertThat(received).isLessThanOrEqualTo(1);
                wasted += wanted ? 0 : received;
            }
        }
    }
}
