package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With real threads: bounded in work, not in time. */
class ConcurrencyTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final PubSub pubsub = PubSub.local();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nothingIsLostOnceSubscribeHasReturned() throws Exception {
        SerialLoop loop = SerialLoop.on(threads);
        for (int round = 0; round < 20_000; round++) {
            CountDownLatch arrived = new CountDownLatch(1);
            Subscription subscription = pubsub.subscribe("t", loop, broadcast -> arrived.countDown());
            pubsub.broadcast(Broadcast.of("t", "e", Payload.EMPTY));
            await(arrived);
            subscription.cancel();
        }
        assertThat(pubsub.topics().get(20, TimeUnit.SECONDS)).isEqualTo(Map.of());
    }

    @Test
    void subscribersThatComeAndGoOnManyThreadsLeaveNoInterestBehind() throws Exception {
        List<SerialLoop> loops = List.of(SerialLoop.on(threads), SerialLoop.on(threads), SerialLoop.on(threads));
        AtomicInteger missed = new AtomicInteger();
        ExecutorService users = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int user = 0; user < 3; user++) {
                int seed = user;
                done.add(users.submit(() -> {
                    for (int round = 0; round < 4000; round++) {
                        String topic = "t" + (round + seed) % 5;
                        CountDownLatch arrived = new CountDownLatch(1);
                        Subscription subscription =
                                pubsub.subscribe(topic, loops.get(round % 3), b -> arrived.countDown());
                        pubsub.broadcast(Broadcast.of(topic, "e", Payload.EMPTY));
                        if (!arrived.await(20, TimeUnit.SECONDS)) {
                            missed.incrementAndGet();
                        }
                        subscription.cancel();
                    }
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            users.shutdownNow();
        }
        assertThat(missed).hasValue(0);
        assertThat(pubsub.topics().get(20, TimeUnit.SECONDS)).isEqualTo(Map.of());
    }

    @Test
    void aSerialLoopKeepsOrderRunsOneAtATimeAndLosesNoWakeUp() throws Exception {
        SerialLoop loop = SerialLoop.on(threads);
        int producers = 3;
        int each = 30_000;
        int[] last = new int[producers];
        AtomicInteger wrong = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(producers * each);
        for (int p = 0; p < producers; p++) {
            int producer = p;
            Thread thread = new Thread(() -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    loop.execute(() -> {
                        if (last[producer] != number - 1 || !loop.inEventLoop()) {
                            wrong.incrementAndGet();
                        }
                        last[producer] = number;
                        all.countDown();
                    });
                }
            });
            thread.start();
        }
        await(all);
        assertThat(wrong).hasValue(0);
        assertThat(loop.inEventLoop()).isFalse();
    }

    @Test
    void aSerialLoopSurvivesTasksThatFailAndAnExecutorThatRefuses() throws Exception {
        AtomicInteger refusals = new AtomicInteger(1);
        SerialLoop loop = SerialLoop.on(task -> {
            if (refusals.getAndDecrement() > 0) {
                throw new RejectedExecutionException("test");
            }
            threads.execute(task);
        });
        CountDownLatch done = new CountDownLatch(1);
        try {
            loop.execute(done::countDown);
        } catch (RejectedExecutionException expected) {
            assertThat(expected).hasMessage("test");
        }
        loop.execute(() -> {
            throw new StackOverflowError("on purpose");
        });
        loop.execute(done::countDown);
        await(done);
    }

    @Test
    void aTaskOfASerialLoopMayAddMore() throws Exception {
        SerialLoop inline = SerialLoop.on(Runnable::run);
        List<String> order = new ArrayList<>();
        inline.execute(() -> {
            inline.execute(() -> order.add("later"));
            order.add("first");
        });
        assertThat(order).containsExactly("first", "later");
    }
}
