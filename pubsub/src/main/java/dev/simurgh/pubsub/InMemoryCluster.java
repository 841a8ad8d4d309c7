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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cluster inside one JVM: joins several endpoints for tests and demonstrations. Safe for use by many threads.
 *
 * <p>A node's listeners and message handlers are called on the thread that caused it, before that returns, or on one that is in there
 * already. Of messages that wait for a node more than 8 MiB are refused. Once its {@code close} has returned, a node sends and gets nothing.
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
        private final AtomicInteger sending = new AtomicInteger(1); // broadcasts under way, and one for being open
        private volatile @Nullable Receiver receiver;
        private volatile boolean open; // changed in the cluster's lock
        private List<Node> mourners =
                List.of(); // who hears of its end: set in close, read by whoever takes the last of sending away

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
                open = true;
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
                    if (open) {
                        next.run();
                    }
                }
            });
        }

        @Override
        public void broadcast(Broadcast broadcast) {
            if (begins()) {
                for (Node node : nodes.values()) {
                    if (node != this && node.topics.contains(broadcast.topic())) {
                        deliver(broadcast, node);
                    }
                }
                ends();
            }
        }

        @Override
        public boolean directBroadcast(String to, Broadcast broadcast) {
            Node node = nodes.get(to);
            if (node == null || !begins()) {
                return false;
            }
            deliver(broadcast, node);
            ends();
            return true;
        }

        /** Either of the two may have been closed meanwhile, by whom this broadcast reached before. */
        private void deliver(Broadcast broadcast, Node to) {
            if (open && to.open) {
                to.receiver().broadcast(broadcast); // which throws nothing
            }
        }

        private boolean begins() {
            sending.incrementAndGet();
            boolean may = open;
            if (!may) {
                ends();
            }
            return may;
        }

        private void ends() {
            if (sending.decrementAndGet() == 0) {
                sayGoodbye();
            }
        }

        /** Behind the last broadcast that came from here. Who is in there twice, for one that came too late, has nobody left to tell. */
        private void sayGoodbye() {
            synchronized (nodes) {
                mourners.forEach(other -> other.news.add(() -> other.receiver().nodeDown(id)));
                mourners = List.of();
            }
            tellAll();
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
                if (!nodes.remove(id.name(), this)) {
                    return;
                }
                open = false;
                mourners = others();
            }
            ends();
        }
    }
}
