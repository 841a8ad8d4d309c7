package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.cluster.spi.Link;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.Subscription;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes whose links each have a thread, while others subscribe and broadcast. */
@Timeout(60)
class MeshConcurrencyTest {
    private static final int TOPICS = 5;
    private static final int ROUNDS = 2000;
    private static final int NOISE = 100;
    private static final int MEETINGS = 50;
    private static final int CHANGES = 10_000;

    private final Threaded a = new Threaded("a@h");
    private final Threaded b = new Threaded("b@h");
    private final ExecutorService others = Executors.newFixedThreadPool(3);

    @AfterEach
    void end() {
        List.of(others, a.inbound, b.inbound).forEach(ExecutorService::shutdownNow);
    }

    @Test
    void whatIsBroadcastAfterASubscriptionArrivesOnce() throws Exception {
        PubSub atA = PubSub.on(Mesh.on(a));
        PubSub atB = PubSub.on(Mesh.on(b));
        Threaded.meet(a, b);
        settle(); // a broadcast before the nodes know of each other is for its own node only
        SerialLoop loop = SerialLoop.on(Runnable::run);
        for (int round = 0; round < ROUNDS; round++) {
            List<Future<?>> noise = List.of(noise(atA, "x" + round), noise(atA, "y" + round));
            String topic = "t" + round % TOPICS;
            String mark = "mark " + round;
            CountDownLatch arrived = new CountDownLatch(1);
            Map<String, Integer> counts = new ConcurrentHashMap<>();
            Subscription subscription = atB.subscribe(topic, loop, broadcast -> {
                counts.merge(broadcast.event(), 1, Integer::sum);
                if (broadcast.event().equals(mark)) {
                    arrived.countDown();
                }
            });
            Future<?> broadcast = others.submit(() -> atA.broadcast(event(topic, mark)));
            assertThat(arrived.await(10, TimeUnit.SECONDS))
                    .as("%s in %s", mark, topic)
                    .isTrue();
            broadcast.get();
            for (Future<?> one : noise) {
                one.get(); // so that no more is on its way than is remembered
            }
            subscription.cancel();
            assertThat(counts)
                    .allSatisfy((event, count) -> assertThat(count).as(event).isEqualTo(1));
        }
    }

    @Test
    void topicsThatComeAndGoWhileNodesMeetAreKnownInTheEnd() throws Exception {
        Mesh atA = Mesh.on(a);
        Mesh atB = Mesh.on(b);
        PubSub.on(atA);
        PubSub.on(atB);
        Set<String> topics = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < MEETINGS; round++) {
            List<Future<?>> changes = List.of(changes(atB, "x", topics), changes(atB, "y", topics));
            Runnable end = Threaded.meet(a, b);
            for (Future<?> one : changes) {
                one.get();
            }
            settle();
            assertThat(atA.stats().remoteTopics()).isEqualTo(topics.size());
            end.run();
            settle();
            assertThat(atA.stats().remoteTopics()).isZero();
        }
    }

    /** Topics get their first subscriber or lose their last, at random. */
    private Future<?> changes(Mesh mesh, String prefix, Set<String> topics) {
        return others.submit(() -> {
            for (int i = 0; i < CHANGES; i++) {
                String topic =
                        prefix + "-".repeat(20) + ThreadLocalRandom.current().nextInt(CHANGES);
                if (topics.add(topic)) {
                    assertThat(mesh.topicAdded(topic)).isDone();
                } else {
                    topics.remove(topic);
                    mesh.topicRemoved(topic);
                }
            }
        });
    }

    /** Waits until all has arrived: each message causes others, but not for many turns. */
    private void settle() throws Exception {
        for (int turn = 0; turn < 10; turn++) {
            a.inbound.submit(() -> {}).get();
            b.inbound.submit(() -> {}).get();
        }
    }

    private Future<?> noise(PubSub from, String prefix) {
        return others.submit(() -> {
            for (int i = 0; i < NOISE; i++) {
                from.broadcast(event("t" + i % TOPICS, prefix + " " + i));
            }
        });
    }

    private static Broadcast event(String topic, String name) {
        return Broadcast.of(topic, name, Payload.EMPTY);
    }

    /** A carrier of two nodes, with a thread for what comes in. */
    private static final class Threaded implements Carrier {
        private final String name;
        final ExecutorService inbound = Executors.newSingleThreadExecutor();
        private @Nullable Events events;

        Threaded(String name) {
            this.name = name;
        }

        /** Returns what ends it. */
        static Runnable meet(Threaded one, Threaded other) {
            Out there = new Out();
            Out back = new Out();
            there.arrive = bytes -> other.events().received(back, bytes, 0, bytes.length);
            there.at = other.inbound;
            back.arrive = bytes -> one.events().received(there, bytes, 0, bytes.length);
            back.at = one.inbound;
            one.inbound.execute(() -> one.events().up(there));
            other.inbound.execute(() -> other.events().up(back));
            return () -> {
                one.inbound.execute(() -> one.events().down(there));
                other.inbound.execute(() -> other.events().down(back));
            };
        }

        Events events() {
            return Objects.requireNonNull(events);
        }

        @Override
        public String nodeName() {
            return name;
        }

        @Override
        public void start(Events events) {
            this.events = events;
        }

        @Override
        public CompletableFuture<Void> connect(NodeAddress node) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }

    private static final class Out implements Link {
        private Consumer<byte[]> arrive = bytes -> {};
        private @Nullable ExecutorService at;

        @Override
        public boolean send(ClusterMessage message) {
            Objects.requireNonNull(at).execute(() -> arrive.accept(message.bytes()));
            return true;
        }
    }
}
