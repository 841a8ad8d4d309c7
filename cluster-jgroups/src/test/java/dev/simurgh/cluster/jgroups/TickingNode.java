package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.Mesh;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A node that numbers what it broadcasts, and that keeps what it hears and which nodes it has lost. */
final class TickingNode implements AutoCloseable {
    private static final String TOPIC = "ticks";

    final int port;
    final Mesh mesh;
    final PubSub pubsub;
    final List<String> lost = new CopyOnWriteArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private int sent;

    private TickingNode(int port, Mesh mesh) {
        this.port = port;
        this.mesh = mesh;
        pubsub = PubSub.on(mesh);
        pubsub.node().addListener(new NodeListener() {
            @Override
            public void nodeUp(NodeId node) {}

            @Override
            public void nodeDown(NodeId node) {
                lost.add(node.name());
            }
        });
        pubsub.subscribe(TOPIC, SerialLoop.on(Runnable::run), this::hear);
    }

    /** Starts one on a free port of the loopback address. */
    static TickingNode start(String name, UnaryOperator<JGroupsCluster.Builder> options) {
        int port = Ports.free();
        return new TickingNode(
                port,
                options.apply(JGroupsCluster.builder().name(name + "@127.0.0.1").port(port))
                        .build());
    }

    /** What others connect to. */
    String contact() {
        return name() + ":" + port;
    }

    String name() {
        return pubsub.node().self();
    }

    List<String> nodes() {
        return pubsub.node().list();
    }

    private synchronized void hear(Broadcast broadcast) {
        heard.add(broadcast.event());
    }

    /** What came from a node. */
    synchronized List<String> heard(TickingNode from) {
        return heard.stream()
                .filter(event -> event.startsWith(from.name() + " "))
                .toList();
    }

    void tick() {
        pubsub.broadcast(Broadcast.of(TOPIC, name() + " " + sent++, Payload.EMPTY));
    }

    /** All that it has broadcast. */
    List<String> ticks() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < sent; i++) {
            all.add(name() + " " + i);
        }
        return all;
    }

    @Override
    public void close() {
        pubsub.close();
    }
}
