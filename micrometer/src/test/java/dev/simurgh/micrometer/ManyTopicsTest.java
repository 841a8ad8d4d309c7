package dev.simurgh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Serializers;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever clients send, there are as many meters as were declared. */
class ManyTopicsTest {
    private static final int SOCKETS = 10_000;
    private static final int TOPICS_EACH = 10;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final StandIn.Loop loop = new StandIn.Loop();
    private final Endpoint endpoint = endpoint();

    private Endpoint endpoint() {
        ChannelSpec.Builder<Object> room = ChannelSpec.builder(Object::new)
                .quiet()
                .nonBlocking()
                .join((c, s) ->
                        s.topic().endsWith("7") ? JoinResult.error(Map.of("reason", s.topic())) : JoinResult.ok())
                .handleAny((c, message, s) -> {
                    s.broadcast(message.event(), message.payload());
                    s.push(message.event(), message.payload());
                    if (message.event().endsWith("3")) {
                        throw new IllegalStateException(message.event());
                    }
                    return message.event().endsWith("5")
                            ? Result.stop(StopReason.other(message.event()))
                            : Result.ok(message.payload());
                });
        return Endpoint.builder()
                .part(EndpointMeters.of(registry))
                .scheduler(Runnable::run)
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel("room:*", room.build())
                                .channel("user:*", room.build())
                                .connect(request -> request.nested().containsKey("no")
                                        ? ConnectResult.refuse(request.nested().toString())
                                        : ConnectResult.ok())
                                .nonBlocking()
                                .limits(Limits.builder().maxNameBytes(100).build())
                                .quiet()
                                .build())
                .build();
    }

    private Set<Meter.Id> meters() {
        return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    }

    private long series() {
        return registry.scrape().lines().filter(line -> !line.startsWith("#")).count();
    }

    /** One client that does something else than all before it, of everything that it can. */
    private void misbehave(int number) {
        refused(number);
        StandIn client = StandIn.connect(endpoint, loop, number % 2 == 0 ? "websocket" : "longpoll");
        for (int i = 0; i < TOPICS_EACH; i++) {
            String topic = (i % 2 == 0 ? "room:" : "user:") + number + "-" + i;
            client.join(topic);
            client.push(topic, "event-" + number + "-" + i);
        }
        client.join("nowhere:" + number);
        client.join("x".repeat(101) + number);
        client.send("[\"1\",\"9\",\"room:" + number + "\",\"phx_leave\",{}]");
        client.send("{" + number);
        client.gone(3000 + number % 2000, "because of " + number);
    }

    private void refused(int number) {
        endpoint.backstage()
                .mount("/socket")
                .orElseThrow()
                .connect(
                        ConnectRequest.of(
                                Map.of("no", "because-" + number),
                                ConnectInfo.builder().transport("websocket").build()),
                        Serializers.V2,
                        loop,
                        () -> true,
                        answer -> {});
    }

    @Test
    void aHundredThousandTopicsOfTenThousandSocketsMakeNoMeter() {
        for (int i = 0; i < 200; i++) {
            misbehave(i);
        }
        Set<Meter.Id> before = meters();
        long series = series();
        for (int i = 200; i < SOCKETS; i++) {
            misbehave(i);
        }
        assertThat(meters()).isEqualTo(before);
        assertThat(series()).isEqualTo(series);
        assertThat(registry.get("simurgh.connects").tag("outcome", "ok").functionCounters().stream()
                        .mapToDouble(each -> each.count())
                        .sum())
                .isEqualTo(SOCKETS);
        assertThat(before).hasSizeLessThan(300);
        endpoint.backstage().close(loop::runAll);
    }

    @Test
    void whatNoDeclarationKnowsMakesOneMeterOfEachName() {
        MeterListener listener = new MeterListener();
        MeterSet set = MeterSet.of(registry, "listener", Tags.empty(), new Buckets(List.of()));
        listener.begin(set, endpoint.backstage().mounts());
        Set<Integer> sizes = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String any = "any-" + i;
            for (ConnectOutcome outcome : ConnectOutcome.values()) {
                listener.connected(any, any, outcome, i);
            }
            for (Limit limit : Limit.values()) {
                listener.limited(any, any, limit);
            }
            for (Drop drop : Drop.values()) {
                listener.dropped(drop);
            }
            listener.disconnected(any, any, i, any, i);
            listener.handledIn(any, any, any, any, i);
            listener.handledIn("/socket", "room:*", any, any, i);
            listener.crashed(any, any, any, new IllegalStateException(any));
            sizes.add(registry.getMeters().size());
        }
        assertThat(sizes).hasSize(1);
        set.close();
        endpoint.backstage().close(loop::runAll);
    }
}
