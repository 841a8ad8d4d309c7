package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Setup.class)
class JoinTest {
    private static final Assigns.Key<String> NAME = Assigns.key("name");

    record Ticket(int seat) {}

    private final Setup setup;
    private final Rig rig;

    JoinTest(Setup setup) {
        this.setup = setup;
        this.rig = new Rig(setup);
    }

    @Nested
    class Outcomes {
        @Test
        void aChannelWithoutAJoinLetsEverybodyIn() {
            var client = rig.channel("room:*", spec -> spec).connect().join("1", "room:1");
            assertThat(client.received()).containsExactly(client.ok("1", "room:1"));
        }

        @Test
        void theReplyOfAJoinGoesOut() {
            var client = rig.channel("room:*", spec -> spec.join((c, s) -> JoinResult.ok(Map.of("seat", 7))))
                    .connect()
                    .join("1", "room:1");
            assertThat(client.received()).containsExactly(client.ok("1", "room:1", "{\"seat\":7}"));
        }

        @Test
        void theJoinGetsItsPayload() {
            var client = rig.channel("room:*", spec -> spec.join(Ticket.class, (c, ticket, s) -> JoinResult.ok(ticket)))
                    .connect()
                    .join("1", "room:1", "{\"seat\":9,\"more\":1}");
            assertThat(client.received()).containsExactly(client.ok("1", "room:1", "{\"seat\":9}"));
        }

        @Test
        void aRefusalLeavesNothingBehind() {
            var client = rig.channel("room:*", spec -> spec.join((c, s) -> JoinResult.error(Map.of("why", "full"))))
                    .connect()
                    .join("1", "room:1");
            assertThat(client.received()).containsExactly(client.reply("1", "room:1", "error", "{\"why\":\"full\"}"));
            client.push("2", "room:1", "hello");
            assertThat(client.received()).containsExactly(client.unmatched("2", "room:1"));
            assertThat(rig.journal).isEmpty();
            assertThat(rig.endpoint().channelCount()).isZero();
        }

        @Test
        void aRefusalMayBeEmpty() {
            var client = rig.channel("room:*", spec -> spec.join((c, s) -> JoinResult.error()))
                    .connect()
                    .join("1", "room:1");
            assertThat(client.received()).containsExactly(client.reply("1", "room:1", "error", "{}"));
        }

        @Test
        void aCrashedJoinIsRefused() {
            var client = rig.channel(
                            "room:*",
                            spec -> spec.join((c, s) -> {
                                throw new StackOverflowError("test");
                            }))
                    .connect()
                    .join("1", "room:1");
            assertThat(client.received()).containsExactly(client.error("1", "room:1", "join crashed"));
            assertThat(rig.journal).isEmpty();
            assertThat(rig.endpoint().channelCount()).isZero();
        }

        @Test
        @SuppressWarnings("NullAway") // what a careless handler does
        void aJoinThatReturnsNullHasCrashed() {
            var client = rig.channel("room:*", spec -> spec.join((c, s) -> null))
                    .connect()
                    .join("1", "room:1");
            assertThat(client.received()).containsExactly(client.error("1", "room:1", "join crashed"));
        }

        @Test
        void aReplyThatCannotBeEncodedIsACrashAndNotTheClientsFault() {
            var client = rig.channel("room:*", spec -> spec.join((c, s) -> JoinResult.ok(new Object())))
                    .connect()
                    .join("1", "room:1");
            assertThat(client.received()).containsExactly(client.error("1", "room:1", "join crashed"));
            assertThat(rig.listener.heard).contains("joined room:1 CRASHED");
        }

        @Test
        void aPayloadThatDoesNotFitIsRefused() {
            var client = rig.channel("room:*", spec -> spec.join(Ticket.class, (c, ticket, s) -> JoinResult.ok(ticket)))
                    .connect()
                    .join("1", "room:1", "{\"seat\":\"window\"}")
                    .join("2", "room:1", "null");
            assertThat(client.received())
                    .containsExactly(
                            setup.vsn.error("1", "1", "room:1", "invalid payload"),
                            setup.vsn.error("2", "2", "room:1", "invalid payload"));
            assertThat(rig.endpoint().channelCount()).isZero();
        }

        @Test
        void oneMoreThanAllowedIsTooMany() {
            var client = rig.channel("room:*", spec -> spec)
                    .limits(limits -> limits.maxChannels(2))
                    .connect()
                    .joined("1", "room:1")
                    .joined("2", "room:2");
            client.join("3", "room:3").join("4", "nowhere").join("5", "room:2");
            assertThat(client.received())
                    .containsExactly(
                            client.error("3", "room:3", "too many channels joined"),
                            client.unmatched("4", "nowhere"),
                            client.ok("5", "room:2"),
                            setup.vsn.close("2", "room:2"));
            client.leave("6", "room:1").received();
            client.join("7", "room:3");
            assertThat(client.received()).containsExactly(client.ok("7", "room:3"));
        }

        @Test
        void messagesBehindAJoinWaitForIt() {
            var client = rig.channel(
                            "room:*", spec -> spec.handleIn("ping", Map.class, (c, ping, s) -> Result.ok(ping)))
                    .connect()
                    .join("1", "room:1")
                    .push("2", "room:1", "ping", "{\"n\":1}")
                    .leave("3", "room:1");
            assertThat(client.received())
                    .containsExactly(
                            client.ok("1", "room:1"),
                            client.ok("2", "room:1", "{\"n\":1}"),
                            client.ok("3", "room:1"),
                            client.closed("room:1"));
        }
    }

