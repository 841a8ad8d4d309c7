package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.util.ArrayList;
import java.util.List;

/** A bare node of a test's cluster, which writes down what its subscribers get. */
final class TestClusterPeer {
    final ClusterSuiteNode node;
    private final List<String> events = new ArrayList<>();

    TestClusterPeer(TestCluster cluster, String name) {
        node = new ClusterSuiteNode(cluster.node(name));
    }

    TestClusterPeer subscribe(String topic) {
        node.subscribe(topic, broadcast -> events.add(broadcast.event()));
        return this;
    }

    static Broadcast event(String topic, String name) {
        return Broadcast.of(topic, name, Payload.EMPTY);
    }

    /** Broadcasts an event to topic {@code t}. */
    void broadcast(String event) {
        broadcast("t", event);
    }

    void broadcast(String topic, String event) {
        node.pubsub.broadcast(event(topic, event));
    }

    boolean direct(String to, String event) {
        return node.pubsub.directBroadcast(to, event("t", event));
    }

    List<String> nodes() {
        return node.pubsub.node().list();
    }

    /** Takes what has come since the last time. */
    List<String> taken() {
        List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
    }
}
