package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a listener hears for metrics: each thing once, and nothing is measured for one that does not want it. */
class MetricsTest {
    private final List<String> heard = new ArrayList<>();
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER);

    private void room(UnaryOperator<ChannelSpec.Builder<Object>> code) {
        rig.channel(
                "room:*",
                spec -> code.apply(spec.quiet().handleIn("say", Map.class, (c, payload, s) -> {
                    s.broadcast("said", payload);
                    return Result.ok();
                })));
    }

    private List<String> taken() {
        List<String> taken = List.copyOf(heard);
        heard.clear();
        return taken;
    }

    private final class Joins implements EndpointListener {
        @Override
        public void joined(String mount, String pattern, String topic, JoinOutcome outcome, long nanos) {
            heard.add(mount + " " + pattern + " " + topic + " " + outcome);
        }
    }

    @Test
    void nobodyWhoListensMeansThatNobodyLooksAtTheClock() {
        rig.endpoint(endpoint -> endpoint.listener(new EndpointListener() {}));
        room(spec -> spec);
        var client = rig.connect().joined("1", "room:1");
        int looks = rig.timers.looks;
        for (int i = 2; i < 12; i++) {
            client.push("" + i, "room:1", "say");
        }
        assertThat(client.received()).hasSize(20);
        assertThat(rig.timers.looks).isEqualTo(looks);
    }

    @Test
    void aBroadcastIsDeliveredOncePerEventLoop() {
        rig.endpoint(endpoint -> endpoint.listener(new EndpointListener() {
            @Override
            public void delivered(String topic, String event, int clients, long bytes) {
                heard.add(topic + " " + event + " " + clients + " " + bytes);
            }
        }));
        room(spec -> spec);
        var client = rig.connect().joined("1", "room:1");
        rig.connect().joined("1", "room:1");
        rig.connect(Vsn.V2, rig.addLoop(), Map.of()).joined("1", "room:1");
        rig.endpoint().broadcast("room:1", "one", Map.of());
        rig.endpoint().broadcast("room:1", "two", Map.of());
        rig.settle();
        int bytes = client.broadcast("room:1", "one", "{}").length();
        assertThat(taken())
                .containsExactlyInAnyOrder(
                        "room:1 one 2 " + 2 * bytes,
                        "room:1 two 2 " + 2 * bytes,
                        "room:1 one 1 " + bytes,
                        "room:1 two 1 " + bytes);
    }

    @Test
    void framesOfOneClientAreCountedInBytes() {
        rig.endpoint(endpoint -> endpoint.listener(new EndpointListener() {
            @Override
            public void received(String mount, String transport, int bytes) {
                heard.add("in " + mount + " " + transport + " " + bytes);
            }

            @Override
            public void sent(String mount, String transport, int bytes) {
                heard.add("out " + mount + " " + transport + " " + bytes);
            }
        }));
        room(spec -> spec);
        var client = rig.connect();
        String join = client.vsn.message("1", "1", "room:1", "phx_join", "{}");
        client.join("1", "room:1");
        List<String> frames = client.received();
        assertThat(taken())
                .containsExactly(
                        "in /socket fake " + join.length(),
                        "out /socket fake " + frames.get(0).length());
    }

    @Test
    void theTimeInTheMailboxIsMeasured() {
        rig.endpoint(endpoint -> endpoint.listener(new EndpointListener() {
            @Override
            public void waited(String mount, String pattern, String topic, long nanos) {
                heard.add(mount + " " + pattern + " " + topic + " " + nanos);
            }
        }));
        room(spec -> spec);
        var client = rig.connect().joined("1", "room:1").push("2", "room:1", "say");
        rig.timers.advance(Duration.ofNanos(700), () -> {});
        rig.settle();
        assertThat(taken()).containsExactly("/socket room:* room:1 700");
        assertThat(client.received()).hasSize(2);
    }

    @Test
    void eachJoinHasOneOutcome() {
        rig.endpoint(endpoint -> endpoint.listener(new Joins()));
        rig.socket(socket -> socket.maxChannels(2));
        room(spec -> spec);
        var client = rig.connect().joined("1", "room:1").joined("2", "room:2");
        client.join("3", "room:3").join("4", "other").join("5", "room:1").join("6", "room:1");
        rig.settle();
        assertThat(taken())
                .containsExactly(
                        "/socket room:* room:1 OK",
                        "/socket room:* room:2 OK",
                        "/socket room:* room:3 OVER_LIMIT",
                        "/socket  other NO_ROUTE",
                        "/socket room:* room:1 ABANDONED",
                        "/socket room:* room:1 OK");
    }

    @Test
    void aJoinThatTakesTooLongIsToldOfOnce() {
        rig.endpoint(endpoint -> endpoint.listener(new Joins()));
        room(spec -> spec.joinTimeout(Duration.ofSeconds(1)));
        var client = rig.connect().join("1", "room:1");
        rig.timers.advance(Duration.ofSeconds(1), rig.loop()::runAll);
        assertThat(taken()).containsExactly("/socket room:* room:1 TIMEOUT");
        rig.settle();
        client.vanish();
        rig.settle();
        assertThat(taken()).isEmpty();
    }

    @Test
    void aJoinWhoseClientHasGoneIsAbandoned() {
        rig.endpoint(endpoint -> endpoint.listener(new Joins()));
        room(spec -> spec);
        rig.connect().join("1", "room:1").vanish();
        rig.settle();
        assertThat(taken()).containsExactly("/socket room:* room:1 ABANDONED");
    }
}
