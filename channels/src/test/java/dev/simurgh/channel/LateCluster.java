package dev.simurgh.channel;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A cluster whose broker confirms a subscription when the test says so. */
final class LateCluster implements ClusterAdapter {
    final List<String> topics = new ArrayList<>();
    private CompletableFuture<Void> answer = new CompletableFuture<>();
    private @Nullable Receiver receiver;

    void confirms() {
        answer.complete(null);
    }

    void refuses() {
        answer.completeExceptionally(new IllegalStateException("no broker"));
        answer = new CompletableFuture<>();
    }

    /** Another node broadcasts. */
    void broadcasts(Broadcast broadcast) {
        Objects.requireNonNull(receiver).broadcast(broadcast);
    }

    @Override
    public NodeId self() {
        return new NodeId("late@test", 1);
    }

    @Override
    public List<NodeId> nodes() {
        return List.of();
    }

    @Override
    public void start(Receiver side) {
        receiver = side;
    }

    @Override
    public void broadcast(Broadcast broadcast) {}

    @Override
    public boolean directBroadcast(String node, Broadcast broadcast) {
        return false;
    }

    @Override
    public boolean send(NodeId to, String kind, byte[] message) {
        return false;
    }

    @Override
    public CompletableFuture<Void> topicAdded(String topic) {
        topics.add(topic);
        return answer;
    }

    @Override
    public void topicRemoved(String topic) {
        topics.remove(topic);
    }

    @Override
    public void close() {}
}
