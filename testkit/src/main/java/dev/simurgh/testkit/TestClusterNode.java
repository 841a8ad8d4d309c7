package dev.simurgh.testkit;

import dev.simurgh.cluster.ClusterMessage;
import dev.simurgh.cluster.Mesh;
import dev.simurgh.cluster.NodeAddress;
import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link TestCluster}, from its start to its end: the mesh that a real cluster has, on the network of the test. State is
 * guarded by the cluster. The mesh is never called inside that lock, since it asks for the lock inside its own.
 */
final class TestClusterNode implements ClusterAdapter {
    /** What a hung node has sent. */
    private record Held(TestClusterLink link, ClusterMessage message) {}

    private final TestCluster cluster;
    private final String name;
    private final long start;
    private final Mesh mesh;
    private final List<TestClusterWire.Transit> incoming = new ArrayList<>();
    private final List<Held> outgoing = new ArrayList<>();
    private Carrier.@Nullable Events events;
    /** Who hears what it logs: the case that it is a node of. */
    private UnaryOperator<Runnable> hearing = UnaryOperator.identity();
    /** To the nodes that it has met, the latest for each. */
    final Map<TestClusterNode, TestClusterLink> links = new LinkedHashMap<>(); // one order in all runs

    boolean paused;

    TestClusterNode(TestCluster cluster, String name, long start, boolean flooding) {
        this.cluster = cluster;
        this.name = name;
        this.start = start;
        Carrier network = new Network();
        this.mesh = flooding ? Mesh.flooding(network) : Mesh.on(network);
    }

    @Override
    public NodeId self() {
        return mesh.self();
    }

    @Override
    public List<NodeId> nodes() {
        return mesh.nodes();
    }

    @Override
    public List<Metric> metrics() {
        return mesh.metrics();
    }

    @Override
    public void start(Receiver receiver) {
        hearing = Logs.current();
        mesh.start(receiver);
    }

    @Override
    public void broadcast(Broadcast broadcast) {
        cluster.wire().run(); // news of topics that has arrived by now counts
        cluster.step();
        mesh.broadcast(broadcast);
        cluster.wire().run();
    }

    @Override
    public boolean directBroadcast(String node, Broadcast broadcast) {
        cluster.wire().run();
        boolean sent = mesh.directBroadcast(node, broadcast);
        cluster.wire().run();
        return sent;
    }

    @Override
    public boolean send(NodeId to, String kind, byte[] message) {
        cluster.wire().run();
        boolean sent = mesh.send(to, kind, message);
        cluster.wire().run();
        return sent;
    }

    @Override
    public int sendToAll(String kind, byte[] message) {
        cluster.wire().run();
        int sent = mesh.sendToAll(kind, message);
        cluster.wire().run();
        return sent;
    }

    // The callers of these two hold a lock, in which nothing may be delivered. The next run of the wire does that.

    @Override
    public CompletableFuture<Void> topicAdded(String topic) {
        cluster.step();
        return mesh.topicAdded(topic);
    }

    @Override
    public void topicRemoved(String topic) {
        mesh.topicRemoved(topic);
    }

    @Override
    public void close() {
        mesh.close();
        cluster.wire().run();
    }

    /** Its side of the network. */
    private final class Network implements Carrier {
        @Override
        public String nodeName() {
            return name;
        }

        @Override
        public long startNumber() {
            return start;
        }

        @Override
        public void start(Events receiver) {
            events = receiver;
            cluster.started(TestClusterNode.this);
        }

        /** Nothing to do: all nodes meet by themselves, if no partition keeps them apart. */
        @Override
        public CompletableFuture<Void> connect(NodeAddress node) {
            return CompletableFuture.completedFuture(null);
        }

        /** Hears what takes no time. For the rest the test has to advance the clock, so there is nothing to wait for. */
        @Override
        public void awaitGreetings(CompletableFuture<Void> greeted) {
            cluster.wire().run();
        }

        @Override
        public long nanoTime() {
            return cluster.nanoTime();
        }

        @Override
        public void close() {
            cluster.end(TestClusterNode.this, Duration.ZERO);
        }
    }

    String nodeName() {
        return name;
    }

    /** Hears from the network; outside of the lock. */
    void hear(Consumer<Carrier.Events> news) {
        Carrier.Events receiver = Objects.requireNonNull(events);
        hearing.apply(() -> news.accept(receiver)).run();
    }

    // What the cluster tells it, inside the cluster's lock.

    /** Keeps what a hung node sends. */
    void holds(TestClusterLink link, ClusterMessage message) {
        outgoing.add(new Held(link, message));
    }

    /** Keeps what a hung node is sent. */
    void waits(TestClusterWire.Transit transit) {
        incoming.add(transit);
    }

    void resume() {
        paused = false;
        incoming.forEach(cluster.wire()::again);
        incoming.clear();
        outgoing.forEach(held -> cluster.wire().send(held.link, held.message));
        outgoing.clear();
    }

    void ends() {
        incoming.forEach(transit -> cluster.wire().lost(transit, "node down"));
        incoming.clear();
        outgoing.clear();
        links.keySet().forEach(other -> other.links.remove(this));
        links.clear();
        paused = false;
    }
}
