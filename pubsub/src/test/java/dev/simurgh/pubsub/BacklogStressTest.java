package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads that subscribe, cancel, broadcast and wait, by seeded plans; bounded in work, not in time. */
class BacklogStressTest {
    private static final BacklogLimits LIMITS =
            BacklogLimits.builder().pauseBytes(20_000).dropBytes(60_000).build();
    private static final int PUBLISHERS = 3;
    private static final int ROUNDS = 15_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final ExecutorService users = Executors.newFixedThreadPool(PUBLISHERS);
    private final AtomicInteger behind = new AtomicInteger();
    private final AtomicInteger caughtUp = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final PubSub pubsub = PubSub.local("a@test", LIMITS, new BacklogListener() {
        @Override
        public void behind(long bytes) {
            behind.incrementAndGet();
        }

        @Override
        public void caughtUp(long nanos) {
            caughtUp.incrementAndGet();
        }

        @Override
        public void broadcastDropped() {
            dropped.incrementAndGet();
        }
    });
    private final List<SerialLoop> loops = List.of(SerialLoop.on(threads), SerialLoop.on(threads));
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong highest = new AtomicLong();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger waits = new AtomicInteger();
    private final AtomicInteger over = new AtomicInteger();

    @AfterEach
    void endThreads() {
        users.shutdownNow();
        threads.shutdownNow();
    }

    /** Takes what all publishers make, on one loop, and checks the order of each. */
    private final class Witness implements Subscriber {
        private final int[] last = new int[PUBLISHERS];
        private final Backlog backlog;

        Witness(Backlog backlog) {
            this.backlog = backlog;
        }

        @Override
        public void deliver(Broadcast broadcast) {
            String[] from = broadcast.event().split("-", -1);
            int publisher = Integer.parseInt(from[0]);
            int number = Integer.parseInt(from[1]);
            if (number <= last[publisher]) {
                wrong.incrementAndGet();
            }
            last[publisher] = number;
            received.incrementAndGet();
            highest.accumulateAndGet(backlog.bytes(), Math::max);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingIsLostUncountedOvertakesOrWaitsForEver(long seed) throws Exception {
        loops.forEach(loop -> pubsub.subscribe("t", loop, new Witness(pubsub.backlog(loop))));
        List<Future<Integer>> sent = new ArrayList<>();
        for (int publisher = 0; publisher < PUBLISHERS; publisher++) {
            int me = publisher;
            sent.add(users.submit(() -> publish(me, new Random(seed * 31 + me))));
        }
        long total = 0;
        for (Future<Integer> one : sent) {
            total += one.get(60, TimeUnit.SECONDS);
        }
        for (SerialLoop loop : loops) {
            CountDownLatch idle = new CountDownLatch(1);
            loop.execute(idle::countDown);
            assertThat(idle.await(20, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(wrong).hasValue(0);
        assertThat(received.get() + dropped.get()).isEqualTo(total * loops.size());
        assertThat(pubsub.dropped()).isEqualTo(dropped.get());
        assertThat(highest.get()).isLessThan(LIMITS.dropBytes() + PUBLISHERS * 4000L);
        assertThat(loops).allSatisfy(loop -> {
            assertThat(pubsub.backlog(loop).bytes()).isZero();
            assertThat(pubsub.backlog(loop).isBehind()).isFalse();
        });
        assertThat(behind).hasPositiveValue();
        assertThat(caughtUp).hasValue(behind.get());
        assertThat(waits).hasPositiveValue();
        assertThat(over).hasValue(waits.get());
        assertThat(pubsub.topics().get(20, TimeUnit.SECONDS)).isEqualTo(Map.of("t", loops.size()));
    }

    private int publish(int me, Random random) throws InterruptedException {
        int made = 0;
        for (int round = 0; round < ROUNDS; round++) {
            SerialLoop loop = loops.get(random.nextInt(loops.size()));
            switch (random.nextInt(8)) {
                case 0 -> {
                    Subscription passing = pubsub.subscribe("t", loop, broadcast -> {});
                    pubsub.subscribe("passing", loop, broadcast -> {}).cancel();
                    passing.cancel();
                }
                case 1 -> pubsub.backlog(loop).whenCaughtUp(() -> {}).run(); // called, or cancelled
                default -> {
                    Payload payload = Payload.json("\"" + "x".repeat(random.nextInt(1000)) + "\"");
                    var full = pubsub.broadcast(Broadcast.ofAny("t", me + "-" + ++made, payload));
                    if (full.isPresent() && random.nextInt(4) == 0) {
                        waits.incrementAndGet();
                        CountDownLatch low = new CountDownLatch(1);
                        full.get().whenCaughtUp(() -> {
                            over.incrementAndGet();
                            low.countDown();
                        });
                        if (!low.await(20, TimeUnit.SECONDS)) {
                            throw new AssertionError("waits for ever");
                        }
                    }
                }
            }
        }
        return made;
    }
}
