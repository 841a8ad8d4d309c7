package dev.simurgh.testkit;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node of the suite, with the adapter under test, which counts what the adapter hands it. */
final class ClusterSuiteNode {
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final EventLoop loop = SerialLoop.on(Runnable::run);
    final PubSub pubsub;

    ClusterSuiteNode(ClusterAdapter adapter) {
        pubsub = PubSub.on(new Counting(adapter));
    }

    String name() {
        return pubsub.node().self();
    }

    Node node() {
        return pubsub.node();
    }

    /** The topics with subscribers here; of a node whose loop is the thread of the test. */
    Set<String> topics() {
        return pubsub.topics().join().keySet();
    }

    Subscription subscribe(String topic, Subscriber subscriber) {
        Subscription subscription = pubsub.subscribe(topic, loop, subscriber);
        subscriptions.add(subscription);
        return subscription;
    }

    void cancelAll() {
        subscriptions.forEach(Subscription::cancel);
        subscriptions.clear();
    }

    /** How often other nodes have sent this event here. */
    int received(String event) {
        return Collections.frequency(List.copyOf(received), event);
    }

    private final class Counting implements ClusterAdapter {
        private final ClusterAdapter adapter;

        Counting(ClusterAdapter adapter) {
            this.adapter = adapter;
        }

        @Override
        public NodeId self() {
            return adapter.self();
        }

        @Override
        public List<NodeId> nodes() {
            return adapter.nodes();
        }

        @Override
        public void start(Receiver receiver) {
            adapter.start(new Receiver() {
                @Override
                public void broadcast(Broadcast broadcast) {
                    received.add(broadcast.event());
                    receiver.broadcast(broadcast);
                }

                @Override
                public void message(NodeId from, String kind, byte[] message) {
                    receiver.message(from, kind, message);
                }

                @Override
                public void nodeUp(NodeId node) {
                    receiver.nodeUp(node);
                }

                @Override
                public void nodeDown(NodeId node) {
                    receiver.nodeDown(node);
                }

                @Override
                public void away() {
                    receiver.away();
                }

                @Override
                public void back() {
                    receiver.back();
                }
            });
        }

        @Override
        public CompletableFuture<Boolean> connect(String node) {
            return adapter.connect(node);
        }

        @Override
        public void broadcast(Broadcast broadcast) {
            adapter.broadcast(broadcast);
        }

        @Override
        public boolean directBroadcast(String node, Broadcast broadcast) {
            return adapter.directBroadcast(node, broadcast);
        }

        @Override
        public boolean send(NodeId to, String kind, byte[] message) {
            return adapter.send(to, kind, message);
        }

        @Override
        public int sendToAll(String kind, byte[] message) {
            return adapter.sendToAll(kind, message);
        }

        @Override
        public CompletableFuture<Void> topicAdded(String topic) {
            return adapter.topicAdded(topic);
        }

        @Override
        public void topicRemoved(String topic) {
            adapter.topicRemoved(topic);
        }

        @Override
        public void close() {
            adapter.close();
        }
    }
}
