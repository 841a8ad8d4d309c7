package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.List;
import java.util.function.Consumer;

/** The adapter of a node that is alone. */
record SingleNode(String nodeName) implements ClusterAdapter {
    @Override
    public List<String> nodes() {
        return List.of();
    }

    @Override
    public void start(Consumer<Broadcast> receiver) {}

    @Override
    public void broadcast(Broadcast broadcast) {}

    @Override
    public boolean directBroadcast(String node, Broadcast broadcast) {
        return false;
    }

    @Override
    public void close() {}
}
