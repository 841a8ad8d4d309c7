package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MeshTest {
    private final Net net = new Net();

    @Nested
    class Routing {
        private final Net.Node a;
        private final Net.Node b;
        private final Net.Node c;

        Routing() {
            List<Net.Node> nodes = net.nodes("a@h", "b@h", "c@h");
            a = nodes.get(0);
            b = nodes.get(1);
            c = nodes.get(2);
        }

        @Test
        void aBroadcastGoesToNodesThatWantItsTopic() {
            b.subscribe("t");
            net.deliver();
            a.broadcast("t", "e");
            assertThat(net.wire(a, b).broadcasts()).containsExactly("t e");
            assertThat(net.wire(a, c).broadcasts()).isEmpty();
            net.deliver();
            assertThat(b.inbox).containsExactly("t e");
        }

        @Test
        void aNodeWithManySubscribersGetsOneMessage() {
            b.subscribe("t");
            b.subscribe("t");
            net.deliver();
            a.broadcast("t", "e");
            net.deliver();
            assertThat(net.wire(a, b).broadcasts()).hasSize(1);
            assertThat(b.inbox).containsExactly("t e", "t e");
        }

        @Test
        void aNodeWhoseSubscribersHaveGoneGetsNothing() {
            Subscription subscription = b.subscribe("t");
            net.deliver();
            subscription.cancel();
            net.deliver();
            a.broadcast("t", "e");
            assertThat(net.wire(a, b).broadcasts()).isEmpty();
            assertThat(a.mesh.stats().remoteTopics()).isZero();
        }

        @Test
        void aNewNodeIsSentEverythingUntilItsTopicsAreKnown() {
            Net.Node d = net.node("d@h");
            d.start();
            d.subscribe("t");
            net.meet(a, d);
            a.broadcast("t", "wanted");
            a.broadcast("other", "unwanted");
            assertThat(net.wire(a, d).broadcasts()).containsExactly("t wanted", "other unwanted");
            net.deliver();
            a.broadcast("t", "later");
            a.broadcast("other", "later");
            net.deliver();
            assertThat(net.wire(a, d).broadcasts()).containsExactly("t wanted", "other unwanted", "t later");
            assertThat(d.inbox).containsExactly("t wanted", "t later");
        }

        @Test
        void aDirectBroadcastGoesToTheNamedNodeWhateverItWants() {
            assertThat(a.mesh.directBroadcast("b@h", Broadcast.of("t", "e", Payload.EMPTY)))
                    .isTrue();
            assertThat(a.mesh.directBroadcast("x@h", Broadcast.of("t", "e", Payload.EMPTY)))
                    .isFalse();
            assertThat(net.wire(a, b).broadcasts()).containsExactly("t e");
            assertThat(net.wire(a, c).broadcasts()).isEmpty();
        }

        @Test
        void manyTopicsAreToldInParts() {
            String longName = "x".repeat(1000);
            IntStream.range(0, 2000).forEach(i -> b.subscribe(longName + i));
            Net.Node d = net.node("d@h");
            d.start();
            net.meet(b, d);
            net.deliver();
            assertThat(d.mesh.stats().remoteTopics()).isEqualTo(2000);
            assertThat(net.wire(b, d).sent.stream()
                            .filter(m -> m.kind() == ClusterMessage.Kind.TOPICS)
                            .map(m -> m.bytes().length))
                    .hasSizeGreaterThan(20)
                    .allMatch(length -> length < 64 * 1024);
        }

        @Test
        void topicsThatComeAndGoWhileAllAreToldAreToldRightly() {
            List<Subscription> before = new ArrayList<>();
            String longName = "x".repeat(1000);
            IntStream.range(0, 500).forEach(i -> before.add(b.subscribe(longName + i)));
            Net.Node d = net.node("d@h");
            d.start();
            net.meet(b, d);
            List<ClusterMessage> parts = new ArrayList<>();
            net.wire(b, d).whenSent = message -> {
                if (message.kind() == ClusterMessage.Kind.TOPICS && message.bytes().length > 1000) {
                    parts.add(message);
                    int part = parts.size();
                    before.get(part).cancel(); // told, or not told yet
                    b.subscribe("new " + part);
                    b.subscribe("passing " + part).cancel();
                    before.get(100 + part).cancel();
                    before.set(100 + part, b.subscribe(longName + (100 + part)));
                }
            };
            net.deliver();
            int changes = parts.size();
            assertThat(changes).isGreaterThan(20);
            assertThat(d.mesh.stats().remoteTopics()).isEqualTo(500);
            for (int part = 1; part <= changes; part++) {
                d.broadcast(longName + part, "gone");
                d.broadcast("passing " + part, "gone");
                d.broadcast("new " + part, "wanted");
                d.broadcast(longName + (100 + part), "wanted");
            }
            assertThat(net.wire(d, b).broadcasts())
                    .hasSize(2 * changes)
                    .allSatisfy(broadcast -> assertThat(broadcast).endsWith("wanted"));
        }

        @Test
        void theTopicsOfALostNodeAreForgotten() {
            b.subscribe("t");
            net.deliver();
            net.part(a, b);
            a.broadcast("t", "lost");
            assertThat(a.mesh.stats().remoteTopics()).isZero();
            net.meet(a, b);
            net.deliver();
            a.broadcast("t", "again");
            net.deliver();
            assertThat(b.inbox).containsExactly("t again");
        }
    }

    @Nested
    class NewsThatIsOnItsWay {
        private final Net.Node a;
        private final Net.Node b;

        NewsThatIsOnItsWay() {
            List<Net.Node> nodes = net.nodes("a@h", "b@h");
            a = nodes.get(0);
            b = nodes.get(1);
        }

        @Test
        void whatItMissesIsSentWhenItArrives() {
            net.now = 100;
            b.subscribe("t");
            net.now = 200;
            a.broadcast("t", "1");
            a.broadcast("other", "unwanted");
            a.broadcast("t", "2");
            assertThat(net.wire(a, b).broadcasts()).isEmpty();
            net.now = 5000;
            net.deliver();
            a.broadcast("t", "3");
            net.deliver();
            assertThat(b.inbox).containsExactly("t 1", "t 2", "t 3");
            assertThat(net.wire(a, b).broadcasts()).containsExactly("t 1", "t 2", "t 3");
            assertThat(b.mesh.stats().late()).isEqualTo(2);
        }

        @Test
        void whatWasMadeBeforeTheSubscriptionIsNotDelivered() {
            a.broadcast("t", "before");
            net.now = 1_000_000;
            b.subscribe("t");
            a.broadcast("t", "after");
            net.now = 3_000_000;
            net.deliver();
            assertThat(b.inbox).containsExactly("t after");
            assertThat(b.mesh.stats().late()).as("only what was wanted is late").isEqualTo(1);
            assertThat(b.mesh.stats().received()).isEqualTo(2);
        }

        @Test
        void nothingComesTwiceToATopicThatIsLeftAndJoinedAgain() {
            Subscription first = b.subscribe("t");
            a.broadcast("t", "1"); // late
            net.deliver();
            a.broadcast("t", "2"); // at once
            net.wire(a, b).deliver();
            first.cancel();
            net.deliver();
            a.broadcast("t", "3"); // nobody's
            net.now = 1_000_000;
            b.subscribe("t");
            a.broadcast("t", "4"); // late
            net.deliver();
            assertThat(b.inbox).containsExactly("t 1", "t 2", "t 4");
            assertThat(net.wire(a, b).broadcasts()).containsExactly("t 1", "t 2", "t 3", "t 4");
        }

        @Test
        void anEarlierSubscriptionsNewsIsNotTakenForTheLaterOnes() {
            b.subscribe("t").cancel();
            net.now = 1_000_000;
            a.broadcast("t", "between");
            net.now = 2_000_000;
            b.subscribe("t");
            a.broadcast("t", "after");
            net.deliver();
            assertThat(b.inbox).containsExactly("t after");
        }

        @Test
        void aNodeThatWasNotThereHasMissedNothing() {
            Net.Node c = net.node("c@h");
            c.start();
            c.subscribe("t");
            a.broadcast("t", "before");
            net.now = 10;
            net.meet(a, c);
            net.deliver();
            a.broadcast("t", "after");
            net.deliver();
            assertThat(c.inbox).containsExactly("t after");
        }
    }

    @Nested
    class Meeting {
        @Test
        void nodesKnowEachOtherByName() {
            List<Net.Node> nodes = net.nodes("b@h", "a@h", "c@h");
            assertThat(nodes.get(2).pubsub().node().list()).containsExactly("a@h", "b@h");
            assertThat(nodes.get(0).news).containsExactly("+a@h", "+c@h");
        }

        @Test
        void oneThatIsSeenLaterThanItSeesStillGetsEverything() {
            Net.Node a = net.node("a@h");
            Net.Node b = net.node("b@h");
            a.start();
            b.start();
            a.subscribe("at a");
            b.subscribe("at b");
            net.sees(a, b);
            net.deliver(); // b drops it
            net.sees(b, a);
            net.deliver();
            a.broadcast("at b", "e");
            a.broadcast("unwanted", "e");
            b.broadcast("at a", "e");
            b.broadcast("unwanted", "e");
            net.deliver();
            assertThat(a.inbox).containsExactly("at a e");
            assertThat(b.inbox).containsExactly("at b e");
            assertThat(net.wire(a, b).broadcasts()).containsExactly("at b e");
            assertThat(net.wire(b, a).broadcasts()).containsExactly("at a e");
            assertThat(a.pubsub().node().list()).containsExactly("b@h");
            assertThat(b.pubsub().node().list()).containsExactly("a@h");
        }

        @Test
        void aLostNodeIsNotListedAndItsEndIsTold() {
            List<Net.Node> nodes = net.nodes("a@h", "b@h");
            net.part(nodes.get(0), nodes.get(1));
            assertThat(nodes.get(0).pubsub().node().list()).isEmpty();
            assertThat(nodes.get(0).news).containsExactly("+b@h", "-b@h");
        }

        @Test
        void aNodeThatComesBackBeforeItsEndWasNoticedIsANewOne() {
            List<Net.Node> nodes = net.nodes("a@h", "b@h");
            Net.Node a = nodes.get(0);
            Net.Node again = net.node("b@h");
            again.start();
            net.meet(a, again);
            net.deliver();
            assertThat(a.news).containsExactly("+b@h", "-b@h", "+b@h");
            net.loses(a, nodes.get(1));
            assertThat(a.news).containsExactly("+b@h", "-b@h", "+b@h");
            assertThat(a.pubsub().node().list()).containsExactly("b@h");
        }

        @Test
        void helloIsTheFirstThatANodeIsSent() {
            Net.Node a = net.nodes("a@h").get(0);
            Net.Node b = net.node("b@h");
            Net.Wire wire = net.new Wire(a, b);
            wire.beforeSent = hello -> {
                wire.beforeSent = message -> {};
                a.broadcast("t", "e"); // as another thread may, just then
            };
            net.sees(wire);
            assertThat(wire.sent.get(0).kind()).isEqualTo(ClusterMessage.Kind.HELLO);
        }

        @Test
        void aNodeThatLeavesHearsNothingOfTheOthersAnyMore() {
            List<Net.Node> nodes = net.nodes("a@h", "b@h");
            Net.Node a = nodes.get(0);
            a.whenClosed = () -> net.loses(a, nodes.get(1));
            a.pubsub().close();
            assertThat(a.pubsub().node().list()).isEmpty();
            assertThat(a.news).containsExactly("+b@h");
        }

        @Test
        void aNameIsTakenOnce() {
            Net.Node a = net.nodes("a@h").get(0);
            Net.Node other = net.node("a@h");
            assertThatThrownBy(() -> other.start(() -> net.meet(a, other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("node: a@h (expected: a name that no other node has)");
            assertThat(other.closed).isTrue();
            assertThat(a.pubsub().node().list()).isEmpty();
        }
    }

    @Nested
    class Overload {
        private final Net.Node a;
        private final Net.Node b;

        Overload() {
            List<Net.Node> nodes = net.nodes("a@h", "b@h");
            a = nodes.get(0);
            b = nodes.get(1);
        }

        @Test
        void aBroadcastThatALinkRefusesIsDroppedAndCounted() {
            b.subscribe("t");
            net.deliver();
            net.wire(a, b).full = true;
            a.broadcast("t", "lost");
            net.wire(a, b).full = false;
            a.events().writable(net.wire(a, b));
            a.broadcast("t", "e");
            net.deliver();
            assertThat(b.inbox).containsExactly("t e");
            assertThat(a.mesh.stats().refused()).isEqualTo(1);
        }

        @Test
        void whatTheCarrierDropsLaterIsCountedWithIt() {
            a.events().dropped(net.wire(a, b), 17);
            assertThat(a.mesh.stats().refused()).isEqualTo(17);
        }

        @Test
        void topicsAreToldAnewIfNewsOfThemWasRefused() {
            Subscription gone = b.subscribe("gone");
            b.subscribe("stays");
            net.deliver();
            net.wire(b, a).full = true;
            gone.cancel();
            b.subscribe("new");
            a.broadcast("new", "late");
            net.wire(b, a).full = false;
            b.subscribe("newer"); // in the table too
            b.events().writable(net.wire(b, a));
            net.deliver();
            List.of("gone", "stays", "new", "newer").forEach(topic -> a.broadcast(topic, "e"));
            assertThat(net.wire(a, b).broadcasts()).containsExactly("new late", "stays e", "new e", "newer e");
            net.deliver();
            assertThat(b.inbox).containsExactly("new late", "stays e", "new e", "newer e");
        }
    }
}
