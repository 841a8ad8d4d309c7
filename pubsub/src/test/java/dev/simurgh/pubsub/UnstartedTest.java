package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.protocol.Payload;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Before the cluster is joined a node is alone, and loses nothing by it afterwards. */
class UnstartedTest {
    private final RecordingCluster cluster = new RecordingCluster();
    private final ManualLoop loop = new ManualLoop();
    private final Inbox inbox = new Inbox();
    private final PubSub pubsub = PubSub.unstarted(cluster, BacklogLimits.defaults(), BacklogListener.NONE);

    private static Broadcast event(String name) {
        return Broadcast.of("t", name, Payload.EMPTY);
    }

    @Test
    void anAdapterHearsOfNothingBeforeItsStart() {
        Subscription gone = pubsub.subscribe("gone", loop, inbox);
        pubsub.subscribe("t", loop, inbox);
        loop.runAll();
        loop.turn(gone::cancel);
        pubsub.broadcast(event("e"));
        loop.runAll();
        assertThat(inbox.taken()).containsExactly("e");
        assertThat(pubsub.directBroadcast("b@test", event("f"))).isFalse();
        assertThat(pubsub.node().sendToAll("k", new byte[1])).isZero();
        assertThat(pubsub.node().self()).isEqualTo("a@test");
        assertThatThrownBy(() -> pubsub.node().connect("b@test"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("connect: b@test before this node has started (expected: when the endpoint has)");
        pubsub.close();
        assertThat(cluster.heard).isEmpty();
    }

    @Test
    void itHearsAtItsStartOfTheTopicsThatThereAre() {
        cluster.answer = new CompletableFuture<>();
        Subscription early = pubsub.subscribe("t", loop, inbox);
        loop.runAll();
        CompletableFuture<Void> ready = early.ready();
        pubsub.start();
        assertThat(cluster.heard).containsExactly("+t");
        assertThat(ready).isNotDone();
        cluster.answer.complete(null);
        assertThat(ready).isCompleted();
        loop.turn(early::cancel);
        pubsub.broadcast(event("e"));
        pubsub.close();
        assertThat(cluster.heard).containsExactly("+t", "-t", "broadcast e", "closed");
    }
}
