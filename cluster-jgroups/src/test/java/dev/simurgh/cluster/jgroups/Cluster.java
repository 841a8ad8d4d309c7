package dev.simurgh.cluster.jgroups;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.simurgh.cluster.NodeAddress;
import dev.simurgh.cluster.spi.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Nodes of a test, in this process. */
final class Cluster implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final List<Node> nodes = new ArrayList<>();

    /** A node, and what it is told. */
    static final class Node {
        final String address;
        final Recorder events = new Recorder();
        final JGroupsCarrier carrier;

        Node(String address, JGroupsCluster.Builder options) {
            this.address = address;
            carrier = new JGroupsCarrier(options.name(address));
            carrier.start(events);
        }

        int met() {
            return events.links.size();
        }

        void connect(Node other) {
            connect(other.address);
        }

        void connect(String other) {
            connecting(other).join();
        }

        CompletableFuture<Void> connecting(Node other) {
            return connecting(other.address);
        }

        private CompletableFuture<Void> connecting(String other) {
            return carrier.connect(NodeAddress.parse(other));
        }

        void sendAll(int from, int to) {
            for (int i = from; i < to; i++) {
                for (Link link : events.links) {
                    link.send(Recorder.message(i, 100));
                }
            }
        }
    }

    /** Starts a node that knows those. */
    Node start(Node... contacts) {
        JGroupsCluster.Builder options = JGroupsCluster.builder();
        for (Node contact : contacts) {
            options.connect(contact.address);
        }
        return start("n" + nodes.size() + "@127.0.0.1:" + Ports.free(), options);
    }

    Node start(String address, JGroupsCluster.Builder options) {
        Node node = new Node(address, options);
        nodes.add(node);
        return node;
    }

    /** All of these are there and see each other, and no others. */
    static void awaitTogether(Node... together) {
        until(() -> {
            for (Node node : together) {
                if (node.met() != together.length - 1) {
                    return false;
                }
            }
            return true;
        });
    }

    static void until(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(5)).atMost(PATIENCE).until(condition);
    }

    @Override
    public void close() {
        for (Node node : nodes) {
            node.carrier.close();
            assertEquals(List.of(), node.events.faults);
            assertEquals(0, node.met());
        }
    }
}
