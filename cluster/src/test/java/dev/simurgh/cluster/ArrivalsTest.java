package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.cluster.spi.Link;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that take each other's names, on a thread each, and speak all the time. */
class ArrivalsTest {
    private static final int THREADS = 3;
    private static final int ROUNDS = 3000;

    /** A link of its own identity, which a lambda would not have. */
    private static final class Nowhere implements Link {
        @Override
        public boolean send(ClusterMessage message) {
            return true;
        }
    }

    private final Net.Node a = new Net().node("a@h");
    private final Set<NodeId> up = ConcurrentHashMap.newKeySet();
    private final List<String> wrong = new ArrayList<>();
    private final LongAdder heard = new LongAdder();

    private void wrong(String what) {
        synchronized (wrong) {
            wrong.add(what);
        }
    }

    private final NodeListener listener = new NodeListener() {
        @Override
        public void nodeUp(NodeId node) {
            if (!up.add(node)) {
                wrong(node + " came twice");
            }
        }

        @Override
        public void nodeDown(NodeId node) {
            if (!up.remove(node)) {
                wrong(node + " went twice");
            }
        }
    };

    private void lives(int number) {
        byte[] hello = ClusterMessage.hello(new NodeId("b@h", number)).bytes();
        byte[] message = ClusterMessage.message("k", new byte[] {(byte) number}).bytes();
        for (int round = 0; round < ROUNDS; round++) {
            Link link = new Nowhere();
            a.events().up(link);
            a.events().received(link, hello, 0, hello.length);
            for (int i = 0; i < 5; i++) {
                a.events().received(link, message, 0, message.length);
            }
            a.events().down(link);
        }
    }

    @Test
    @Timeout(60)
    void messagesComeBetweenUpAndDownOfTheirSender() throws Exception {
        a.start();
        a.pubsub().node().addListener(listener);
        a.pubsub().node().addHandler("k", (from, message) -> {
            heard.increment();
            if (!up.contains(from) || from.start() != message[0]) {
                wrong("a message of " + from + ", who is not up");
            }
        });
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 1; i <= THREADS; i++) {
                int number = i;
                all.add(threads.submit(() -> lives(number)));
            }
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(wrong).isEmpty();
        assertThat(up).isEmpty();
        assertThat(heard.sum()).isPositive();
        assertThat(heard.sum() + a.mesh.stats().refused()).isLessThanOrEqualTo(5L * THREADS * ROUNDS);
    }
}
