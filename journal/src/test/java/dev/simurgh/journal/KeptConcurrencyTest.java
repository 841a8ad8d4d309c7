package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Real threads: two nodes that share a store, and publish to the same topic at full speed. */
class KeptConcurrencyTest {
    private static final String TOPIC = "room:1";
    private static final int THREADS = 2; // on each node
    private static final int EACH = 2_500;
    private static final int ALL = 2 * THREADS * EACH;

    private static final class Inbox implements Subscriber {
        final List<String> positions = new ArrayList<>();
        final CountDownLatch all = new CountDownLatch(ALL);

        @Override
        public void deliver(Broadcast broadcast) {
            positions.add(broadcast.position().orElseThrow());
            all.countDown();
        }
    }

    private final InMemoryCluster cluster = new InMemoryCluster();
    private final MemoryStore store = MemoryStore.create();

    private final class Node {
        final Journal journal = Journal.builder(store).maxWaitingBytes(64 << 20).build();
        final KeptTopics kept = KeptTopics.builder(journal)
                .keep("room:*", Retention.forever())
                .checkEvery(Duration.ofMillis(200))
                .build();
        final Endpoint endpoint;
        final Inbox inbox = new Inbox();

        Node(String name) {
            endpoint = Endpoint.builder()
                    .cluster(cluster.node(name))
                    .codec(new KeptRig.NoCodec())
                    .part(kept)
                    .build();
            endpoint.subscribe(TOPIC, inbox);
            Objects.requireNonNull(kept.history())
                    .start(TOPIC, Optional.empty())
                    .join(); // as a channel does
        }

        List<Thread> publishers() {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(new Thread(() -> {
                    List<CompletableFuture<Position>> answers = new ArrayList<>();
                    for (int n = 0; n < EACH; n++) {
                        answers.add(kept.broadcast(TOPIC, "put", Payload.EMPTY));
                    }
                    answers.forEach(CompletableFuture::join);
                }));
            }
            return threads;
        }

        void close() {
            endpoint.close();
            journal.close();
        }
    }

    @Test
    void bothNodesDeliverEverythingInTheOrderOfTheStore() throws Exception {
        Node a = new Node("a@test");
        Node b = new Node("b@test");
        try {
            List<Thread> publishers = new ArrayList<>(a.publishers());
            publishers.addAll(b.publishers());
            publishers.forEach(Thread::start);
            for (Thread publisher : publishers) {
                publisher.join();
            }
            assertThat(a.inbox.all.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(b.inbox.all.await(30, TimeUnit.SECONDS)).isTrue();
            List<Long> offsets = a.inbox.positions.stream()
                    .map(position -> Position.parse(position).orElseThrow().offset())
                    .toList();
            assertThat(offsets).isEqualTo(LongStream.rangeClosed(1, ALL).boxed().toList());
            assertThat(b.inbox.positions).isEqualTo(a.inbox.positions);
        } finally {
            a.close();
            b.close();
        }
    }
}
