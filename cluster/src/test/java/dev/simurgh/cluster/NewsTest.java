package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.Subscription;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A link that loses something, although it must not. */
class NewsTest {
    private final Net net = new Net();
    private final Net.Node a;
    private final Net.Node b;

    NewsTest() {
        List<Net.Node> nodes = net.nodes("a@h", "b@h");
        a = nodes.get(0);
        b = nodes.get(1);
    }

    /** Loses what waits on the way from b to a and is like that. */
    private void lose(Predicate<ClusterMessage> which) {
        assertThat(net.wire(b, a).waiting.removeIf(which)).isTrue();
    }

    private static Predicate<ClusterMessage> kind(ClusterMessage.Kind kind) {
        return message -> message.kind() == kind;
    }

    private void aBroadcastsAfter(long nanos, String topic, String event) {
        net.now += nanos;
        a.broadcast(topic, event);
        net.deliver();
    }

    @Test
    void aLostSubscriptionIsNoticedByTheNextNews() {
        b.subscribe("t");
        lose(kind(ClusterMessage.Kind.TOPIC_ADDED));
        b.subscribe("other");
        net.now = Mesh.AGAIN_NANOS;
        net.deliver();
        assertThat(a.mesh.stats().gaps()).isEqualTo(1);
        aBroadcastsAfter(0, "t", "e");
        assertThat(b.inbox).containsExactly("t e");
        assertThat(net.wire(a, b).broadcasts()).hasSize(1);
        aBroadcastsAfter(0, "unwanted", "e");
        assertThat(net.wire(a, b).broadcasts()).as("it knows all again").hasSize(1);
    }

    @Test
    void aLostEndOfASubscriptionIsNoticedByTheNextNews() {
        Subscription subscription = b.subscribe("t");
        net.deliver();
        subscription.cancel();
        lose(kind(ClusterMessage.Kind.TOPIC_REMOVED));
        b.subscribe("other");
        net.now = Mesh.AGAIN_NANOS;
        net.deliver();
        aBroadcastsAfter(0, "t", "e");
        assertThat(net.wire(a, b).broadcasts()).isEmpty();
        assertThat(a.mesh.stats().remoteTopics()).isEqualTo(1);
    }

    @Test
    void newsThatIsTheLastForLongIsNoticedByWhoBroadcasts() {
        b.subscribe("t");
        lose(kind(ClusterMessage.Kind.TOPIC_ADDED));
        aBroadcastsAfter(Mesh.ASK_NANOS - 1, "t", "lost");
        assertThat(b.inbox).isEmpty();
        aBroadcastsAfter(1, "t", "remembered");
        assertThat(b.inbox).as("what is remembered is not even lost").containsExactly("t lost", "t remembered");
        aBroadcastsAfter(0, "t", "e");
        assertThat(b.inbox).endsWith("t e");
        assertThat(a.mesh.stats().gaps()).isEqualTo(1);
    }

    @Test
    void nothingIsAskedAgainWhereNothingWasLost() {
        b.subscribe("t");
        net.deliver();
        for (int i = 0; i < 5; i++) {
            aBroadcastsAfter(Mesh.ASK_NANOS, "t", "e" + i);
        }
        assertThat(b.inbox).hasSize(5);
        assertThat(net.wire(a, b).sent)
                .filteredOn(kind(ClusterMessage.Kind.ASK))
                .hasSize(5);
        assertThat(net.wire(a, b).sent)
                .filteredOn(kind(ClusterMessage.Kind.AGAIN))
                .isEmpty();
        assertThat(a.mesh.stats().gaps()).isZero();
    }

    @Test
    void aNumberThatNewsOvertakesIsRightWhereItStands() {
        net.now = Mesh.ASK_NANOS;
        a.broadcast("t", "e"); // asks
        b.subscribe("1");
        net.deliver();
        b.subscribe("2");
        net.deliver();
        assertThat(a.mesh.stats().gaps()).isZero();
        assertThat(a.mesh.stats().remoteTopics()).isEqualTo(2);
    }

    @Test
    void aNodeThatHasLostTrackIsSentEverythingToUntilItHasTheTable() {
        b.subscribe("t");
        lose(kind(ClusterMessage.Kind.TOPIC_ADDED));
        b.subscribe("other");
        net.wire(b, a).deliver(); // a notices
        net.wire(a, b).waiting.clear(); // and its question is lost
        a.broadcast("t", "1");
        a.broadcast("unwanted", "2");
        net.deliver();
        assertThat(b.inbox).containsExactly("t 1");
        assertThat(net.wire(a, b).broadcasts()).containsExactly("t 1", "unwanted 2");
        aBroadcastsAfter(Mesh.ASK_NANOS, "t", "3"); // asks again
        aBroadcastsAfter(0, "unwanted", "4");
        assertThat(net.wire(a, b).broadcasts()).containsExactly("t 1", "unwanted 2", "t 3");
    }

    @Test
    void anyPartOfATableThatIsLostIsAskedForAgain() {
        String longName = "x".repeat(1000);
        IntStream.range(0, 40).forEach(i -> b.subscribe(longName + i));
        net.deliver();
        int parts = 0;
        for (int lost = 0; parts == 0 || lost < parts; lost++) {
            net.part(a, b);
            net.meet(a, b);
            net.wire(a, b).deliver(); // b hears hello and tells all
            Net.Wire wire = net.wire(b, a);
            List<ClusterMessage> table =
                    wire.waiting.stream().filter(ClusterMessage::isTable).toList();
            parts = table.size();
            assertThat(wire.waiting.remove(table.get(lost))).isTrue();
            net.deliver();
            aBroadcastsAfter(Mesh.ASK_NANOS, "unwanted", "asks");
            aBroadcastsAfter(Mesh.ASK_NANOS, "unwanted", "asks");
            int before = net.wire(a, b).broadcasts().size();
            aBroadcastsAfter(0, "unwanted", "e");
            assertThat(net.wire(a, b).broadcasts()).as("part " + lost).hasSize(before);
            assertThat(a.mesh.stats().remoteTopics()).as("part " + lost).isEqualTo(40);
        }
        assertThat(parts).isGreaterThan(10);
    }

    @Test
    void whatComesTwiceOrTooLateChangesNothing() {
        Subscription subscription = b.subscribe("t");
        ClusterMessage added = net.wire(b, a).waiting.peek();
        net.deliver();
        subscription.cancel();
        net.deliver();
        byte[] bytes = added.bytes();
        a.events().received(net.wire(a, b), bytes, 0, bytes.length);
        assertThat(a.mesh.stats().remoteTopics()).isZero();
        assertThat(a.mesh.stats().gaps()).isZero();
    }

    @Test
    void whoAsksAllTheTimeIsNotToldAllTheTime() {
        byte[] again = ClusterMessage.again().bytes();
        net.now = Mesh.AGAIN_NANOS;
        int before = net.wire(b, a).sent.size();
        for (int i = 0; i < 100; i++) {
            b.events().received(net.wire(b, a), again, 0, again.length);
        }
        List<ClusterMessage> sent = net.wire(b, a).sent;
        assertThat(sent.subList(before, sent.size()))
                .filteredOn(kind(ClusterMessage.Kind.HELLO))
                .hasSize(1);
    }
}
