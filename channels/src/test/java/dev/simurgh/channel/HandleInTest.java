package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Setup.class)
class HandleInTest {
    record Num(int n) {}

    private final Setup setup;
    private final Rig rig;
    private final List<SocketRef> refs = new ArrayList<>();

    HandleInTest(Setup setup) {
        this.setup = setup;
        this.rig = new Rig(setup);
        rig.channel("room:*", this::handlers);
    }

    private ChannelSpec.Builder<Object> handlers(ChannelSpec.Builder<Object> spec) {
        return spec.handleIn("num", Num.class, (c, num, s) -> Result.ok(new Num(num.n + 1)))
                .handleIn(
                        "nums",
                        new PayloadType<List<Num>>() {},
                        (c, nums, s) ->
                                Result.ok(new Num(nums.stream().mapToInt(Num::n).sum())))
                .handleIn("raw", Payload.class, (c, payload, s) -> Result.ok(payload))
                .handleIn("silent", Map.class, (c, payload, s) -> Result.noReply())
                .handleIn("ok", Map.class, (c, payload, s) -> Result.ok())
                .handleIn("error", Map.class, (c, payload, s) -> Result.error())
                .handleIn("custom", Map.class, (c, payload, s) -> Result.reply("pending", payload))
                .handleIn("later", Map.class, (c, payload, s) -> {
                    refs.add(s.ref());
                    return Result.noReply();
                })
                .handleIn("bytes", byte[].class, (c, bytes, s) -> Result.ok(new Num(bytes.length)));
    }

    private Client joined() {
        return rig.connect().joined("1", "room:1");
    }

    @Test
    void aPayloadMayBeOfATypeWithArguments() {
        var client =
                joined().push("2", "room:1", "nums", "[{\"n\":1},{\"n\":2}]").push("3", "room:1", "nums", "[7]");
        assertThat(client.received())
                .containsExactly(client.ok("2", "room:1", "{\"n\":3}"), client.error("3", "room:1", "invalid payload"));
    }

    @Nested
    class Replies {
        @Test
        void theyCarryTheRefOfTheirMessage() {
            var client = joined().push("2", "room:1", "num", "{\"n\":1}").push("3", "room:1", "num", "{\"n\":5}");
            assertThat(client.received())
                    .containsExactly(client.ok("2", "room:1", "{\"n\":2}"), client.ok("3", "room:1", "{\"n\":6}"));
        }

        @Test
        void thereMayBeNone() {
            assertThat(joined().push("2", "room:1", "silent").received()).isEmpty();
        }

        @Test
        void statusesMayBeErrorOrOnesOwn() {
            var client = joined().push("2", "room:1", "ok")
                    .push("3", "room:1", "error")
                    .push("4", "room:1", "custom");
            assertThat(client.received())
                    .containsExactly(
                            client.ok("2", "room:1"),
                            client.reply("3", "room:1", "error", "{}"),
                            client.reply("4", "room:1", "pending", "{}"));
        }

        @Test
        void aMessageWithoutRefIsRepliedToWithoutRef() {
            var client = joined().push(null, "room:1", "ok", "{}");
            assertThat(client.received()).containsExactly(client.ok(null, "room:1", "{}"));
        }

        @Test
        void whatIsNotParsedGoesBackAsItCame() {
            var client = joined().push("2", "room:1", "raw", "[1, 2.50,\"\\u00e9\" ]");
            assertThat(client.received()).containsExactly(client.ok("2", "room:1", "[1, 2.50,\"\\u00e9\" ]"));
        }
    }

    @Nested
    class JoinRefs {
        @Test
        void aStaleOneIsDroppedWithoutAnswerEvenForALeave() {
            var client = joined().joined("5", "room:1");
            for (String event : List.of("ok", "phx_leave")) {
                client.send("[\"1\",\"6\",\"room:1\",\"" + event + "\",{}]");
                client.send("{\"join_ref\":\"1\",\"ref\":\"6\",\"topic\":\"room:1\",\"event\":\"" + event
                        + "\",\"payload\":{}}");
            }
            assertThat(client.received())
                    .filteredOn(frame -> !frame.contains("malformed"))
                    .isEmpty();
        }

        @Test
        void nullCountsAsCurrentAndTheEmptyStringDoesNot() {
            var client = joined();
            client.send(setup.vsn.message(null, "2", "room:1", "ok", "{}"));
            client.send(
                    setup.vsn == Vsn.V2
                            ? "[\"\",\"3\",\"room:1\",\"ok\",{}]"
                            : "{\"join_ref\":\"\",\"ref\":\"3\",\"topic\":\"room:1\",\"event\":\"ok\",\"payload\":{}}");
            assertThat(client.received()).containsExactly(client.ok("2", "room:1"));
        }

