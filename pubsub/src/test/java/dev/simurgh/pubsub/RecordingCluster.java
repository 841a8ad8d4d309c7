package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.List;

/** A cluster adapter of one node, which writes down what it hears. */
final class RecordingCluster implements ClusterAdapter {
    final List<String> heard = new ArrayList<>();

    @Override
    public String nodeName() {
        return "a@test";
    }

    @Override
    public List<String> nodes() {
        return List.of();
    }

    @Override
    public void start(Receiver receiver) {}

    @Override
    public void broadcast(Broadcast broadcast) {
        heard.add("broadcast " + broadcast.event());
    }

    @Override
    public boolean directBroadcast(String node, Broadcast broadcast) {
        heard.add("direct " + node + " " + broadcast.event());
        return true;
    }

    @Override
    public void topicAdded(String topic) {
        heard.add("+" + topic);
    }

    @Override
    public void topicRemoved(String topic) {
        heard.add("-" + topic);
    }

    @Override
    public void close() {
        heard.add("closed");
    }
}
