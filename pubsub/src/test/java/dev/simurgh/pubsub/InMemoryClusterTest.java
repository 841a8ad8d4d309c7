package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simurgh.protocol.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryClusterTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final ManualLoop loop = new ManualLoop();
    private final PubSub a = PubSub.on(cluster.node("a@test"));
    private final PubSub b = PubSub.on(cluster.node("b@test"));
    private final PubSub c = PubSub.on(cluster.node("c@test"));
    private final Inbox atA = subscribed(a);
    private final Inbox atB = subscribed(b);
    private final Inbox atC = subscribed(c);

    private Inbox subscribed(PubSub node) {
        Inbox inbox = new Inbox();
        node.subscribe("t", loop, inbox);
        loop.runAll();
        return inbox;
    }

    private static Broadcast event(String name) {
        return Broadcast.of("t", name, Payload.EMPTY);
    }

    private List<List<String>> taken() {
        loop.runAll();
        return List.of(atA.taken(), atB.taken(), atC.taken());
    }

    @Test
    void aBroadcastReachesAllNodesOnce() {
        a.broadcast(event("e"));
        assertThat(taken()).containsExactly(List.of("e"), List.of("e"), List.of("e"));
    }

    @Test
    void fromLeavesOutOneSubscriberOfItsOwnNode() {
        b.broadcastFrom(atB, event("e"));
        assertThat(taken()).containsExactly(List.of("e"), List.of(), List.of("e"));
    }

    @Test
    void localAndDirectStayWhereTheyBelong() {
        a.localBroadcast(event("l"));
        assertThat(a.directBroadcast("c@test", event("d"))).isTrue();
        assertThat(a.directBroadcast("a@test", event("s"))).isTrue();
        assertThat(a.directBroadcast("z@test", event("n"))).isFalse();
        assertThat(taken()).containsExactly(List.of("l", "s"), List.of(), List.of("d"));
    }

    @Test
    void nodesKnowEachOtherUntilTheyLeave() {
        assertThat(a.node().list()).containsExactly("b@test", "c@test");
        b.close();
        assertThat(a.node().list()).containsExactly("c@test");
        a.broadcast(event("e"));
        b.localBroadcast(event("own"));
        assertThat(taken()).containsExactly(List.of("e"), List.of("own"), List.of("e"));
    }

    @Test
    void aNameIsTakenOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PubSub.on(cluster.node("a@test")))
                .withMessage("node: a@test (expected: a name that no other node has)");
    }
}
