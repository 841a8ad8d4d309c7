package dev.simurgh.benchmarks;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** Counts the messages that go through an adapter to other nodes, and their bytes, once for each node. */
final class CountingAdapter implements ClusterAdapter {
    private final ClusterAdapter adapter;
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    CountingAdapter(ClusterAdapter adapter) {
        this.adapter = adapter;
    }

    long messages() {
        return messages.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    @Override
    public boolean send(NodeId to, String kind, byte[] message) {
        boolean taken = adapter.send(to, kind, message);
        count(taken ? 1 : 0, message);
        return taken;
    }

    @Override
    public int sendToAll(String kind, byte[] message) {
        int taken = adapter.sendToAll(kind, message);
        count(taken, message);
        return taken;
    }

    private void count(int nodes, byte[] message) {
        messages.add(nodes);
        bytes.add((long) nodes * message.length);
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
        adapter.start(receiver);
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
