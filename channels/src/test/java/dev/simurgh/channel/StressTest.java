package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Real loops, the real scheduler, and clients that join, leave, broadcast, crash, come back and are kicked at random, seeded and bounded
 * in the number of operations. Observers who stay must hear everything, in the order of each sender.
 */
class StressTest {
    private static final int LOOPS = 3;
    private static final int DRIVERS = 3;
    private static final int OPERATIONS = 30_000;
    private static final List<String> TOPICS = List.of("room:1", "room:2", "fast:1", "fast:2");

    private final List<ThreadLoop> loops = new ArrayList<>();
    private final Map<String, AtomicInteger> said = new ConcurrentHashMap<>();
    private final LongAdder letIn = new LongAdder();
    private final LongAdder saidYes = new LongAdder();
    private final LongAdder left = new LongAdder();
    private final LongAdder terminated = new LongAdder();
    private final AtomicInteger names = new AtomicInteger();
    private final Endpoint endpoint;

    StressTest() {
        for (int i = 0; i < LOOPS; i++) {
            loops.add(new ThreadLoop());
        }
        endpoint = Endpoint.builder()
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel("room:*", spec().build())
                                .channel("fast:*", spec().nonBlocking().build())
                                .optionalId(assigns -> Optional.of("anybody"))
                                .quiet()
                                .build())
                .listener(new EndpointListener() {
                    @Override
                    public void joined(String mount, String pattern, String topic, JoinOutcome outcome, long nanos) {
                        if (outcome == JoinOutcome.OK) {
                            letIn.increment();
                        }
                    }

                    @Override
                    public void left(String mount, String pattern, String topic, StopReason reason) {
                        left.increment();
                    }
                })
                .build();
    }

    private ChannelSpec.Builder<Object> spec() {
        return ChannelSpec.builder(Object::new)
                .quiet()
                .join((c, s) -> {
                    saidYes.increment();
                    return JoinResult.ok();
                })
                .handleIn("say", Payload.class, (c, payload, s) -> {
                    said.computeIfAbsent(s.topic(), topic -> new AtomicInteger())
                            .incrementAndGet();
                    s.broadcast("said", payload);
                    return Result.noReply();
                })
                .handleIn("crash", Payload.class, (c, payload, s) -> {
                    throw new IllegalStateException("on purpose");
                })
                .terminate((c, reason, s) -> terminated.increment());
    }

    private AtomicInteger said(String topic) {
        return said.computeIfAbsent(topic, name -> new AtomicInteger());
    }

    @AfterEach
    void end() {
        endpoint.close();
        loops.forEach(ThreadLoop::close);
    }

    private StressClient connect(ThreadLoop loop) throws Exception {
        var mount = endpoint.backstage().mount("/socket").orElseThrow();
        var answer = new CompletableFuture<Handshake>();
        mount.connect(
                ConnectRequest.of(Map.of(), ConnectInfo.builder().build()),
                mount.negotiate(Optional.of("2.0.0")).orElseThrow(),
                loop,
                () -> true,
                answer::complete);
        return new StressClient(loop, (Handshake.Accepted) answer.get(20, TimeUnit.SECONDS));
    }

    private final class Driver implements Runnable {
        private final Random random;
        private final List<StressClient> clients = new ArrayList<>();
        private final List<String> ids = new ArrayList<>();
        private int n;

        Driver(long seed) {
            random = new Random(seed);
        }

        @Override
        public void run() {
            try {
                for (int i = 0; i < OPERATIONS / DRIVERS; i++) {
                    operate();
                }
                clients.forEach(StressClient::vanish);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private void operate() throws Exception {
            if (clients.size() < 4) {
                clients.add(connect(loops.get(random.nextInt(LOOPS))));
                ids.add("c" + names.incrementAndGet());
            }
            int at = random.nextInt(clients.size());
            StressClient client = clients.get(at);
            String topic = TOPICS.get(random.nextInt(TOPICS.size()));
            n++;
            switch (random.nextInt(100)) {
                case 0 -> {
                    client.vanish();
                    clients.remove(at);
                    ids.remove(at);
                }
                case 1, 2 -> client.send("[null,null,\"" + topic + "\",\"crash\",{}]");
                case 3, 4, 5, 6, 7, 8 -> client.send("[null,\"" + n + "\",\"" + topic + "\",\"phx_leave\",{}]");
                case 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 ->
                    client.send("[\"" + n + "\",\"" + n + "\",\"" + topic + "\",\"phx_join\",{}]");
                default ->
                    client.send(
                            "[null,null,\"" + topic + "\",\"say\",{\"from\":\"" + ids.get(at) + "\",\"n\":" + n + "}]");
            }
        }
    }

    @Test
    void nothingIsLostReorderedOrLeftBehind() throws Exception {
        List<StressClient> observers = new ArrayList<>();
        for (ThreadLoop loop : loops) {
            StressClient observer = connect(loop);
            TOPICS.forEach(topic -> observer.send("[\"0\",\"0\",\"" + topic + "\",\"phx_join\",{}]"));
            observers.add(observer);
        }
        Awaitility.await().until(() -> observers.stream().allMatch(o -> o.joined.get() == TOPICS.size()));

        List<Thread> drivers = new ArrayList<>();
        AtomicInteger failed = new AtomicInteger();
        for (int i = 0; i < DRIVERS; i++) {
            Thread driver = new Thread(new Driver(100 + i));
            driver.setUncaughtExceptionHandler((thread, e) -> failed.incrementAndGet());
            driver.start();
            drivers.add(driver);
        }
        for (Thread driver : drivers) {
            driver.join(60_000);
        }
        assertThat(failed).hasValue(0);

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> endpoint.connectionCount() == LOOPS);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> endpoint.channelCount() == (long) LOOPS * TOPICS.size());
        for (StressClient observer : observers) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> TOPICS.stream()
                            .allMatch(topic ->
                                    observer.heard(topic).get() >= said(topic).get()));
            assertThat(TOPICS)
                    .allSatisfy(topic -> assertThat(observer.heard(topic))
                            .hasValue(said(topic).get()));
            assertThat(observer.disordered).hasValue(0);
        }
        assertThat(said.values()).allMatch(count -> count.get() > 100);

        endpoint.disconnect("anybody");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> endpoint.channelCount() == 0);
        Awaitility.await().until(() -> endpoint.connectionCount() == 0);
        assertThat(endpoint.snapshot().get(20, TimeUnit.SECONDS))
                .isEqualTo(new EndpointSnapshot(List.of(), Map.of(), 0));
        assertThat(left.sum()).isEqualTo(letIn.sum()).isPositive();
        assertThat(terminated.sum()).isEqualTo(saidYes.sum()).isGreaterThanOrEqualTo(letIn.sum());
    }
}
