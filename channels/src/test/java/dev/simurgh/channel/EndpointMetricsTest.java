package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.MetricListener;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an endpoint tells of itself in numbers is what is there. */
class EndpointMetricsTest {
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .channel("room:*", spec -> spec.quiet().handleIn("work", Map.class, (c, p, s) -> Result.ok()))
            .channel("lobby", ChannelSpec.Builder::quiet);

    private double read(String name, String... tags) {
        return read(rig.endpoint(), name, tags);
    }

    /** The sum of those of a name that have these tags. */
    private static double read(Endpoint endpoint, String name, String... tags) {
        List<Metric> found = endpoint.backstage().metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .filter(metric -> has(metric, tags))
                .toList();
        assertThat(found).as(name).isNotEmpty();
        return found.stream()
                .mapToDouble(metric -> metric.reading().getAsDouble())
                .sum();
    }

    private static boolean has(Metric metric, String... tags) {
        for (int i = 0; i < tags.length; i += 2) {
            if (!tags[i + 1].equals(metric.tags().get(tags[i]))) {
                return false;
            }
        }
        return true;
    }

    @Test
    void connectionsAreCountedBySocketAndTransport() {
        rig.mount().carriedBy("fake");
        assertThat(read("simurgh.connections", "socket", "/socket", "transport", "fake"))
                .isZero();
        Client one = rig.connect();
        Client two = rig.connect();
        assertThat(read("simurgh.connections", "socket", "/socket", "transport", "fake"))
                .isEqualTo(2);
        one.vanish();
        one.vanish();
        assertThat(read("simurgh.connections")).isEqualTo(1);
        two.vanish();
        assertThat(read("simurgh.connections")).isZero();
        rig.settle();
        assertThat(rig.endpoint().counts().connections()).isZero();
    }

    @Test
    void aTransportThatNobodyHasSpokenOfIsCountedFromItsFirstClientOn() {
        List<String> heard = listening();
        rig.connect();
        assertThat(heard).contains("+simurgh.connections {socket=/socket, transport=fake}");
        assertThat(read("simurgh.connections")).isEqualTo(1);
    }

    @Test
    void channelsAreCountedBySocketAndPattern() {
        Client client =
                rig.connect().joined("1", "room:1").joined("2", "room:2").joined("3", "lobby");
        assertThat(read("simurgh.channels", "socket", "/socket", "channel", "room:*"))
                .isEqualTo(2);
        assertThat(read("simurgh.channels", "socket", "/socket", "channel", "lobby"))
                .isEqualTo(1);
        client.leave("4", "room:1");
        rig.settle();
        assertThat(read("simurgh.channels", "channel", "room:*")).isEqualTo(1);
        client.join("5", "nowhere");
        client.vanish();
        rig.settle();
        assertThat(read("simurgh.channels")).isZero();
    }

    @Test
    void whoIsNotReadIsCountedByItsCauseUntilItIsReadAgainOrHasGone() {
        Client one = rig.connect();
        Client two = rig.connect();
        one.behind();
        one.behind();
        two.behind();
        assertThat(read("simurgh.connections.paused", "cause", "client_behind")).isEqualTo(2);
        one.caughtUp();
        assertThat(read("simurgh.connections.paused")).isEqualTo(1);
        two.vanish();
        assertThat(read("simurgh.connections.paused")).isZero();
    }

    @Test
    void whoIsNotReadOnALoopThatHasEndedIsForgotten() {
        rig.connect().behind();
        rig.endpoint().backstage().forget(rig.loop());
        assertThat(read("simurgh.connections.paused")).isZero();
        assertThat(read("simurgh.connections")).isZero();
    }

    @Test
    void topicsAndSubscriptionsAreCounted() {
        rig.connect().joined("1", "room:1").joined("2", "room:2");
        rig.connect().joined("1", "room:1");
        assertThat(read("simurgh.topics")).isEqualTo(2);
        assertThat(read("simurgh.subscriptions")).isEqualTo(3);
        assertThat(read("simurgh.nodes")).isEqualTo(1);
    }

    @Test
    void whatWaitsForChannelsIsTold() {
        rig.connect().joined("1", "room:1").push("2", "room:1", "work", "{\"text\":\"" + "x".repeat(1000) + "\"}");
        assertThat(read("simurgh.channels.waiting")).isBetween(1000.0, 1500.0);
        rig.settle();
        assertThat(read("simurgh.channels.waiting")).isZero();
    }

