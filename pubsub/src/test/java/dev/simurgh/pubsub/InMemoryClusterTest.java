package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

    @Test
    void aClosedNodeNeitherSendsNorGetsAnything() {
        b.close();
        b.broadcast(event("sent"));
        assertThat(b.directBroadcast("a@test", event("sent directly"))).isFalse();
        assertThat(a.directBroadcast("b@test", event("got directly"))).isFalse();
        a.broadcast(event("got"));
        assertThat(taken()).containsExactly(List.of("got"), List.of("sent"), List.of("got"));
    }

    @Test
    void oneThatIsClosedInTheMiddleOfItsBroadcastSendsItToNobodyElse() {
        Subscriber closing = broadcast -> b.close();
        loop.turn(() -> {
            a.subscribe("end", loop, closing);
            c.subscribe("end", loop, closing);
            a.subscribe("end", loop, atA);
            c.subscribe("end", loop, atC);
            b.broadcast(Broadcast.of("end", "e", Payload.EMPTY));
        });
        assertThat(atA.taken().size() + atC.taken().size()).isEqualTo(1);
    }

    @Test
    void nothingComesFromANodeBehindItsEndHoweverTheTwoMeet() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 500; round++) {
                InMemoryCluster meeting = new InMemoryCluster();
                Witness witness = new Witness();
                ClusterAdapter observer = meeting.node("o@test");
                ClusterAdapter other = meeting.node("x@test");
                observer.start(witness);
                assertThat(observer.topicAdded("t")).isCompleted();
                other.start(broadcast -> {});
                Future<?> sender = threads.submit(() -> {
                    for (int i = 0; i < 50; i++) {
                        other.broadcast(event("e"));
                    }
                });
                Future<?> closer = threads.submit(other::close);
                sender.get(20, TimeUnit.SECONDS);
                closer.get(20, TimeUnit.SECONDS);
                other.broadcast(event("late"));
                assertThat(witness.heard)
                        .endsWith("down")
                        .filteredOn("down"::equals)
                        .hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static final class Witness implements ClusterAdapter.Receiver {
        final List<String> heard = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void broadcast(Broadcast broadcast) {
            heard.add(broadcast.event());
        }

        @Override
        public void nodeDown(NodeId node) {
            heard.add("down");
        }
    }
}
