package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cluster inside one JVM: joins several endpoints for tests and demonstrations. Safe for use by many threads.
 *
 * <p>A node's listeners and message handlers are called on the thread that caused it, before that returns, or on one that is in there
 * already. Of messages that wait for a node more than 8 MiB are refused.
 */
public final class InMemoryCluster {
    private static final long MAX_WAITING_BYTES = 8 << 20;
    /** What a waiting message costs beside its bytes. */
    private static final int OVERHEAD_BYTES = 64;

    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private final Map<String, Long> starts = new HashMap<>();

    /**
     * Makes the adapter of one more node. It is part of the cluster from its start to its close.
     *
     * @throws IllegalArgumentException from its start, if a node of that name is already there
     */
    public ClusterAdapter node(String name) {
        synchronized (starts) {
            return new Node(new NodeId(name, starts.merge(name, 1L, Long::sum)));
        }
    }

    private final class Node implements ClusterAdapter {
        private final NodeId id;
        private final Set<String> topics = ConcurrentHashMap.newKeySet();
        // What it is told of others, in the order in which it happened: queued in the cluster's lock, told outside.
        private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
        private final SerialLoop loop = SerialLoop.on(Runnable::run);
        private final AtomicLong waiting = new AtomicLong();
        private volatile @Nullable Receiver receiver;

        Node(NodeId id) {
            this.id = id;
        }

        @Override
        public NodeId self() {
            return id;
        }

        @Override
        public List<NodeId> nodes() {
            return nodes.values().stream()
                    .filter(other -> other != this)
                    .map(other -> other.id)
                    .toList();
        }

        @Override
        public void start(Receiver receiver) {
            this.receiver = receiver;
            synchronized (nodes) {
                if (nodes.putIfAbsent(id.name(), this) != null) {
                    throw new IllegalArgumentException(
                            "node: " + id.name() + " (expected: a name that no other node has)");
                }
                for (Node other : others()) {
                    other.news.add(() -> other.receiver().nodeUp(id));
                    news.add(() -> receiver.nodeUp(other.id));
                }
            }
            tellAll();
        }

        private List<Node> others() {
            return nodes.values().stream().filter(other -> other != this).toList();
        }

        private void tellAll() {
            nodes.values().forEach(Node::tell);
        }

        private void tell() {
            loop.execute(() -> {
                for (Runnable next = news.poll(); next != null; next = news.poll()) {
                    next.run();
                }
            });
        }

        @Override
        public void broadcast(Broadcast broadcast) {
            for (Node node : nodes.values()) {
                if (node != this && node.topics.contains(broadcast.topic())) {
                    node.receive(broadcast);
                }
            }
        }

        @Override
        public boolean directBroadcast(String to, Broadcast broadcast) {
            Node node = nodes.get(to);
            if (node == null) {
                return false;
            }
            node.receive(broadcast);
            return true;
        }

        private void receive(Broadcast broadcast) {
            receiver().broadcast(broadcast);
        }

        @Override
        public boolean send(NodeId to, String kind, byte[] message) {
            Node node;
            synchronized (nodes) {
                node = nodes.get(to.name());
                if (node == null || !node.id.equals(to) || nodes.get(id.name()) != this) {
                    return false;
                }
                long size = (long) message.length + OVERHEAD_BYTES;
                if (node.waiting.addAndGet(size) > MAX_WAITING_BYTES) {
                    node.waiting.addAndGet(-size);
                    return false;
                }
                Node taker = node;
                byte[] copy = message.clone();
                node.news.add(() -> {
                    taker.waiting.addAndGet(-size);
                    taker.receiver().message(id, kind, copy);
                });
            }
            node.tell();
            return true;
        }

        private Receiver receiver() {
            return Objects.requireNonNull(receiver);
        }

        @Override
        public CompletableFuture<Void> topicAdded(String topic) {
            topics.add(topic);
            return ClusterAdapter.super.topicAdded(topic);
        }

        @Override
        public void topicRemoved(String topic) {
            topics.remove(topic);
        }

        @Override
        public void close() {
            synchronized (nodes) {
                if (nodes.remove(id.name(), this)) {
                    others().forEach(other ->
                            other.news.add(() -> other.receiver().nodeDown(id)));
                }
            }
            tellAll();
        }
    }
}