    @Nested
    class Routes {
        @Test
        void theFirstRouteThatMatchesWins() {
            var client = rig.channel("room:lobby", spec -> spec.join((c, s) -> JoinResult.ok(List.of("lobby"))))
                    .channel("room:*", spec -> spec.join((c, s) -> JoinResult.ok(List.of("room"))))
                    .connect()
                    .join("1", "room:lobby")
                    .join("2", "room:lobby2")
                    .join("4", "room:")
                    .join("5", "room");
            assertThat(client.received())
                    .containsExactlyInAnyOrder(
                            client.ok("1", "room:lobby", "[\"lobby\"]"),
                            client.ok("2", "room:lobby2", "[\"room\"]"),
                            client.ok("4", "room:", "[\"room\"]"),
                            client.unmatched("5", "room"));
        }

        @Test
        void theRestOfTheTopicIsWhatStandsBehindThePrefix() {
            UnaryOperator<ChannelSpec.Builder<Object>> telling =
                    spec -> spec.join((c, s) -> JoinResult.ok(List.of(s.topicRest())));
            var client = rig.channel("room:lobby", telling)
                    .channel("room:*", telling)
                    .channel("*", telling)
                    .connect()
                    .join("1", "room:lobby")
                    .join("2", "room:7:left")
                    .join("3", "room:")
                    .join("4", "other");
            assertThat(client.received())
                    .containsExactlyInAnyOrder(
                            client.ok("1", "room:lobby", "[\"\"]"),
                            client.ok("2", "room:7:left", "[\"7:left\"]"),
                            client.ok("3", "room:", "[\"\"]"),
                            client.ok("4", "other", "[\"other\"]"));
        }

        @Test
        void anUnmatchedTopicIsAnsweredWithoutJoinRef() {
            var client = rig.channel("room:*", spec -> spec).connect().join("1", "other");
            assertThat(client.received()).containsExactly(client.unmatched("1", "other"));
        }

        @Test
        void thePhoenixTopicCannotBeJoined() {
            var client = rig.channel("*", spec -> spec).connect().join("1", "phoenix");
            assertThat(client.received()).containsExactly(client.unmatched("1", "phoenix"));
        }

        @Test
        void assignsOfTheRouteAreMergedOverThoseOfTheSocket() {
            var spec = setup.build(ChannelSpec.builder(Object::new)
                    .join((c, s) -> JoinResult.ok(List.of(s.assigns().get(NAME)))));
            var client = rig.socket(socket -> socket.connect(request -> ConnectResult.ok(Assigns.of(NAME, "socket")))
                            .channel("plain", spec)
                            .channel("own", spec, Assigns.of(NAME, "route")))
                    .connect()
                    .join("1", "plain")
                    .join("2", "own");
            assertThat(client.received())
                    .containsExactlyInAnyOrder(
                            client.ok("1", "plain", "[\"socket\"]"), client.ok("2", "own", "[\"route\"]"));
        }
    }

    @Nested
    class AfterTheJoin {
        @Test
        void whatAJoinSendsItselfComesAfterItsReply() {
            var client = rig.channel(
                            "room:*",
                            spec -> spec.join((c, s) -> {
                                        s.send("hello");
                                        return JoinResult.ok();
                                    })
                                    .handleInfo(String.class, (c, text, s) -> {
                                        s.push("greeting", Map.of("text", text));
                                        s.broadcast("news", Map.of());
                                        return Result.noReply();
                                    }))
                    .connect()
                    .join("1", "room:1");
            assertThat(client.received())
                    .containsExactly(
                            client.ok("1", "room:1"),
                            client.pushed("room:1", "greeting", "{\"text\":\"hello\"}"),
                            client.broadcast("room:1", "news", "{}"));
        }

        @Test
        void aBroadcastBeforeTheJoinFinishedIsNotDelivered() {
            var client = rig.channel("room:*", spec -> spec).connect().join("1", "room:1");
            if (!setup.nonBlocking) {
                rig.endpoint().broadcast("room:1", "early", Map.of());
            }
            assertThat(client.received()).containsExactly(client.ok("1", "room:1"));
            rig.endpoint().broadcast("room:1", "late", Map.of());
            assertThat(client.received()).containsExactly(client.broadcast("room:1", "late", "{}"));
        }

        @Test
        void aRefusedJoinForgetsItsTimersMessagesAndSubscriptions() {
            var client = rig.channel(
                            "room:*",
                            spec -> spec.join((c, s) -> {
                                        s.send("now");
                                        s.sendAfter(Duration.ofSeconds(1), "later");
                                        s.subscribe("news");
                                        return JoinResult.error();
                                    })
                                    .handleInfo(Object.class, (c, message, s) -> {
                                        rig.journal.add("info " + message);
                                        return Result.noReply();
                                    }))
                    .connect()
                    .join("1", "room:1");
            client.received();
            rig.endpoint().broadcast("news", "flash", Map.of());
            rig.settle();
            assertThat(rig.journal).isEmpty();
            assertThat(rig.timers.waiting()).isZero();
            assertThat(rig.endpoint().pubsub().topics()).isNotCompletedExceptionally();
        }
    }
}
