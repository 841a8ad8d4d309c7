package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The adapter of a node that is alone. */
record SingleNode(NodeId self) implements ClusterAdapter {
    @Override
    public List<NodeId> nodes() {
        return List.of();
    }

    @Override
    public void start(Receiver receiver) {}

    @Override
    public CompletableFuture<Boolean> connect(String node) {
        return CompletableFuture.failedFuture(new IllegalStateException("connect: " + self.name()
                + " takes part in no cluster (expected: an endpoint with a cluster adapter)"));
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
    public void close() {}
}
