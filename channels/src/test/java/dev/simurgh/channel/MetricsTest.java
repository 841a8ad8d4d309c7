package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
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
        rig.withoutListener().endpoint(endpoint -> endpoint.listener(new EndpointListener() {}));
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
        rig.limits(limits -> limits.maxChannels(2));
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
    void aJoinWithNamesThatAreTooLongIsOverTheLimit() {
        rig.endpoint(endpoint -> endpoint.listener(new Joins()));
        rig.limits(limits -> limits.maxNameBytes(16));
        room(spec -> spec);
        rig.connect()
                .join("1", "room:a very long name")
                .join("a very long reference", "room:1")
                .push("2", "room:1", "a very long event");
        rig.settle();
        assertThat(taken()).containsExactly("/socket   OVER_LIMIT", "/socket  room:1 OVER_LIMIT");
    }

    @Test
    void aJoinThatIsRefusedOrCrashesHasOneOutcome() {
        rig.endpoint(endpoint -> endpoint.listener(new Joins()));
        room(spec -> spec.join((c, s) -> {
            if (s.topic().equals("room:crash")) {
                throw new IllegalStateException("test");
            }
            return JoinResult.error(Map.of());
        }));
        rig.connect().join("1", "room:1").join("2", "room:crash").join("3", "room:1");
        rig.settle();
        assertThat(taken())
                .containsExactlyInAnyOrder(
                        "/socket room:* room:1 REFUSED",
                        "/socket room:* room:crash CRASHED",
                        "/socket room:* room:1 REFUSED");
    }

    @Test
    void joinsThatWaitWhenTheirClientGoesAreAbandoned() {
        rig.endpoint(endpoint -> endpoint.listener(new Joins()));
        room(spec -> spec);
        var client = rig.connect().join("1", "room:1").join("2", "room:1").join("3", "room:1");
        assertThat(taken()).containsExactly("/socket room:* room:1 ABANDONED"); // the second, by the third
        client.vanish();
        rig.settle();
        assertThat(taken()).containsExactly("/socket room:* room:1 ABANDONED", "/socket room:* room:1 ABANDONED");
    }

    @Test
    void aJoinThatHangsAndIsReplacedHasItsOwnOutcomeInTheEnd() {
        rig.endpoint(endpoint -> endpoint.listener(new Joins()));
        rig.limits(limits -> limits.maxChannels(1));
        room(spec -> spec);
        rig.connect().join("1", "room:1").join("2", "room:1");
        rig.timers.advance(
                Duration.ofSeconds(5), rig.loop()::runAll); // the first has not ended, and there is no room beside it
        assertThat(taken()).containsExactly("/socket room:* room:1 OVER_LIMIT");
        rig.settle();
        assertThat(taken()).containsExactly("/socket room:* room:1 ABANDONED");
    }

    @Test
    void aJoinWhoseEventLoopHasEndedIsAbandonedWithoutNoise() {
        rig.endpoint(endpoint -> endpoint.listener(new Joins()));
        rig.channel("first:*", spec -> spec.subscribeFirst());
        room(spec -> spec.join((c, s) -> {
                    heard.add("join");
                    return JoinResult.ok();
                })
                .terminate((c, reason, s) -> heard.add("terminate " + reason)));
        rig.connect().join("1", "room:1").join("2", "first:1");
        rig.loop().ended = true;
        try (LogCapture logs = new LogCapture(Level.INFO)) {
            rig.settle();
            assertThat(logs.lines()).noneMatch(line -> line.startsWith("ERROR") || line.startsWith("WARN"));
            assertThat(logs.traces()).isZero();
        }
        assertThat(taken())
                .containsExactly(
                        "join",
                        "terminate connection closed",
                        "/socket room:* room:1 ABANDONED",
                        "/socket first:* first:1 ABANDONED");
        assertThat(rig.endpoint().channelCount()).isZero();
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
