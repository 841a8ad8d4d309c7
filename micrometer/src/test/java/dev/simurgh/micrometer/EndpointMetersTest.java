package dev.simurgh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Metric;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens at an endpoint is counted under the names and tags that are declared, and under no others. */
class EndpointMetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final StandIn.Loop loop = new StandIn.Loop();
    private final Endpoint endpoint = endpoint(EndpointMeters.of(registry));

    private static Endpoint endpoint(EndpointMeters meters) {
        ChannelSpec<Object> room = ChannelSpec.builder(Object::new)
                .quiet()
                .nonBlocking()
                .join((c, s) -> s.topic().equals("room:closed") ? JoinResult.error() : JoinResult.ok())
                .handleIn("say", Payload.class, (c, payload, s) -> {
                    s.broadcast("said", payload);
                    s.push("heard", payload);
                    return Result.ok(payload);
                })
                .handleIn("crash", Payload.class, (c, payload, s) -> {
                    throw new IllegalStateException("on purpose");
                })
                .handleAny((c, message, s) -> Result.noReply())
                .build();
        return Endpoint.builder()
                .part(meters)
                .scheduler(Runnable::run)
                .socket(
                        "/socket",
                        SocketSpec.builder().channel("room:*", room).quiet().build())
                .build();
    }

    @AfterEach
    void end() {
        endpoint.backstage().close(loop::runAll);
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    private Timer timer(String name, String... tags) {
        return registry.get(name).tags(tags).timer();
    }

    @Test
    void connectionsAreCountedByOutcomeTransportAndCode() {
        StandIn.connect(endpoint, loop, "websocket").gone(1001, "any");
        StandIn.connect(endpoint, loop, "longpoll").gone(4711, "whatever it says");
        StandIn.connect(endpoint, loop, "of-mine").gone(1006, "");
        assertThat(count("simurgh.connects", "socket", "/socket", "outcome", "ok"))
                .isEqualTo(3);
        assertThat(count("simurgh.connects", "transport", "other")).isOne();
        assertThat(count("simurgh.connects", "outcome", "wrong_origin")).isZero();
        assertThat(count("simurgh.disconnects", "transport", "websocket", "code", "1001"))
                .isOne();
        assertThat(count("simurgh.disconnects", "transport", "longpoll", "code", "other"))
                .isOne();
        assertThat(timer("simurgh.connect.duration", "transport", "websocket").count())
                .isOne();
        assertThat(timer("simurgh.connection.duration", "transport", "websocket")
                        .count())
                .isOne();
    }

    @Test
    void joinsAndLeavesAreCountedByPattern() {
        StandIn client = StandIn.connect(endpoint, loop, "websocket")
                .join("room:1")
                .join("room:closed")
                .join("elsewhere:1");
        client.send("[\"1\",\"3\",\"room:1\",\"phx_leave\",{}]");
        assertThat(count("simurgh.joins", "channel", "room:*", "outcome", "ok")).isOne();
        assertThat(count("simurgh.joins", "channel", "room:*", "outcome", "refused"))
                .isOne();
        assertThat(count("simurgh.joins", "channel", "none", "outcome", "no_route"))
                .isOne();
        assertThat(count("simurgh.leaves", "channel", "room:*", "cause", "left"))
                .isOne();
        assertThat(timer("simurgh.join.duration", "channel", "room:*").count()).isEqualTo(2);
    }

    @Test
    void eachEventIsCountedAndSomeAreTimed() {
        StandIn client = StandIn.connect(endpoint, loop, "websocket").join("room:1");
        for (int i = 0; i < 1000; i++) {
            client.push("room:1", "say");
        }
        client.push("room:1", "made-up");
        client.push("room:1", "crash");
        assertThat(count("simurgh.events", "channel", "room:*", "event", "say")).isEqualTo(1000);
        assertThat(count("simurgh.events", "channel", "room:*", "event", "other"))
                .isOne();
        assertThat(count("simurgh.events", "event", "crash")).isZero();
        assertThat(count("simurgh.crashes", "channel", "room:*")).isOne();
        assertThat(timer("simurgh.event.duration", "event", "say").count()).isBetween(20L, 120L);
        assertThat(count("simurgh.received.messages")).isEqualTo(1003);
        assertThat(count("simurgh.received.bytes")).isEqualTo(27_092);
        assertThat(count("simurgh.broadcasts", "channel", "room:*")).isEqualTo(1000);
        assertThat(count("simurgh.delivered.messages")).isEqualTo(1000);
        assertThat(count("simurgh.pushed.messages", "channel", "room:*")).isEqualTo(1000);
        assertThat(count("simurgh.sent.messages", "transport", "websocket")).isBetween(2000.0, 2005.0);
    }

    @Test
    void countersAreThereBeforeAnythingHappens() {
        assertThat(count("simurgh.drops")).isZero();
        assertThat(count("simurgh.events", "event", "say")).isZero();
        assertThat(count("simurgh.limits.reached", "socket", "/socket", "limit", "queue_bytes"))
                .isZero();
        assertThat(count("simurgh.limits.reached", "socket", "none", "limit", "connections"))
                .isZero();
    }

    @Test
    void metersOfOneNameHaveTheSameKeys() {
        StandIn client = StandIn.connect(endpoint, loop, "of-mine")
                .join("room:1")
                .join("room:closed")
                .join("elsewhere");
        for (int i = 0; i < 100; i++) {
            client.push("room:1", "say");
        }
        client.push("room:1", "made-up");
        client.push("room:1", "crash");
        client.gone(4711, "");
        assertThat(registry.getMeters().stream()
                        .filter(meter -> !meter.getId().getName().endsWith(".histogram"))
                        .collect(Collectors.groupingBy(
                                meter -> meter.getId().getName(),
                                Collectors.mapping(EndpointMetersTest::keys, Collectors.toSet()))))
                .allSatisfy((name, keys) -> assertThat(keys).as(name).hasSize(1));
    }

    private static Set<String> keys(Meter meter) {
        return meter.getId().getTags().stream().map(tag -> tag.getKey()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatSomethingAroundTheEndpointTellsIsAMeterWhileItIsThere() {
        Runnable end = endpoint.backstage()
                .addMetrics(List.of(
                        Metric.gauge("simurgh.test.things", "", "Things", () -> 7)
                                .tagged("server", "a"),
                        Metric.counter("simurgh.test.done", "bytes", "Done", () -> 9)));
        assertThat(registry.get("simurgh.test.things")
                        .tags("server", "a", "endpoint", "simurgh")
                        .gauge()
                        .value())
                .isEqualTo(7);
        assertThat(count("simurgh.test.done")).isEqualTo(9);
        end.run();
        assertThat(registry.find("simurgh.test.things").meters()).isEmpty();
        assertThat(registry.find("simurgh.test.done").meters()).isEmpty();
    }

    @Test
    void whatItIsToBeIsCheckedAtOnce() {
        var builder = EndpointMeters.builder(registry);
        assertThatThrownBy(() -> builder.name(" ")).hasMessage("name: \" \" (expected: one that is not empty)");
        assertThatThrownBy(() -> builder.tag("socket", "x"))
                .hasMessageStartingWith(
                        "tag: \"socket\" (expected: a key, and none of [cause, channel, code, endpoint,");
        assertThatThrownBy(() -> builder.tag("server", "x")).hasMessageStartingWith("tag: \"server\" (expected: a key");
        assertThatThrownBy(() -> builder.buckets(Duration.ZERO))
                .hasMessage("buckets: [PT0S] (expected: at least one, all more than zero; or withoutBuckets())");
        assertThatThrownBy(() -> builder.buckets()).hasMessageStartingWith("buckets: [] (expected: at least one");
        EndpointMeters started = builder.name("twice").build();
        try (Endpoint first = endpoint(started)) {
            assertThatThrownBy(() -> started.start(first))
                    .hasMessage("EndpointMeters: started twice (expected: one for each endpoint)");
        }
    }
}
