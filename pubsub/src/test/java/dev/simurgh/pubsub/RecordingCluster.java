package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A cluster adapter of one node, which writes down what it hears. */
final class RecordingCluster implements ClusterAdapter {
    final List<String> heard = new ArrayList<>();
    /** What every call throws; null for none. */
    @Nullable
    Throwable failure;

    private void heard(String what) {
        fail();
        heard.add(what);
    }

    private void fail() {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);

    @Nullable
    Receiver receiver;

    @Override
    public NodeId self() {
        return new NodeId("a@test", 1);
    }

    @Override
    public List<NodeId> nodes() {
        fail();
        return List.of();
    }

    @Override
    public void start(Receiver side) {
        receiver = side;
    }

    @Override
    public void broadcast(Broadcast broadcast) {
        heard("broadcast " + broadcast.event());
    }

    @Override
    public boolean directBroadcast(String node, Broadcast broadcast) {
        heard("direct " + node + " " + broadcast.event());
        return true;
    }

    @Override
    public boolean send(NodeId to, String kind, byte[] message) {
        heard("send " + to + " " + kind);
        return true;
    }

    @Override
    public CompletableFuture<Void> topicAdded(String topic) {
        heard("+" + topic);
        return answer;
    }

    @Override
    public void topicRemoved(String topic) {
        heard("-" + topic);
    }

    @Override
    public void close() {
        heard("closed");
    }
}