        @Test
        void aJoinWithoutOneUsesItsRefInPushesAndNoneInTheClose() {
            var client = rig.connect();
            client.send(setup.vsn.message(null, "9", "room:1", "phx_join", "{}"));
            client.send(setup.vsn.message(null, "10", "room:1", "ok", "{}"));
            client.send(setup.vsn.message("9", "11", "room:1", "ok", "{}"));
            client.send(setup.vsn.message(null, "12", "room:1", "phx_leave", "{}"));
            List<String> expected = new ArrayList<>(List.of(
                    setup.vsn.reply(null, "9", "room:1", "ok", "{}"),
                    setup.vsn.reply("9", "10", "room:1", "ok", "{}"),
                    setup.vsn.reply("9", "12", "room:1", "ok", "{}"),
                    setup.vsn.message(null, null, "room:1", "phx_close", "{}")));
            if (setup.vsn == Vsn.V1) { // which sends no join_ref that could be stale
                expected.add(2, setup.vsn.reply(null, "11", "room:1", "ok", "{}"));
            }
            assertThat(client.received()).containsExactlyElementsOf(expected);
        }
    }

    @Nested
    class Payloads {
        @Test
        void oneThatDoesNotFitIsAnsweredAndTheChannelLivesOn() {
            var client = joined().push("2", "room:1", "num", "{\"n\":\"x\"}")
                    .push("3", "room:1", "num", "null")
                    .push("4", "room:1", "bytes", "{}")
                    .push("5", "room:1", "num", "{\"n\":1}");
            assertThat(client.received())
                    .containsExactly(
                            client.error("2", "room:1", "invalid payload"),
                            client.error("3", "room:1", "invalid payload"),
                            client.error("4", "room:1", "invalid payload"),
                            client.ok("5", "room:1", "{\"n\":2}"));
            assertThat(rig.journal).isEmpty();
        }

        @Test
        void binaryOnesReachTheirHandler() {
            if (setup.vsn == Vsn.V1) {
                return; // which has no binary messages
            }
            var client = joined().sendBinary(Vsn.binaryPush("1", "2", "room:1", "bytes", "abc"))
                    .sendBinary(Vsn.binaryPush("1", "3", "room:1", "num", "abc"));
            assertThat(client.received())
                    .containsExactly(
                            client.ok("2", "room:1", "{\"n\":3}"), client.error("3", "room:1", "invalid payload"));
        }
    }

    @Nested
    class Any {
        @Test
        void itTakesWhatNoHandlerNames() {
            rig.channel(
                    "any",
                    spec -> spec.handleIn("named", Map.class, (c, p, s) -> Result.ok())
                            .handleAny((c, message, s) -> Result.ok(Map.of("event", message.event()))));
            var client =
                    rig.connect().joined("1", "any").push("2", "any", "named").push("3", "any", "other");
            assertThat(client.received())
                    .containsExactly(client.ok("2", "any"), client.ok("3", "any", "{\"event\":\"other\"}"));
        }

        @Test
        void itSeesTheWholeMessage() {
            List<Message> seen = new ArrayList<>();
            rig.channel(
                    "any",
                    spec -> spec.handleAny((c, message, s) -> {
                        seen.add(message);
                        return Result.noReply();
                    }));
            rig.connect()
                    .joined("1", "any")
                    .push("2", "any", "other", "{\"a\":1}")
                    .received();
            assertThat(seen).singleElement().satisfies(message -> {
                assertThat(message.topic()).isEqualTo("any");
                assertThat(message.payload()).hasToString("{\"a\":1}");
            });
        }

        @Test
        void anEventThatIsNoTextIsNobodys() {
            rig.channel("any", spec -> spec.handleAny((c, message, s) -> Result.ok()));
            var client = rig.connect().joined("1", "any");
            client.send(setup.vsn.message(null, "2", "any", "odd", "{}").replace("\"odd\"", "5"));
            assertThat(client.received()).containsExactly(client.crashed("any"));
        }
    }

    @Nested
    class LateReplies {
        @Test
        void theyMayComeInAnyOrderAndFromAnywhere() {
            var client = joined().push("2", "room:1", "later").push("3", "room:1", "later");
            assertThat(client.received()).isEmpty();
            refs.get(1).ok(new Num(3));
            refs.get(0).error(new Num(2));
            refs.get(0).reply("custom", new Num(1));
            assertThat(client.received())
                    .containsExactly(
                            client.ok("3", "room:1", "{\"n\":3}"),
                            client.reply("2", "room:1", "error", "{\"n\":2}"),
                            client.reply("2", "room:1", "custom", "{\"n\":1}"));
        }

        @Test
        void theyAreDroppedWhenTheChannelHasGone() {
            var client = joined().push("2", "room:1", "later");
            client.received();
            client.leave("3", "room:1").received();
            refs.get(0).ok(new Num(1));
            assertThat(client.received()).isEmpty();
        }

        @Test
        void theyAreDroppedWhenTheConnectionHasGone() {
            var client = joined().push("2", "room:1", "later");
            client.received();
            client.vanish();
            refs.get(0).ok(new Num(1));
            assertThat(client.received()).isEmpty();
        }
    }
}
