package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.InMemoryCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(names = {"V1_ON_SCHEDULER", "V2_ON_EVENT_LOOP"})
class ConnectionTest {
    private static final Assigns.Key<String> USER = Assigns.key("user");

    private final Setup setup;
    private final Rig rig;

    ConnectionTest(Setup setup) {
        this.setup = setup;
        this.rig = named(new Rig(setup));
    }

    /** Connections are named after the parameter user, if there is one. */
    private static Rig named(Rig rig) {
        rig.socket(socket -> socket.connect(request -> ConnectResult.ok(request.param("user")
                        .map(user -> Assigns.of(USER, user))
                        .orElse(Assigns.EMPTY)))
                .optionalId(assigns -> assigns.find(USER).map(user -> "user:" + user)));
        return rig.channel("room:*", spec -> spec.handleIn("ok", Map.class, (c, p, s) -> Result.ok()));
    }

    @Nested
    class BuiltIn {
        @Test
        void heartbeatsAreAnsweredWithoutJoinRef() {
            var client = rig.connect().push("1", "phoenix", "heartbeat").push(null, "phoenix", "heartbeat", "null");
            assertThat(client.received())
                    .containsExactly(
                            setup.vsn.reply(null, "1", "phoenix", "ok", "{}"),
                            setup.vsn.reply(null, null, "phoenix", "ok", "{}"));
        }

        @Test
        void otherEventsOfThePhoenixTopicAreUnmatchedButALeaveIsOk() {
            var client = rig.connect().push("1", "phoenix", "ping").leave("2", "phoenix");
            assertThat(client.received()).containsExactly(client.unmatched("1", "phoenix"), client.ok("2", "phoenix"));
        }

        @Test
        void pushesToTopicsThatAreNotJoinedAreUnmatched() {
            var client = rig.connect().push("1", "room:1", "ok").push("2", "nowhere", "heartbeat");
            assertThat(client.received())
                    .containsExactly(client.unmatched("1", "room:1"), client.unmatched("2", "nowhere"));
        }

        @Test
        void aTopicThatIsNoTextIsUnmatchedAndEchoed() {
            var client = rig.connect();
            for (String event : new String[] {"phx_join", "phx_leave", "ok"}) {
                client.send(setup.vsn.message(null, "1", "t", event, "{}").replace("\"t\"", "5"));
            }
            String unmatched =
                    setup.vsn.error(null, "1", "t", "unmatched topic").replace("\"t\"", "5");
            assertThat(client.received()).containsExactly(unmatched, unmatched, unmatched);
        }

        @Test
        void refsMayBeAnyJson() {
            var client = rig.connect();
            client.send(
                    setup.vsn.message(null, "1", "phoenix", "heartbeat", "{}").replace("\"1\"", "{\"a\":[1]}"));
            assertThat(client.received())
                    .containsExactly(
                            setup.vsn.reply(null, "1", "phoenix", "ok", "{}").replace("\"1\"", "{\"a\":[1]}"));
        }
    }

    @Nested
    class MalformedFrames {
        /** Readable up to its payload. */
        private String broken(String ref) {
            return setup.vsn == Vsn.V2
                    ? "[\"1\",\"" + ref + "\",\"room:1\",\"ok\",{]"
                    : "{\"ref\":\"" + ref + "\",\"topic\":\"room:1\",\"event\":\"ok\",\"payload\":{]";
        }

        @Test
        void oneWithAReadableRefIsAnsweredAndHurtsNoChannel() {
            var client = rig.connect().joined("1", "room:1").send(broken("2")).push("3", "room:1", "ok");
            assertThat(client.received())
                    .containsExactly(client.error("2", "room:1", "malformed message"), client.ok("3", "room:1"));
            assertThat(rig.listener.heard).contains("malformed /socket");
        }

        @Test
        void oneWithoutIsDropped() {
            var client = rig.connect().send("").send("nonsense").send("5").sendBinary(new byte[] {9});
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.closes).isEmpty();
        }

