package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real threads, and a clock that the test moves: each look at the queue happens when the test says so. */
class ElasticExecutorTest {
    private static final int FEWEST = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final ManualTimers timers = new ManualTimers();
    private final ElasticExecutor executor = new ElasticExecutor(timers);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void end() {
        release.countDown();
        executor.close();
    }

    private void look() {
        timers.advance(Duration.ofMillis(20), () -> {});
    }

    private void block(CountDownLatch started) {
        executor.execute(() -> {
            started.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void itGrowsWhileAllThreadsBlock() throws Exception {
        int tasks = 5 * FEWEST;
        CountDownLatch started = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            block(started);
        }
        assertThat(executor.threads()).isEqualTo(FEWEST);
        for (int looks = 0; looks < 10; looks++) {
            look();
        }
        await(started);
        assertThat(executor.threads()).isBetween(tasks, 2 * tasks);
    }

    @Test
    void withManyBlockedOneMoreTaskWaitsForASingleLook() throws Exception {
        int tasks = 5 * FEWEST;
        CountDownLatch started = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            block(started);
        }
        for (int looks = 0; looks < 10; looks++) {
            look();
        }
        await(started);
        Awaitility.await().until(() -> {
            look();
            return executor.pool().getQueue().isEmpty();
        });
        look(); // which ends the watch
        CountDownLatch one = new CountDownLatch(executor.threads() - tasks + 1);
        for (long n = one.getCount(); n > 0; n--) {
            block(one);
        }
        look();
        await(one);
    }

    @Test
    void afterAJamItGetsAlongWithAFewThreadsAgainThoughTasksGoOnComing() throws Exception {
        int tasks = 10 * FEWEST;
        CountDownLatch started = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            block(started);
        }
        for (int looks = 0; looks < 10; looks++) {
            look();
        }
        await(started);
        release.countDown();
        for (int looks = 0; looks < 50 * 30; looks++) { // as a second has 50 of them
            CountDownLatch done = new CountDownLatch(1);
            executor.execute(done::countDown);
            await(done);
            look();
        }
        Awaitility.await().untilAsserted(() -> assertThat(executor.threads()).isLessThanOrEqualTo(FEWEST));
    }

    @Test
    void threadsThatAreAtWorkStay() throws Exception {
        int tasks = 5 * FEWEST;
        CountDownLatch started = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            block(started);
        }
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> {
            look();
            return started.getCount() == 0 && executor.threads() == tasks; // what was started beside them has ended
        });
        for (int looks = 0; looks < 50 * 30; looks++) {
            look();
        }
        assertThat(executor.threads()).isEqualTo(tasks);
    }

    @Test
    void aBurstOfShortTasksTakesNoMoreThreads() throws Exception {
        AtomicInteger sum = new AtomicInteger();
        int rounds = 50;
        for (int round = 0; round < rounds; round++) {
            CountDownLatch done = new CountDownLatch(200);
            for (int i = 0; i < 200; i++) {
                executor.execute(() -> {
                    sum.incrementAndGet();
                    done.countDown();
                });
            }
            await(done);
            look();
        }
        assertThat(sum).hasValue(rounds * 200);
        assertThat(executor.threads()).isLessThanOrEqualTo(FEWEST);
    }

    @Test
    void whereTheSystemHasNoMoreThreadsATaskWaitsForOneThatIsThere() throws Exception {
        AtomicInteger left = new AtomicInteger(1);
        ElasticExecutor poor = new ElasticExecutor(timers, task -> {
            if (left.getAndDecrement() <= 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        });
        CountDownLatch done = new CountDownLatch(20);
        CountDownLatch started = new CountDownLatch(1);
        poor.execute(() -> {
            started.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await(started);
        for (int i = 0; i < 20; i++) {
            poor.execute(done::countDown);
        }
        look();
        look();
        assertThat(timers.waiting()).isOne(); // it goes on looking
        release.countDown();
        await(done);
        poor.close();
    }

    @Test
    void withoutAnyThreadItRejectsAndLaterRuns() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        ElasticExecutor poor = new ElasticExecutor(timers, task -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        });
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> poor.execute(() -> {}));
        CountDownLatch done = new CountDownLatch(1);
        poor.execute(done::countDown);
        await(done);
        poor.close();
    }

    @Test
    void whatRunsMayFinishWhenItIsClosed() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        executor.execute(() -> {
            started.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
            }
        });
        await(started);
        Thread closing = new Thread(executor::close);
        closing.start();
        Awaitility.await().until(() -> {
            try {
                executor.execute(() -> {});
                return false;
            } catch (RejectedExecutionException e) {
                return true;
            }
        });
        release.countDown();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
        assertThat(interrupted).hasValue(0);
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executor.execute(() -> {}));
    }
}
