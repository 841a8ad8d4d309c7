package dev.simurgh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Metric;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Filters that leave tags out save time series, and lose nothing of what they have counted. */
class OneMeterOfSeveralTest {
    private final StandIn.Loop loop = new StandIn.Loop();

    private static Endpoint endpoint(MeterRegistry registry) {
        ChannelSpec<Object> room = ChannelSpec.builder(Object::new)
                .quiet()
                .handleIn("say", Payload.class, (c, payload, s) -> Result.noReply())
                .handleIn("shout", Payload.class, (c, payload, s) -> Result.noReply())
                .nonBlocking()
                .build();
        return Endpoint.builder()
                .part(EndpointMeters.of(registry))
                .socket(
                        "/socket",
                        SocketSpec.builder().channel("room:*", room).quiet().build())
                .build();
    }

    private static MeterRegistry without(String... tags) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.config().meterFilter(MeterFilter.ignoreTags(tags));
        return registry;
    }

    private static double count(MeterRegistry registry, String name) {
        return registry.get(name).functionCounter().count();
    }

    private StandIn talking(Endpoint endpoint, String transport, int says, int shouts) {
        StandIn client = StandIn.connect(endpoint, loop, transport).join("room:1");
        for (int i = 0; i < says; i++) {
            client.push("room:1", "say");
        }
        for (int i = 0; i < shouts; i++) {
            client.push("room:1", "shout");
        }
        return client;
    }

    @Test
    void aCounterWhoseTagIsLeftOutIsTheSum() {
        MeterRegistry registry = without("event", "transport", "outcome");
        Endpoint endpoint = endpoint(registry);
        talking(endpoint, "websocket", 3, 4);
        talking(endpoint, "longpoll", 0, 5);
        talking(endpoint, "pigeon", 0, 1).gone(1000, "");
        assertThat(count(registry, "simurgh.events")).isEqualTo(13);
        assertThat(registry.get("simurgh.connects")
                        .tag("socket", "/socket")
                        .functionCounter()
                        .count())
                .isEqualTo(3);
        assertThat(count(registry, "simurgh.received.messages")).isEqualTo(3 + 13);
        assertThat(registry.get("simurgh.connections").gauge().value()).isEqualTo(2);
        endpoint.backstage().close(loop::runAll);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void endpointsWhoseNameIsLeftOutAreTheSumAndNoneTakesTheMetersOfTheOther() {
        MeterRegistry registry = without("endpoint");
        Endpoint one = endpoint(registry);
        Endpoint two = endpoint(registry);
        talking(one, "websocket", 16, 0);
        talking(two, "websocket", 20, 0);
        assertThat(registry.get("simurgh.events")
                        .tag("event", "say")
                        .functionCounter()
                        .count())
                .isEqualTo(36);
        one.backstage().close(loop::runAll);
        assertThat(registry.get("simurgh.events")
                        .tag("event", "say")
                        .functionCounter()
                        .count())
                .as("a counter does not fall")
                .isEqualTo(36);
        assertThat(registry.get("simurgh.connections")
                        .tag("transport", "websocket")
                        .gauge()
                        .value())
                .isEqualTo(1);
        talking(two, "websocket", 4, 0);
        assertThat(registry.get("simurgh.events")
                        .tag("event", "say")
                        .functionCounter()
                        .count())
                .isEqualTo(40);
        two.backstage().close(loop::runAll);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void whatEndsTakesItsGaugeAwayAndNotWhatItCounted() {
        MeterRegistry registry = without("server");
        Endpoint endpoint = endpoint(registry);
        Runnable end = endpoint.backstage().addMetrics(ofServer("a", 2));
        endpoint.backstage().addMetrics(ofServer("b", 3));
        assertThat(count(registry, "simurgh.test.refused")).isEqualTo(5);
        assertThat(registry.get("simurgh.test.open").gauge().value()).isEqualTo(5);
        end.run();
        assertThat(count(registry, "simurgh.test.refused")).isEqualTo(5);
        assertThat(registry.get("simurgh.test.open").gauge().value()).isEqualTo(3);
        endpoint.backstage().close(loop::runAll);
        assertThat(registry.getMeters()).isEmpty();
    }

    private static List<Metric> ofServer(String server, int number) {
        return List.of(
                Metric.counter("simurgh.test.refused", "", "Refused", () -> number)
                        .tagged("server", server),
                Metric.gauge("simurgh.test.open", "", "Open", () -> number).tagged("server", server));
    }
}