    @Test
    void drainingIsTold() {
        assertThat(read("simurgh.draining")).isZero();
        var drained = rig.endpoint().drain();
        assertThat(read("simurgh.draining")).isEqualTo(1);
        assertThat(drained).isNotNull();
    }

    @Test
    void whatWaitsForThreadsOfAPoolIsTold() throws InterruptedException {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(2, 2, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        CountDownLatch began = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        rig.endpoint(builder -> builder.scheduler(pool));
        rig.endpoint();
        for (int i = 0; i < 5; i++) {
            pool.execute(() -> {
                began.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(read("simurgh.scheduler.busy")).isEqualTo(2);
        assertThat(read("simurgh.scheduler.max")).isEqualTo(2);
        assertThat(read("simurgh.scheduler.waiting")).isEqualTo(3);
        end.countDown();
        pool.shutdown();
    }

    @Test
    void allAreReadAsNumbersAtAnyTime() {
        Endpoint endpoint = rig.endpoint();
        Client client = rig.connect().joined("1", "room:1");
        List<Metric> all = endpoint.backstage().metrics();
        assertPlain(all);
        client.vanish();
        assertPlain(all);
        var drained = endpoint.drain();
        rig.advance(Duration.ofMinutes(1));
        assertThat(drained).isDone();
        endpoint.close();
        assertPlain(all);
    }

    private static void assertPlain(List<Metric> all) {
        for (Metric metric : all) {
            assertThat(metric.reading().getAsDouble())
                    .as(metric.name())
                    .isFinite()
                    .isNotNegative();
        }
    }

    @Test
    void theyGoWithTheEndpointAndNoneComesBehindIt() {
        List<String> heard = listening();
        Endpoint endpoint = rig.endpoint();
        Runnable remove = endpoint.backstage().addMetrics(List.of(Metric.gauge("simurgh.test", "", "", () -> 1)));
        int added = heard.size();
        assertThat(endpoint.drain()).isDone();
        rig.settle();
        endpoint.close();
        assertThat(heard).hasSize(2 * added);
        assertThat(endpoint.backstage().metrics()).isEmpty();
        remove.run();
        endpoint.backstage().addMetrics(List.of(Metric.gauge("simurgh.test", "", "", () -> 1)));
        assertThat(endpoint.backstage().metrics()).isEmpty();
        assertThat(heard).hasSize(2 * added);
    }

    @Test
    void partsAreTakenAwayBeforeTheyStop() {
        List<String> heard = new ArrayList<>();
        rig.endpoint(builder -> builder.part(new Part() {
            @Override
            public void start(Endpoint endpoint) {}

            @Override
            public List<Metric> metrics() {
                return List.of(Metric.gauge("simurgh.test", "", "", () -> 1));
            }

            @Override
            public void stop() {
                heard.add("stop");
            }
        }));
        rig.endpoint().backstage().listen(listener(heard));
        heard.clear();
        rig.endpoint().close();
        assertThat(heard.subList(0, 2)).containsExactly("-simurgh.test {}", "stop");
    }

    @Test
    void anAdapterThatCannotTellCostsOnlyItsOwn() {
        ClusterAdapter broken = (ClusterAdapter) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ClusterAdapter.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "metrics", "nodes" -> throw new IllegalStateException("on purpose");
                        case "self" -> {
                            return new dev.simurgh.pubsub.NodeId("a@test", 1);
                        }
                        default -> {
                            return null;
                        }
                    }
                });
        rig.endpoint(builder -> builder.cluster(broken));
        assertThat(read("simurgh.nodes")).isEqualTo(1);
        assertThat(read("simurgh.connections.paused")).isZero();
    }

    private List<String> listening() {
        List<String> heard = new ArrayList<>();
        rig.endpoint().backstage().listen(listener(heard));
        return heard;
    }

    private static MetricListener listener(List<String> heard) {
        return new MetricListener() {
            @Override
            public void added(Metric metric) {
                heard.add("+" + shown(metric));
            }

            @Override
            public void removed(Metric metric) {
                heard.add("-" + shown(metric));
            }
        };
    }

    private static String shown(Metric metric) {
        return metric.name() + " " + new java.util.TreeMap<>(metric.tags());
    }
}
