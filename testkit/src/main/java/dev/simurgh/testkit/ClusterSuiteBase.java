package dev.simurgh.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Three nodes of the cluster under test, and what its tests are made of. */
abstract class ClusterSuiteBase {
    static final String TOPIC = "room:lobby";

    final List<ClusterSuiteNode> started = new ArrayList<>();
    ClusterSuiteNode a;
    ClusterSuiteNode b;
    ClusterSuiteNode c;

    /** Makes one more node of the cluster under test, not started; of a new cluster for each test. */
    protected abstract ClusterAdapter node(String name);

    /** Waits until the condition holds, or long enough. Unless overridden it does not wait: for messages that take no time. */
    protected void await(BooleanSupplier condition) {}

    @BeforeEach
    void threeNodesMeet() {
        a = start("a@127.0.0.1");
        b = start("b@127.0.0.1");
        c = start("c@127.0.0.1");
        await(() -> started.stream().allMatch(node -> node.pubsub.node().list().size() == 2));
    }

    final ClusterSuiteNode start(String name) {
        ClusterSuiteNode node = new ClusterSuiteNode(node(name));
        started.add(node);
        return node;
    }

    @AfterEach
    void allLeave() {
        started.forEach(node -> node.pubsub.close());
    }

    /** Subscribes, and returns once broadcasts from everywhere arrive. */
    final ClusterSuiteInbox subscribe(ClusterSuiteNode node, String topic) {
        ClusterSuiteInbox inbox = new ClusterSuiteInbox();
        node.subscribe(topic, inbox);
        for (ClusterSuiteNode from : started) {
            await(() -> {
                from.pubsub.broadcast(ClusterSuiteInbox.probe(topic, from.name()));
                return inbox.hasProbe(from.name());
            });
        }
        return inbox;
    }

    /**
     * All that has come from a node by now: it sends a last one, and what comes before that is all. The last one is a broadcast to the
     * same topic, as a direct one need not wait for what is sent late.
     */
    final List<String> from(ClusterSuiteNode sender, ClusterSuiteNode receiver, String topic, ClusterSuiteInbox inbox) {
        String last = inbox.nextMark();
        sender.pubsub.broadcast(ClusterSuiteInbox.event(topic, last));
        await(() -> inbox.has(last));
        assertTrue(
                inbox.has(last),
                () -> "a broadcast from " + sender.name() + " has not reached " + receiver.name() + ": " + inbox);
        return inbox.takenUpTo(last);
    }

    static Broadcast event(String name) {
        return ClusterSuiteInbox.event(TOPIC, name);
    }
}
