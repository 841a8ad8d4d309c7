package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.simurgh.protocol.Payload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cluster adapter that throws, as for a broker that is away, costs this node nothing of its own. */
class AdapterFailuresTest {
    private final RecordingCluster cluster = new RecordingCluster();
    private final ManualLoop loop = new ManualLoop();
    private final PubSub pubsub = PubSub.on(cluster);
    private final Inbox inbox = new Inbox();

    private static Broadcast event(String name) {
        return Broadcast.of("t", name, Payload.EMPTY);
    }

    @AfterEach
    void closingHurtsNobody() {
        cluster.failure = new IllegalStateException("broker away");
        assertThatNoException().isThrownBy(pubsub::close);
    }

    @Test
    void subscribersOfThisNodeGetTheirBroadcast() {
        pubsub.subscribe("t", loop, inbox);
        cluster.failure = new IllegalStateException("broker away");
        pubsub.broadcast(event("e"));
        cluster.failure = new StackOverflowError("on purpose");
        pubsub.broadcastFrom(broadcast -> {}, event("f"));
        loop.runAll();
        assertThat(inbox.taken()).containsExactly("e", "f");
        assertThat(pubsub.directBroadcast("b@test", event("g"))).isFalse();
    }

    @Test
    void aTopicWhoseFirstSubscriberCameMeanwhileIsNotDeaf() {
        cluster.failure = new IllegalStateException("broker away");
        pubsub.subscribe("t", loop, inbox);
        loop.runAll();
        loop.turn(() -> pubsub.subscribe("u", loop, inbox));
        cluster.failure = null;
        Inbox later = new Inbox();
        pubsub.subscribe("t", loop, later);
        pubsub.broadcast(event("e"));
        pubsub.broadcast(Broadcast.of("u", "f", Payload.EMPTY));
        loop.runAll();
        assertThat(inbox.taken()).containsExactly("e", "f");
        assertThat(later.taken()).containsExactly("e");
    }

    @Test
    void nobodyIsThereWhereItCannotTell() {
        cluster.failure = new IllegalStateException("broker away");
        assertThat(pubsub.node().list()).isEmpty();
        assertThat(pubsub.node().others()).isEmpty();
        assertThat(pubsub.node().sendToAll("k", new byte[1])).isZero();
    }

    @Test
    void aSubscriptionEndsAllTheSame() {
        Subscription subscription = pubsub.subscribe("t", loop, inbox);
        loop.runAll();
        cluster.failure = new IllegalStateException("broker away");
        loop.turn(subscription::cancel);
        cluster.failure = null;
        pubsub.broadcast(event("e"));
        loop.runAll();
        assertThat(inbox.taken()).isEmpty();
        assertThat(loop.waiting()).isZero();
    }
}
