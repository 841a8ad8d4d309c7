package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A cluster inside one JVM: joins several endpoints for tests and demonstrations. Safe for use by many threads. */
public final class InMemoryCluster {
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();

    /**
     * Makes the adapter of one more node. It is part of the cluster from its start to its close.
     *
     * @throws IllegalArgumentException from its start, if a node of that name is already there
     */
    public ClusterAdapter node(String name) {
        return new Node(name);
    }

    private final class Node implements ClusterAdapter {
        private final String name;
        private final Set<String> topics = ConcurrentHashMap.newKeySet();
        private volatile @Nullable Receiver receiver;

        Node(String name) {
            this.name = name;
        }

        @Override
        public String nodeName() {
            return name;
        }

        @Override
        public List<String> nodes() {
            return nodes.keySet().stream()
                    .filter(other -> !other.equals(name))
                    .sorted()
                    .toList();
        }

        @Override
        public void start(Receiver receiver) {
            this.receiver = receiver;
            if (nodes.putIfAbsent(name, this) != null) {
                throw new IllegalArgumentException("node: " + name + " (expected: a name that no other node has)");
            }
            for (Node other : nodes.values()) {
                if (other != this) {
                    other.receiver().nodeUp(name);
                    receiver.nodeUp(other.name);
                }
            }
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

        private Receiver receiver() {
            return Objects.requireNonNull(receiver);
        }

        @Override
        public void topicAdded(String topic) {
            topics.add(topic);
        }

        @Override
        public void topicRemoved(String topic) {
            topics.remove(topic);
        }

        @Override
        public void close() {
            if (nodes.remove(name, this)) {
                nodes.values().forEach(other -> other.receiver().nodeDown(name));
            }
        }
    }
}
