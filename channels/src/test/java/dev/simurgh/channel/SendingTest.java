package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Setup.class)
class SendingTest {
    record Num(int n) {}

    private final Setup setup;
    private final Rig rig;
    private final List<Socket> sockets = new ArrayList<>();

    SendingTest(Setup setup) {
        this.setup = setup;
        this.rig = new Rig(setup);
    }

    /** A channel that hands its socket to the test. */
    private ChannelSpec.Builder<Object> open(ChannelSpec.Builder<Object> spec) {
        return spec.join((c, s) -> {
            sockets.add(s);
            return JoinResult.ok();
        });
    }

    private Client joined() {
        return rig.connect().joined("1", "room:1");
    }

    @Nested
    class Pushes {
        @Test
        void theyReachOneClientInOrder() {
            rig.channel("room:*", SendingTest.this::open);
            var one = joined();
            var other = joined();
            sockets.get(0).push("a", new Num(1));
            sockets.get(0).push("b", Map.of("x", "y"));
            sockets.get(0).push("c", Payload.json("{ \"raw\" : 1 }"));
            assertThat(one.received())
                    .containsExactly(
                            one.pushed("room:1", "a", "{\"n\":1}"),
                            one.pushed("room:1", "b", "{\"x\":\"y\"}"),
                            one.pushed("room:1", "c", "{ \"raw\" : 1 }"));
            assertThat(other.received()).isEmpty();
        }

        @Test
        void afterTheEndTheyAreDropped() {
            rig.channel("room:*", SendingTest.this::open);
            var client = joined().leave("2", "room:1");
            client.received();
            client.join("3", "room:1").received();
            client.push("4", "room:1", "unknown").received();
            sockets.get(1).push("late", new Num(1));
            assertThat(client.received()).isEmpty();
        }

        @Test
        void ofANewerJoinAreNotMixedUpWithThoseOfTheOld() {
            rig.channel("room:*", SendingTest.this::open);
            var client = joined().joined("2", "room:1");
            sockets.get(0).push("old", new Num(0));
            sockets.get(1).push("new", new Num(1));
            assertThat(client.received()).containsExactly(client.pushed("room:1", "new", "{\"n\":1}"));
        }
    }

    @Nested
    class Broadcasts {
        @Test
        void theyReachAllOfTheTopicAndNobodyElse() {
            rig.channel("room:*", SendingTest.this::open);
            var one = joined();
            var two = rig.connect(Vsn.V1, rig.addLoop(), Map.of()).joined("1", "room:1");
            var elsewhere = rig.connect().joined("1", "room:2");
            sockets.get(0).broadcast("news", new Num(1));
            assertThat(one.received()).containsExactly(one.broadcast("room:1", "news", "{\"n\":1}"));
            assertThat(two.received()).containsExactly(two.broadcast("room:1", "news", "{\"n\":1}"));
            assertThat(elsewhere.received()).isEmpty();
        }

        @Test
        void broadcastFromLeavesOutItsSender() {
            rig.channel("room:*", SendingTest.this::open);
            var one = joined();
            var two = joined();
            sockets.get(0).broadcastFrom("a", new Num(1));
            sockets.get(0).localBroadcast("b", new Num(2));
            sockets.get(0).localBroadcastFrom("c", new Num(3));
            assertThat(one.received()).containsExactly(one.broadcast("room:1", "b", "{\"n\":2}"));
            assertThat(two.received())
                    .containsExactly(
                            two.broadcast("room:1", "a", "{\"n\":1}"),
                            two.broadcast("room:1", "b", "{\"n\":2}"),
                            two.broadcast("room:1", "c", "{\"n\":3}"));
        }

        @Test
        void whatAVersionCannotTakeIsDroppedForItsClientsOnly() {
            rig.channel("room:*", spec -> spec);
            var v1 = rig.connect(Vsn.V1, rig.loop(), Map.of()).joined("1", "room:1");
            var v2 = rig.connect(Vsn.V2, rig.loop(), Map.of()).joined("1", "room:1");
            rig.endpoint().broadcast("room:1", "bytes", new byte[] {1, 2});
            assertThat(v1.received()).isEmpty();
            assertThat(v2.received()).singleElement().asString().startsWith("02"); // kind 2, in hex
            assertThat(rig.endpoint().droppedCount()).isOne();
        }

        @Test
        void jsonThatIsNoObjectIsForVsn1Only() {
            rig.channel("room:*", SendingTest.this::open);
            var v1 = rig.connect(Vsn.V1, rig.loop(), Map.of()).joined("1", "room:1");
            var v2 = rig.connect(Vsn.V2, rig.loop(), Map.of()).joined("1", "room:1");
            sockets.get(0).broadcast("text", Payload.json("\"hello\""));
            assertThat(v1.received()).containsExactly(v1.broadcast("room:1", "text", "\"hello\""));
            assertThat(v2.received()).isEmpty();
            assertThat(rig.endpoint().droppedCount()).isOne();
        }
    }

