package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.Mesh;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import org.junit.jupiter.api.Test;

class BigTableTest {
    private static final int TOPICS = 30_000;
    private static final String LONG = "x".repeat(500);

    @Test
    void aTableBiggerThanWhatMayWaitArrives() {
        assertTrue((long) TOPICS * LONG.length() > PeerLink.OUTBOX_BYTES + PeerLink.WINDOW);
        String address = "a@127.0.0.1:" + Ports.free();
        Mesh b = JGroupsCluster.builder()
                .name("b@127.0.0.1:" + Ports.free())
                .connect(address)
                .build();
        try (PubSub here = PubSub.on(JGroupsCluster.builder().name(address).build())) {
            SerialLoop loop = SerialLoop.on(Runnable::run);
            for (int i = 0; i < TOPICS; i++) {
                here.subscribe(i + LONG, loop, broadcast -> {});
            }
            try (PubSub there = PubSub.on(b)) {
                Cluster.until(() -> b.stats().remoteTopics() == TOPICS);
                Cluster.until(() -> !isSent(there, b, "nobody's")); // so the table has ended
                assertTrue(isSent(there, b, "0" + LONG));
                assertEquals(0, b.stats().refused());
            }
        }
    }

    private static boolean isSent(PubSub node, Mesh mesh, String topic) {
        long before = mesh.stats().sent();
        node.broadcast(Broadcast.of(topic, "event", Payload.EMPTY));
        return mesh.stats().sent() > before;
    }
}