        @Test
        void moreThanTheBudgetCloseTheConnection() {
            rig.limits(limits -> limits.maxMalformedFrames(2));
            var client = rig.connect().joined("1", "room:1");
            client.send(broken("2")).send("x");
            assertThat(client.received()).hasSize(1);
            assertThat(client.transport.closes).isEmpty();
            client.send("x").send("x").push("3", "room:1", "ok");
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.closes).containsExactly("1008 too many malformed messages");
            assertThat(rig.journal).containsExactly("terminate disconnected");
            assertThat(rig.endpoint().connectionCount()).isZero();
        }

        @Test
        void textThatIsNoUtf8ClosesAtOnce() {
            var client = rig.connect().joined("1", "room:1");
            byte[] bytes =
                    setup.vsn.message("1", "2", "room:1", "ok", "{\"a\":\"?\"}").getBytes(StandardCharsets.UTF_8);
            bytes[new String(bytes, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xff;
            client.send(bytes);
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.closes).containsExactly("1007");
            assertThat(rig.journal).containsExactly("terminate disconnected");
        }
    }

    @Nested
    class DisconnectById {
        @Test
        void allConnectionsOfTheNameAreClosedWith1001() {
            var one = rig.connect(Map.of("user", "7")).joined("1", "room:1");
            var two = rig.connect(setup.vsn, rig.addLoop(), Map.of("user", "7"));
            var other = rig.connect(Map.of("user", "8")).joined("1", "room:1");
            var nameless = rig.connect();
            rig.endpoint().disconnect("user:7");
            assertThat(one.received()).isEmpty();
            assertThat(one.transport.closes).containsExactly("1001");
            assertThat(two.transport.closes).containsExactly("1001");
            assertThat(other.transport.closes).isEmpty();
            assertThat(nameless.transport.closes).isEmpty();
            assertThat(rig.journal).containsExactly("terminate disconnected");
            assertThat(rig.endpoint().connectionCount()).isEqualTo(2);
            assertThat(rig.endpoint().channelCount()).isOne();
        }

        @Test
        void otherEventsToTheNameDoNothing() {
            var client = rig.connect(Map.of("user", "7"));
            rig.endpoint().broadcast("user:7", "hello", Map.of());
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.closes).isEmpty();
        }

        @Test
        void whatTheClientHadPushedIsNotHandledAnyMore() {
            rig.channel(
                    "slow",
                    spec -> spec.handleIn("work", Map.class, (c, p, s) -> {
                        rig.journal.add("worked");
                        return Result.noReply();
                    }));
            var client = rig.connect(Map.of("user", "7")).joined("1", "slow");
            if (!setup.nonBlocking) {
                client.push("2", "slow", "work");
            }
            rig.endpoint().disconnect("user:7");
            rig.loop().runAll();
            rig.settle();
            assertThat(rig.journal).containsExactly("terminate disconnected");
        }

        @Test
        void itReachesOtherNodes() {
            var cluster = new InMemoryCluster();
            rig.endpoint(endpoint -> endpoint.cluster(cluster.node("a@test")));
            var there = named(new Rig(setup)).endpoint(endpoint -> endpoint.cluster(cluster.node("b@test")));
            var client = there.connect(Map.of("user", "7"));
            rig.endpoint().disconnect("user:7");
            there.settle();
            assertThat(client.transport.closes).containsExactly("1001");
            assertThat(rig.endpoint().node().list()).containsExactly("b@test");
        }
    }

    @Test
    void broadcastsReachOtherNodes() {
        var cluster = new InMemoryCluster();
        rig.endpoint(endpoint -> endpoint.cluster(cluster.node("a@test")));
        var there = named(new Rig(setup)).endpoint(endpoint -> endpoint.cluster(cluster.node("b@test")));
        var client = there.connect().joined("1", "room:1");
        rig.endpoint().broadcast("room:1", "all", Map.of());
        rig.endpoint().localBroadcast("room:1", "here", Map.of());
        var other = rig.endpoint().subscribe("other", broadcast -> {});
        rig.endpoint().localBroadcastFrom(other, "room:1", "here", Map.of());
        assertThat(rig.endpoint().directBroadcast("b@test", "room:1", "there", Map.of()))
                .isTrue();
        assertThat(rig.endpoint().directBroadcast("c@test", "room:1", "nowhere", Map.of()))
                .isFalse();
        assertThat(client.received())
                .containsExactly(client.broadcast("room:1", "all", "{}"), client.broadcast("room:1", "there", "{}"));
    }

    @Test
    void aSubscriberOutsideOfChannelsCanBeLeftOut() {
        var heard = new ArrayList<String>();
        var one = rig.endpoint().subscribe("news", broadcast -> heard.add("one " + broadcast.event()));
        rig.endpoint().subscribe("news", broadcast -> heard.add("two " + broadcast.event()));
        rig.endpoint().broadcastFrom(one, "news", "a", Map.of());
        rig.endpoint().localBroadcastFrom(one, "news", "b", Map.of());
        rig.endpoint().broadcast("news", "c", Map.of());
        rig.settle();
        assertThat(heard).containsExactlyInAnyOrder("two a", "two b", "one c", "two c");
    }
}