    @Nested
    class Intercepts {
        private void intercepting() {
            rig.channel(
                    "room:*",
                    spec -> spec.handleOut("num", Num.class, (c, num, s) -> {
                                if (num.n < 0) {
                                    return Result.stop();
                                }
                                s.push("num", new Num(num.n * 10));
                                return Result.noReply();
                            })
                            .handleOut("secret", Map.class, (c, payload, s) -> Result.noReply()));
        }

        @Test
        void theHandlerGetsTheBroadcastInsteadOfTheClient() {
            intercepting();
            var client = joined();
            rig.endpoint().broadcast("room:1", "num", new Num(1));
            rig.endpoint().broadcast("room:1", "plain", new Num(2));
            rig.endpoint().broadcast("room:1", "secret", new Num(3));
            assertThat(client.received())
                    .containsExactlyInAnyOrder(
                            client.pushed("room:1", "num", "{\"n\":10}"),
                            client.broadcast("room:1", "plain", "{\"n\":2}"));
        }

        @Test
        void aPayloadThatDoesNotFitIsDroppedAndCounted() {
            intercepting();
            var client = joined();
            rig.endpoint().broadcast("room:1", "num", Map.of("n", "x"));
            rig.endpoint().broadcast("room:1", "num", new byte[1]);
            rig.endpoint().broadcast("room:1", "num", new Num(4));
            assertThat(client.received()).containsExactly(client.pushed("room:1", "num", "{\"n\":40}"));
            assertThat(rig.endpoint().droppedCount()).isEqualTo(2);
        }

        @Test
        void theHandlerMayStopTheChannel() {
            intercepting();
            var client = joined();
            rig.endpoint().broadcast("room:1", "num", new Num(-1));
            assertThat(client.received()).containsExactly(client.closed("room:1"));
            assertThat(rig.journal).containsExactly("terminate normal");
        }
    }

    @Nested
    class ExtraSubscriptions {
        private final List<Subscription> subscriptions = new ArrayList<>();

        private Client subscribed(int times) {
            rig.channel(
                    "room:*",
                    spec -> spec.join((c, s) -> {
                                for (int i = 0; i < times; i++) {
                                    subscriptions.add(s.subscribe("news"));
                                }
                                return JoinResult.ok();
                            })
                            .handleInfo(Broadcast.class, (c, broadcast, s) -> {
                                s.push("got", broadcast.payload());
                                return Result.noReply();
                            }));
            return joined();
        }

        @Test
        void theirBroadcastsComeToHandleInfo() {
            var client = subscribed(1);
            rig.endpoint().broadcast("news", "flash", new Num(1));
            assertThat(client.received()).containsExactly(client.pushed("room:1", "got", "{\"n\":1}"));
        }

        @Test
        void twiceIsTwoCopies() {
            var client = subscribed(2);
            rig.endpoint().broadcast("news", "flash", new Num(1));
            assertThat(client.received()).hasSize(2);
            subscriptions.get(0).cancel();
            rig.endpoint().broadcast("news", "flash", new Num(2));
            assertThat(client.received()).containsExactly(client.pushed("room:1", "got", "{\"n\":2}"));
        }

        @Test
        void theyEndWithTheChannel() {
            var client = subscribed(2);
            client.leave("2", "room:1").received();
            var topics = rig.endpoint().pubsub().topics();
            rig.settle();
            assertThat(topics).isCompletedWithValue(Map.of());
            assertThat(subscriptions).allMatch(Subscription::isCancelled);
        }
    }

    @Test
    void messagesThatNoHandlerTakesAreIgnored() {
        rig.channel("room:*", SendingTest.this::open);
        var client = joined();
        sockets.get(0).send(new Num(1));
        assertThat(client.received()).isEmpty();
        assertThat(rig.endpoint().channelCount()).isOne();
    }

    @Test
    void theSocketKnowsWhereItIs() {
        rig.socket(socket -> socket.id(assigns -> "user:7"));
        rig.channel("room:*", SendingTest.this::open);
        joined();
        var socket = sockets.get(0);
        assertThat(socket.topic()).isEqualTo("room:1");
        assertThat(socket.id()).contains("user:7");
        assertThat(socket.transport()).isEqualTo("fake");
        assertThat(socket.endpoint()).isSameAs(rig.endpoint());
        assertThat(socket).hasToString("Socket[room:1]");
        assertThat(setup.vsn.text).isNotEmpty();
    }
}
