package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The threads that an endpoint makes when it is given none. */
class OwnThreadsTest {
    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void systemTimersKeepRealTime() throws Exception {
        AtomicInteger cancelled = new AtomicInteger();
        SystemTimers timers = new SystemTimers();
        timers.schedule(Duration.ofHours(1), cancelled::incrementAndGet).run();
        CountDownLatch rung = new CountDownLatch(1);
        long before = timers.nanoTime();
        timers.schedule(Duration.ofMillis(1), rung::countDown);
        await(rung);
        assertThat(timers.nanoTime() - before).isGreaterThanOrEqualTo(1_000_000);
        timers.close();
        timers.schedule(Duration.ZERO, cancelled::incrementAndGet).run();
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void aTimerForEverIsNeverDueAndOneThatThrowsIsLogged() throws Exception {
        SystemTimers timers = new SystemTimers();
        try (LogCapture log = new LogCapture(Level.ERROR)) {
            timers.schedule(ChronoUnit.FOREVER.getDuration(), () -> {}).run();
            timers.schedule(Duration.ZERO, () -> {
                throw new NoClassDefFoundError("on purpose");
            });
            CountDownLatch rung = new CountDownLatch(1);
            timers.schedule(Duration.ZERO, rung::countDown);
            await(rung);
            assertThat(log.lines()).containsExactly("ERROR a timer's task failed");
        } finally {
            timers.close();
        }
    }

    @Test
    void allTerminatesRunBeforeTheThreadsEnd() throws Exception {
        int count = 100;
        AtomicInteger terminated = new AtomicInteger();
        CountDownLatch joined = new CountDownLatch(count);
        CountDownLatch never = new CountDownLatch(1);
        var spec = ChannelSpec.builder(Object::new)
                .join((c, s) -> {
                    joined.countDown();
                    return JoinResult.ok();
                })
                .terminate((c, reason, s) -> {
                    if (!never.await(200, TimeUnit.MILLISECONDS)) { // it takes its time on a thread
                        terminated.incrementAndGet();
                    }
                })
                .quiet()
                .build();
        var endpoint = Endpoint.builder()
                .socket(
                        "/socket",
                        SocketSpec.builder().channel("room:*", spec).quiet().build())
                .build();
        try (ThreadLoop loop = new ThreadLoop()) {
            var mount = endpoint.backstage().mount("/socket").orElseThrow();
            var serializer = mount.negotiate(Optional.of("2.0.0")).orElseThrow();
            var client = new StressClient(
                    loop, endpoint.backstage().accept(mount, serializer, Assigns.EMPTY, Optional.empty()));
            for (int i = 0; i < count; i++) {
                client.send("[\"1\",\"1\",\"room:" + i + "\",\"phx_join\",{}]");
            }
            await(joined);
            endpoint.close();
            assertThat(terminated).hasValue(count);
            assertThat(endpoint.channelCount()).isZero();
        }
    }

    @Test
    void theDefaultSchedulerEndsWithItsEndpoint() throws Exception {
        var endpoint = Endpoint.builder().build();
        CountDownLatch ran = new CountDownLatch(1);
        endpoint.scheduler().execute(ran::countDown);
        await(ran);
        endpoint.close();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> endpoint.scheduler().execute(() -> {}));
    }

    @Test
    void outsideSubscribersAreCalledInOrder() throws Exception {
        try (var endpoint = Endpoint.builder().build()) {
            int count = 1000;
            CountDownLatch all = new CountDownLatch(count);
            AtomicInteger last = new AtomicInteger();
            AtomicInteger wrong = new AtomicInteger();
            var subscription = endpoint.subscribe("t", broadcast -> {
                if (last.incrementAndGet() != Integer.parseInt(broadcast.event())) {
                    wrong.incrementAndGet();
                }
                all.countDown();
            });
            for (int i = 1; i <= count; i++) {
                endpoint.broadcast("t", "" + i, Map.of());
            }
            await(all);
            assertThat(wrong).hasValue(0);
            subscription.cancel();
            assertThat(endpoint.snapshot().get(20, TimeUnit.SECONDS).topics()).isEmpty();
        }
    }
}
