package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscription;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
            assertThat(a.mesh.stats().late()).isEqualTo(2);
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
        void whatIsTooOldIsForgotten() {
            b.subscribe("t");
            a.broadcast("t", "old");
            net.now += TopicShard.MEMORY_NANOS + 1;
            a.broadcast("t", "new");
            net.deliver();
            assertThat(b.inbox).containsExactly("t new");
        }

        @Test
        void noMoreThanSoMuchIsRemembered() {
            b.subscribe("t");
            int more = TopicShard.MOST_REMEMBERED + 10;
            for (int i = 0; i < more; i++) {
                a.broadcast("t", "e" + i);
            }
            net.deliver();
            assertThat(b.inbox).hasSize(TopicShard.MOST_REMEMBERED).startsWith("t e10");
        }

        @Test
        void noMoreThanSoManyBytesAreRemembered() {
            b.subscribe("t");
            Payload big = Payload.binary(new byte[(int) TopicShard.MOST_REMEMBERED_BYTES / 2]);
            for (int i = 0; i < 3; i++) {
                a.pubsub().broadcast(Broadcast.of("t", "e" + i, big));
            }
            net.deliver();
            assertThat(b.inbox).containsExactly("t e2");
        }

        @Test
        void whatNobodyWantsIsForgottenWithItsTopic() {
            for (int i = 0; i < 3 * TopicShard.MOST_REMEMBERED; i++) {
                a.broadcast("topic " + i, "e");
            }
            net.now += TopicShard.MEMORY_NANOS + 1;
            a.broadcast("t", "e");
            net.now += 1;
            Net.Node late = net.node("late@h");
            late.start();
            net.meet(a, late);
            net.deliver();
            assertThat(late.inbox).isEmpty();
            assertThat(a.mesh.stats().remoteTopics()).isZero();
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

        @Test
        void connectAnswersWhenTheNodeHasSaidItsName() {
            Net.Node a = net.nodes("a@h").get(0);
            Net.Node b = net.node("b@h");
            b.start();
            a.connecting = new CompletableFuture<>();
            CompletableFuture<Boolean> answer = a.pubsub().node().connectLater("b@h:7701");
            assertThat(a.tried).containsExactly(NodeAddress.parse("b@h:7701"));
            net.meet(a, b);
            assertThat(answer).isNotDone();
            net.deliver();
            assertThat(answer).isCompletedWithValue(true);
            assertThat(a.pubsub().node().connectLater("b@h")).isCompletedWithValue(true);
            assertThat(a.pubsub().node().connectLater("a@h")).isCompletedWithValue(true);
            assertThat(a.tried).hasSize(1);
        }

        @Test
        void connectFailsIfItsCarrierDoesOrTheNameIsMalformed() {
            Net.Node a = net.nodes("a@h").get(0);
            a.connecting = CompletableFuture.failedFuture(new IllegalStateException("closed"));
            assertThatThrownBy(() -> a.pubsub().node().connect("b@h"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("closed");
            assertThatThrownBy(() -> a.pubsub().node().connect("b"))
                    .hasMessageStartingWith("node: b (expected: name@host");
        }

        @Test
        void connectToANodeThatIsNotThereAnswersNo() {
            assertThat(net.nodes("a@h").get(0).pubsub().node().connect("b@h")).isFalse();
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
