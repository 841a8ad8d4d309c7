package dev.simurgh.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the network does to messages between nodes, and to news of topics. */
class TestClusterMessagesTest {
    private static final List<String> NUMBERS =
            IntStream.range(0, 1000).mapToObj(String::valueOf).toList();

    private final TestCluster cluster = TestCluster.seed(7);
    private final ClusterSuiteNode a = new ClusterSuiteNode(cluster.node("a"));
    private final ClusterSuiteNode b = new ClusterSuiteNode(cluster.node("b"));
    private final List<String> heard = heardBy(b);

    private static List<String> heardBy(ClusterSuiteNode node) {
        List<String> heard = new ArrayList<>();
        node.node().addHandler("k", (from, message) -> heard.add(new String(message, StandardCharsets.UTF_8)));
        return heard;
    }

    private void send(String text) {
        a.node().send(b.node().id(), "k", text.getBytes(StandardCharsets.UTF_8));
    }

    private void sendNumbers() {
        NUMBERS.forEach(this::send);
    }

    @Test
    void withoutFaultsAMessageArrivesBeforeSendReturns() {
        send("1");
        assertThat(heard).containsExactly("1");
    }

    @Test
    void aDelayIsThatOfTheLink() {
        cluster.delay("a", "b", ofMillis(5));
        send("1");
        assertThat(heard).isEmpty();
        cluster.clock().advance(ofMillis(5));
        assertThat(heard).containsExactly("1");
    }

    @Test
    void someAreLostAndTheHistoryTellsWhich() {
        cluster.lose(0.3);
        sendNumbers();
        assertThat(heard)
                .hasSizeBetween(600, 800)
                .isSubsetOf(NUMBERS)
                .isSortedAccordingTo((x, y) -> Integer.parseInt(x) - Integer.parseInt(y));
        assertThat(cluster.history()).contains("0 ms: a -> b lost, by chance: message k");
    }

    @Test
    void someComeTwice() {
        cluster.duplicate("a", "b", 0.3);
        sendNumbers();
        assertThat(heard).hasSizeBetween(1200, 1400).containsAll(NUMBERS);
    }

    @Test
    void someOvertakeOthers() {
        cluster.delay("a", "b", ofMillis(1), ofMillis(9)).reorder("a", "b", true);
        sendNumbers();
        cluster.clock().advance(ofMillis(9));
        assertThat(heard).containsExactlyInAnyOrderElementsOf(NUMBERS).isNotEqualTo(NUMBERS);
    }

    @Test
    void theSameSeedHasTheSameLuckWhateverIsBroadcast() {
        cluster.lose(0.3);
        sendNumbers();
        TestCluster again = TestCluster.seed(7).lose(0.3);
        ClusterSuiteNode otherA = new ClusterSuiteNode(again.node("a"));
        ClusterSuiteNode otherB = new ClusterSuiteNode(again.node("b"));
        List<String> others = heardBy(otherB);
        for (String number : NUMBERS) {
            otherA.pubsub.directBroadcast("b", TestClusterPeer.event("t", number));
            otherA.node().sendToAll("k", number.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(others).isEqualTo(heard);
    }

    @Test
    void aCrashLosesWhatIsOnItsWayToIt() {
        cluster.delay("a", "b", ofMillis(5)).detection(ofMillis(20));
        send("lost");
        cluster.crash("b");
        cluster.clock().advance(ofMillis(5));
        assertThat(heard).isEmpty();
        assertThat(cluster.history()).endsWith("5 ms: a -> b lost, node down: message k");
        assertThat(a.node().others()).as("a has not noticed").hasSize(1);
    }

    @Test
    void aNodeStartedAgainHasTheNextNumber() {
        assertThat(b.node().id()).isEqualTo(new NodeId("b", 1));
        cluster.crash("b");
        ClusterSuiteNode again = new ClusterSuiteNode(cluster.node("b"));
        assertThat(a.node().others()).containsExactly(new NodeId("b", 2));
        List<String> afterwards = heardBy(again);
        send("to the former");
        assertThat(afterwards).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void aPausedNodeHearsThemLater() {
        cluster.pause("b");
        sendNumbers();
        assertThat(heard).isEmpty();
        cluster.resume("b");
        assertThat(heard).isEqualTo(NUMBERS);
    }

    // News of topics.

    @Test
    void lostNewsIsMadeUpForByBroadcasting() {
        cluster.loseNews(1);
        ClusterSuiteInbox inbox = new ClusterSuiteInbox();
        b.subscribe("t", inbox);
        a.pubsub.broadcast(TestClusterPeer.event("t", "1"));
        assertThat(inbox.has("1")).isFalse();
        assertThat(cluster.history()).contains("0 ms: b -> a lost, by chance: topics: +t");
        cluster.loseNews(0);
        cluster.clock().advance(ofSeconds(5));
        a.pubsub.broadcast(TestClusterPeer.event("t", "2")); // asks
        a.pubsub.broadcast(TestClusterPeer.event("t", "3"));
        assertThat(inbox.has("3")).isTrue();
    }

    /** Topics come and go, and half of the news is lost. When it no longer is, all nodes know each other's topics after a while. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void tablesAreRightAgainAfterAnyLosses(long seed) {
        TestCluster lossy = TestCluster.seed(seed).delay(ofMillis(1), ofMillis(9));
        List<ClusterSuiteNode> nodes = List.of(
                new ClusterSuiteNode(lossy.node("a")),
                new ClusterSuiteNode(lossy.node("b")),
                new ClusterSuiteNode(lossy.node("c")));
        lossy.clock().advance(ofMillis(100));
        lossy.loseNews(0.5);
        Random random = new Random(seed);
        List<Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ClusterSuiteNode node = nodes.get(random.nextInt(3));
            if (random.nextInt(3) > 0 || subscriptions.isEmpty()) {
                subscriptions.add(node.subscribe("t" + random.nextInt(20), broadcast -> {}));
            } else {
                subscriptions.remove(random.nextInt(subscriptions.size())).cancel();
            }
            node.pubsub.broadcast(TestClusterPeer.event("t" + random.nextInt(20), "e"));
            lossy.clock().advance(ofMillis(random.nextInt(500)));
        }
        lossy.loseNews(0);
        for (int i = 0; i < 5; i++) {
            nodes.forEach(node -> node.pubsub.broadcast(TestClusterPeer.event("nobody's", "asks")));
            lossy.clock().advance(ofSeconds(5));
        }
        for (ClusterSuiteNode from : nodes) {
            for (int topic = 0; topic < 20; topic++) {
                String event = "last of " + from.name() + " to t" + topic;
                from.pubsub.broadcast(TestClusterPeer.event("t" + topic, event));
                lossy.clock().advance(ofMillis(20));
                for (ClusterSuiteNode at : nodes) {
                    boolean wants = at.topics().contains("t" + topic);
                    assertThat(at.received(event))
                            .as(event + " at " + at.name())
                            .isEqualTo(at != from && wants ? 1 : 0);
                }
            }
        }
    }
}
