package dev.simurgh.cluster;

import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.cluster.spi.Link;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Nodes joined by links on which nothing moves until the test says so. */
final class Net {
    private final Map<List<Node>, Wire> wires = new LinkedHashMap<>();
    long now;

    Node node(String name) {
        return new Node(name);
    }

    /** Starts nodes that meet all others, and lets everything arrive. */
    List<Node> nodes(String... names) {
        List<Node> nodes = new ArrayList<>();
        for (String name : names) {
            Node node = node(name);
            node.start();
            nodes.forEach(other -> meet(other, node));
            nodes.add(node);
        }
        deliver();
        return nodes;
    }

    void meet(Node a, Node b) {
        sees(a, b);
        sees(b, a);
    }

    /** Lets one node see another, which does not see it yet. */
    void sees(Node from, Node to) {
        sees(new Wire(from, to));
    }

    void sees(Wire wire) {
        Node from = wire.from;
        Node to = wire.to;
        wires.put(List.of(from, to), wire);
        from.events().up(wire);
    }

    void part(Node a, Node b) {
        loses(a, b);
        loses(b, a);
    }

    void loses(Node from, Node to) {
        Wire wire = Objects.requireNonNull(wires.remove(List.of(from, to)));
        from.events().down(wire);
    }

    Wire wire(Node from, Node to) {
        return Objects.requireNonNull(wires.get(List.of(from, to)));
    }

    /** Lets all arrive that is on its way, and what that causes. */
    void deliver() {
        while (wires.values().stream().toList().stream().anyMatch(wire -> wire.deliver() > 0)) {}
    }

    /** One direction between two nodes. */
    final class Wire implements Link {
        final Node from;
        final Node to;
        final Deque<ClusterMessage> waiting = new ArrayDeque<>();
        final List<ClusterMessage> sent = new ArrayList<>();
        boolean full;
        Consumer<ClusterMessage> beforeSent = message -> {};
        Consumer<ClusterMessage> whenSent = message -> {};

        Wire(Node from, Node to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public long waitingBytes() {
            return waiting.stream().mapToLong(message -> message.bytes().length).sum();
        }

        @Override
        public boolean send(ClusterMessage message) {
            if (full) {
                return false;
            }
            beforeSent.accept(message);
            sent.add(message);
            waiting.add(message);
            whenSent.accept(message);
            return true;
        }

        /** Hands everything over, as one packet; drops it if the other does not see this node. */
        int deliver() {
            int size = waiting.stream().mapToInt(m -> m.bytes().length).sum();
            byte[] packet = new byte[size + 2]; // messages need not begin at 0
            int end = 1;
            for (ClusterMessage message : waiting) {
                System.arraycopy(message.bytes(), 0, packet, end, message.bytes().length);
                end += message.bytes().length;
            }
            int count = waiting.size();
            waiting.clear();
            Wire back = wires.get(List.of(to, from));
            if (back != null && count > 0) {
                to.events().received(back, packet, 1, size);
            }
            return count;
        }

        List<String> broadcasts() {
            return sent.stream()
                    .filter(m -> m.kind() == ClusterMessage.Kind.BROADCAST)
                    .map(m -> m.topic() + " " + m.event())
                    .toList();
        }

        @Override
        public String toString() {
            return "wire to " + to.name;
        }
    }

    final class Node implements Carrier, NodeListener {
        final String name;
        final Mesh mesh;
        final List<String> inbox = new ArrayList<>();
        final List<String> news = new ArrayList<>();
        final List<NodeAddress> tried = new ArrayList<>();
        CompletableFuture<Void> connecting = CompletableFuture.completedFuture(null);
        boolean closed;
        Runnable whenClosed = () -> {};
        private final EventLoop loop = SerialLoop.on(Runnable::run);
        private @Nullable PubSub pubsub;
        private @Nullable Events events;
        private Runnable atStart = () -> {};

        Node(String name) {
            this.name = name;
            this.mesh = Mesh.on(this);
        }

        void start() {
            pubsub = PubSub.on(mesh);
            pubsub.node().addListener(this);
        }

        /** Starts; while it does, this happens. */
        void start(Runnable meanwhile) {
            atStart = meanwhile;
            start();
        }

        PubSub pubsub() {
            return Objects.requireNonNull(pubsub);
        }

        Events events() {
            return Objects.requireNonNull(events);
        }

        Subscription subscribe(String topic) {
            return pubsub().subscribe(topic, loop, broadcast -> inbox.add(broadcast.topic() + " " + broadcast.event()));
        }

        void broadcast(String topic, String event) {
            pubsub().broadcast(Broadcast.of(topic, event, Payload.EMPTY));
        }

        @Override
        public String nodeName() {
            return name;
        }

        @Override
        public void start(Events events) {
            this.events = events;
            atStart.run();
        }

        @Override
        public void awaitGreetings(CompletableFuture<Void> greeted) {
            deliver();
        }

        @Override
        public CompletableFuture<Void> connect(NodeAddress node) {
            tried.add(node);
            return connecting;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void close() {
            closed = true;
            whenClosed.run();
        }

        @Override
        public void nodeUp(NodeId node) {
            news.add("+" + node.name());
        }

        @Override
        public void nodeDown(NodeId node) {
            news.add("-" + node.name());
        }
    }
}
