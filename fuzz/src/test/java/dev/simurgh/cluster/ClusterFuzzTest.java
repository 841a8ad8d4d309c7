package dev.simurgh.cluster;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.cluster.spi.Link;
import dev.simurgh.fuzz.Strangers;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Any bytes from a node that has said hello: nobody else loses anything by it, and when it is gone, all of it is. */
class ClusterFuzzTest {
    private static final StillCarrier CARRIER = new StillCarrier();
    private static final Mesh MESH = Mesh.on(CARRIER);
    private static final PubSub PUBSUB = PubSub.on(MESH);
    private static final Link GOOD = message -> true;
    private static int heard;

    static {
        PUBSUB.subscribe("t", SerialLoop.on(Runnable::run), broadcast -> {
            if (broadcast.event().equals("good")) {
                heard++;
            }
        });
        CARRIER.events().up(GOOD);
        receive(GOOD, ClusterMessage.hello(new NodeId("good@h", 1)).bytes());
    }

    @FuzzTest
    void cluster(byte[] data) {
        Link hostile = message -> true;
        CARRIER.events().up(hostile);
        receive(hostile, ClusterMessage.hello(new NodeId("hostile@h", 1)).bytes());
        receive(hostile, data);
        int before = heard;
        receive(
                GOOD,
                ClusterMessage.broadcast(Broadcast.of("t", "good", Payload.EMPTY))
                        .bytes());
        if (heard != before + 1) {
            throw new AssertionError("a good node's broadcast was heard " + (heard - before) + " times");
        }
        CARRIER.events().down(hostile);
        if (MESH.nodes().size() != 1 || MESH.stats().remoteTopics() != 0) {
            throw new AssertionError("left behind: " + MESH.nodes() + ", " + MESH.stats());
        }
        Strangers.forgetErrors(); // that a node speaks another version is one
    }

    private static void receive(Link from, byte[] packet) {
        CARRIER.events().received(from, packet, 0, packet.length);
    }

    /** Carries nothing. */
    private static final class StillCarrier implements Carrier {
        private @Nullable Events events;

        Events events() {
            return Objects.requireNonNull(events);
        }

        @Override
        public String nodeName() {
            return "here@h";
        }

        @Override
        public void start(Events told) {
            events = told;
        }

        @Override
        public void awaitGreetings(CompletableFuture<Void> greeted) {}

        @Override
        public CompletableFuture<Void> connect(NodeAddress node) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }
}
