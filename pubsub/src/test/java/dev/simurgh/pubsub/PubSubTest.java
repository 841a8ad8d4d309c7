package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PubSubTest {
    private final ManualLoop loop = new ManualLoop();
    private final ManualLoop second = new ManualLoop();
    private final RecordingCluster cluster = new RecordingCluster();
    private final PubSub pubsub = PubSub.on(cluster);
    private final Inbox inbox = new Inbox();

    private static Broadcast event(String name) {
        return Broadcast.of("t", name, Payload.EMPTY);
    }

    private void runAll() {
        loop.runAll();
        second.runAll();
    }

    private Map<String, Integer> topics() {
        var answer = pubsub.topics();
        runAll();
        assertThat(answer).isCompleted();
        return answer.join();
    }

    @Nested
    class Subscribing {
        @Test
        void aBroadcastMadeAfterwardsArrives() {
            pubsub.subscribe("t", loop, inbox);
            pubsub.broadcast(event("e"));
            assertThat(inbox.taken()).isEmpty();
            runAll();
            assertThat(inbox.taken()).containsExactly("e");
        }

        @Test
        void onTheLoopItselfAllIsImmediate() {
            loop.turn(() -> {
                var subscription = pubsub.subscribe("t", loop, inbox);
                pubsub.broadcast(event("e"));
                assertThat(inbox.taken()).containsExactly("e");
                subscription.cancel();
                pubsub.broadcast(event("f"));
                assertThat(inbox.taken()).isEmpty();
            });
            assertThat(loop.waiting()).isZero();
        }

        @Test
        void twiceIsTwoCopiesAndEachIsCancelledAlone() {
            var one = pubsub.subscribe("t", loop, inbox);
            var two = pubsub.subscribe("t", loop, inbox);
            pubsub.broadcast(event("e"));
            runAll();
            assertThat(inbox.taken()).containsExactly("e", "e");
            one.cancel();
            one.cancel();
            pubsub.broadcast(event("f"));
            runAll();
            assertThat(inbox.taken()).containsExactly("f");
            two.cancel();
            pubsub.broadcast(event("g"));
            runAll();
            assertThat(inbox.taken()).isEmpty();
            assertThat(one.isCancelled()).isTrue();
            assertThat(one.topic()).isEqualTo("t");
        }

        @Test
        void oneCancelledBeforeItsLoopHasSeenItNeverGetsAnything() {
            var subscription = pubsub.subscribe("t", loop, inbox);
            subscription.cancel();
            pubsub.broadcast(event("e"));
            runAll();
            assertThat(inbox.taken()).isEmpty();
            assertThat(topics()).isEmpty();
            assertThat(cluster.heard).containsExactly("+t", "broadcast e", "-t");
        }

        @Test
        void topicsAreKeptApart() {
            pubsub.subscribe("other", loop, inbox);
            pubsub.broadcast(event("e"));
            runAll();
            assertThat(inbox.taken()).isEmpty();
        }

        @Test
        void aLoopThatHasEndedRefusesAndNothingIsLeftBehind() {
            loop.ended = true;
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> pubsub.subscribe("t", loop, inbox));
            assertThat(pubsub.backlog(loop).offer(1, () -> {})).isFalse();
            assertThat(cluster.heard).containsExactly("+t", "-t");
            loop.asked = 0;
            assertThat(pubsub.topics()).isCompletedWithValue(Map.of());
            assertThat(loop.asked).isZero();
        }

        @Test
        void aLoopThatWasForgottenIsNotThereAnewForOneWhoComesLate() {
            pubsub.subscribe("t", loop, inbox);
            loop.runAll();
            loop.ended = true;
            pubsub.forget(loop);
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> pubsub.subscribe("t", loop, inbox));
            loop.asked = 0;
            pubsub.broadcast(event("e"));
            assertThat(pubsub.topics()).isCompletedWithValue(Map.of());
            assertThat(loop.asked).isZero();
        }

        @Test
        void aLoopThatEndedWithoutBeingForgottenIsFoundOut() {
            pubsub.subscribe("t", loop, inbox);
            loop.runAll();
            loop.ended = true;
            pubsub.broadcast(event("e"));
            assertThat(cluster.heard).containsExactly("+t", "broadcast e", "-t");
            loop.asked = 0;
            pubsub.broadcast(event("f"));
            assertThat(loop.asked).isZero();
        }
    }

    @Nested
    class Broadcasting {
        private final Inbox other = new Inbox();

        private void subscribed() {
            pubsub.subscribe("t", loop, inbox);
            pubsub.subscribe("t", second, other);
            runAll();
            cluster.heard.clear();
        }

        @Test
        void fromLeavesOutOneSubscriberWithAllItsSubscriptions() {
            subscribed();
            pubsub.subscribe("t", loop, inbox);
            pubsub.broadcastFrom(inbox, event("e"));
            pubsub.localBroadcastFrom(other, event("f"));
            runAll();
            assertThat(inbox.taken()).containsExactly("f", "f");
            assertThat(other.taken()).containsExactly("e");
            assertThat(cluster.heard).containsExactly("broadcast e");
        }

        @Test
        void localStaysHere() {
            subscribed();
            pubsub.localBroadcast(event("e"));
            runAll();
            assertThat(inbox.taken()).containsExactly("e");
            assertThat(other.taken()).containsExactly("e");
            assertThat(cluster.heard).isEmpty();
        }

        @Test
        void directGoesToOneNode() {
            subscribed();
            assertThat(pubsub.directBroadcast("b@test", event("e"))).isTrue();
            assertThat(pubsub.directBroadcast("a@test", event("f"))).isTrue();
            runAll();
            assertThat(inbox.taken()).containsExactly("f");
            assertThat(cluster.heard).containsExactly("direct b@test e");
        }

        @Test
        void itIsOneTaskForEachLoopThatHasSubscribers() {
            subscribed();
            pubsub.subscribe("t", loop, inbox);
            runAll();
            var idle = new ManualLoop();
            pubsub.subscribe("other", idle, inbox);
            idle.runAll();
            pubsub.broadcast(event("e"));
            assertThat(List.of(loop.waiting(), second.waiting(), idle.waiting()))
                    .containsExactly(1, 1, 0);
        }

        @Test
        void aSubscriberThatFailsCostsNobodyElseTheBroadcast() {
            pubsub.subscribe("t", loop, broadcast -> {
                throw new IllegalStateException("on purpose");
            });
            pubsub.subscribe("t", loop, broadcast -> {
                throw new StackOverflowError("on purpose");
            });
            subscribed();
            pubsub.broadcast(event("e"));
            pubsub.broadcast(event("f"));
            runAll();
            assertThat(inbox.taken()).containsExactly("e", "f");
            assertThat(other.taken()).containsExactly("e", "f");
        }
    }

    @Nested
    class Interests {
        @Test
        void theAdapterHearsOfTheFirstAndOfTheLast() {
            var one = pubsub.subscribe("t", loop, inbox);
            var two = pubsub.subscribe("t", second, inbox);
            runAll();
            var three = pubsub.subscribe("t", loop, inbox);
            runAll();
            assertThat(topics()).isEqualTo(Map.of("t", 3));
            List.of(one, two).forEach(Subscription::cancel);
            runAll();
            assertThat(cluster.heard).containsExactly("+t");
            three.cancel();
            runAll();
            assertThat(cluster.heard).containsExactly("+t", "-t");
            assertThat(topics()).isEmpty();
            pubsub.subscribe("t", loop, inbox);
            assertThat(cluster.heard).containsExactly("+t", "-t", "+t");
        }

        @Test
        void aBroadcastToNobodyCostsNoTask() {
            var subscription = pubsub.subscribe("t", loop, inbox);
            subscription.cancel();
            runAll();
            pubsub.broadcast(event("e"));
            assertThat(loop.waiting()).isZero();
        }

        @Test
        void theLastSubscriberMayCancelInsideOfABroadcast() {
            List<Subscription> mine = new ArrayList<>();
            mine.add(pubsub.subscribe("t", loop, broadcast -> mine.get(0).cancel()));
            pubsub.broadcast(event("e"));
            runAll();
            assertThat(cluster.heard).containsExactly("+t", "broadcast e", "-t");
            assertThat(topics()).isEmpty();
        }

        @Test
        void aForgottenLoopLosesItsTopicsAndOthersKeepTheirs() {
            pubsub.subscribe("t", loop, inbox);
            pubsub.subscribe("t", loop, inbox);
            pubsub.subscribe("mine", loop, inbox);
            pubsub.subscribe("t", second, inbox);
            runAll();
            pubsub.forget(loop);
            pubsub.forget(loop);
            assertThat(cluster.heard).containsExactlyInAnyOrder("+t", "+mine", "-mine");
            assertThat(topics()).isEqualTo(Map.of("t", 1));
        }
    }

    @Test
    void aLonelyNodeHasAName() {
        try (var alone = PubSub.local();
                var named = PubSub.local("me@here")) {
            assertThat(alone.node().self()).isEqualTo("nonode@nohost");
            assertThat(named.node().self()).isEqualTo("me@here");
            assertThat(named.node().list()).isEmpty();
            assertThat(named.directBroadcast("other", event("e"))).isFalse();
        }
        pubsub.close();
        assertThat(cluster.heard).containsExactly("closed");
    }
}
