package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.protocol.Serializers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who holds up an event loop is told, while it does. */
class LoopWatchTest {
    private final ManualTimers timers = new ManualTimers();
    private final LoopWatch watch = new LoopWatch(timers, new ClientLog(timers));

    private void call(Duration takes) {
        assertThat(watch.begins(item -> new Shown("handleIn \"" + item + "\" of Chat"), "say"))
                .isTrue();
        pass(takes);
        watch.ends();
    }

    private void pass(Duration time) {
        timers.advance(time, () -> {});
    }

    private List<String> lines(Runnable action) {
        try (var log = new LogCapture(Level.WARN)) {
            action.run();
            return log.lines();
        }
    }

    @Test
    void aCallbackThatTakesTooLongIsToldOnce() {
        assertThat(lines(() -> call(Duration.ofMillis(340))))
                .singleElement()
                .asString()
                .startsWith(
                        "WARN handleIn \"say\" of Chat holds up its event loop, and all connections there, for at least"
                                + " 100 ms (expected: under 100 ms; channels without nonBlocking() may block), at ");
        assertThat(lines(() -> call(Duration.ofMillis(120)))).hasSize(1);
    }

    @Test
    void oneThatIsQuickEnoughIsNot() {
        assertThat(lines(() -> call(Duration.ofMillis(100)))).isEmpty();
        assertThat(lines(() -> {
                    for (int i = 0; i < 50; i++) {
                        call(Duration.ofMillis(30));
                    }
                }))
                .isEmpty();
    }

    @Test
    void whatItSetsOffIsAPartOfIt() {
        watch.begins(item -> new Shown("outer"), "a");
        assertThat(watch.begins(item -> new Shown("inner"), "b")).isFalse();
        assertThat(lines(() -> pass(Duration.ofMillis(200))).get(0)).startsWith("WARN outer holds up");
        watch.ends();
    }

    @Test
    void anIdleLoopIsNotLookedAt() {
        call(Duration.ofMillis(30));
        pass(Duration.ofSeconds(1));
        assertThat(timers.waiting()).isZero();
        call(Duration.ofMillis(1));
        assertThat(timers.waiting()).isEqualTo(1);
    }

    @Test
    void ofSixteenCallbacksOneIsTimedWhateverTheRhythmOfTheClients() {
        int[] timed = new int[16];
        for (int i = 0; i < 160_000; i++) {
            timed[i % 16] += watch.isSample() ? 1 : 0;
        }
        assertThat(Arrays.stream(timed)).allMatch(count -> count > 500 && count < 750);
    }

    @Test
    void oneThatHangsOnARealLoopIsToldOfWithItsPlace() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Endpoint endpoint = Endpoint.builder()
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel(
                                        "room:*",
                                        ChannelSpec.builder(Object::new)
                                                .nonBlocking()
                                                .handleIn("hang", (channel, socket) -> {
                                                    end.await();
                                                    return Result.ok();
                                                })
                                                .build())
                                .build())
                .build();
        try (ThreadLoop loop = new ThreadLoop();
                endpoint;
                LogCapture log = new LogCapture(Level.WARN)) {
            StressClient client = new StressClient(loop, accepted(endpoint));
            client.send("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]");
            client.send("[\"1\",\"2\",\"room:1\",\"hang\",{}]");
            try {
                Awaitility.await().until(() -> !log.lines().isEmpty());
                assertThat(log.lines())
                        .singleElement()
                        .asString()
                        .startsWith("WARN handleIn \"hang\" of java.lang.Object on room:1 holds up its event loop")
                        .containsPattern(", at LoopWatchTest\\.java:\\d+$");
            } finally {
                end.countDown();
                client.vanish();
            }
        }
    }

    @Test
    void soIsAJoinThatHasWaitedForItsCluster() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        LateCluster cluster = new LateCluster();
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        Endpoint endpoint = Endpoint.builder()
                .cluster(cluster)
                .listener(new EndpointListener() {
                    @Override
                    public void heldUp(String mount, String pattern, String topic, long nanos) {
                        heard.add(mount + " " + pattern + " " + topic + " " + (nanos >= 100_000_000));
                    }
                })
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel(
                                        "room:*",
                                        ChannelSpec.builder(Object::new)
                                                .nonBlocking()
                                                .subscribeFirst()
                                                .join((channel, socket) -> {
                                                    end.await();
                                                    return JoinResult.ok();
                                                })
                                                .build())
                                .build())
                .build();
        try (ThreadLoop loop = new ThreadLoop();
                endpoint;
                LogCapture log = new LogCapture(Level.WARN)) {
            StressClient client = new StressClient(loop, accepted(endpoint));
            client.send("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]");
            CountDownLatch held = new CountDownLatch(1);
            loop.execute(held::countDown);
            held.await();
            cluster.confirms();
            try {
                Awaitility.await().until(() -> !log.lines().isEmpty());
                assertThat(log.lines())
                        .singleElement()
                        .asString()
                        .startsWith("WARN join of java.lang.Object on room:1 holds up its event loop");
                Awaitility.await().until(() -> !heard.isEmpty());
                assertThat(heard).containsExactly("/socket room:* room:1 true");
                assertThat(endpoint.backstage().metrics())
                        .filteredOn(metric -> metric.name().equals("simurgh.loops.held"))
                        .singleElement()
                        .satisfies(metric ->
                                assertThat(metric.reading().getAsDouble()).isEqualTo(1));
            } finally {
                end.countDown();
                client.vanish();
            }
        }
    }

    private static Handshake.Accepted accepted(Endpoint endpoint) {
        return endpoint.backstage()
                .accept(
                        endpoint.backstage().mount("/socket").orElseThrow(),
                        Serializers.V2,
                        Assigns.EMPTY,
                        Optional.empty());
    }
}
