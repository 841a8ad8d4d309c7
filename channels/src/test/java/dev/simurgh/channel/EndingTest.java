package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Setup.class)
class EndingTest {
    private final Rig rig;

    EndingTest(Setup setup) {
        rig = new Rig(setup);
        rig.channel("room:*", this::handlers);
    }

    private ChannelSpec.Builder<Object> handlers(ChannelSpec.Builder<Object> spec) {
        return spec.handleIn("echo", Map.class, (c, payload, s) -> Result.ok(payload))
                .handleIn("crash", Map.class, (c, payload, s) -> {
                    throw new IllegalStateException("on purpose");
                })
                .handleIn("overflow", Map.class, (c, payload, s) -> {
                    throw new StackOverflowError("on purpose");
                })
                .handleIn("unsayable", Map.class, (c, payload, s) -> {
                    throw new Unsayable();
                })
                .handleIn("normal", Map.class, (c, payload, s) -> Result.stop())
                .handleIn("shutdown", Map.class, (c, payload, s) -> Result.stop(StopReason.shutdown()))
                .handleIn("detail", Map.class, (c, payload, s) -> Result.stop(StopReason.shutdown("why")))
                .handleIn("other", Map.class, (c, payload, s) -> Result.stop(StopReason.other("own")))
                .handleIn(
                        "bye", Map.class, (c, payload, s) -> Result.ok(payload).andStop())
                .handleIn(
                        "oops",
                        Map.class,
                        (c, payload, s) -> Result.error(payload).andStop(StopReason.other("own")))
                .handleIn("unencodable", Map.class, (c, payload, s) -> Result.ok(new Object()))
                .terminate((c, reason, s) -> {
                    rig.journal.add("terminate " + reason.kind() + " " + reason);
                    s.push("last", Map.of());
                });
    }

    /** A throwable is code of somebody, too. */
    private static final class Unsayable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    private Client joined() {
        return rig.connect().joined("1", "room:1");
    }

    private String last(Client client) {
        return client.pushed("room:1", "last", "{}");
    }

    @Nested
    class Leave {
        @Test
        void theReplyThenTheCloseThenWhatTerminatePushes() {
            var client = joined().leave("2", "room:1");
            assertThat(client.received())
                    .containsExactly(client.ok("2", "room:1"), client.closed("room:1"), last(client));
            assertThat(rig.journal).containsExactly("terminate LEFT left");
            assertThat(rig.endpoint().channelCount()).isZero();
        }

        @Test
        void messagesBehindItAreUnmatchedAndASecondLeaveIsOk() {
            var client =
                    joined().leave("2", "room:1").push("3", "room:1", "echo").leave("4", "room:1");
            assertThat(client.received())
                    .containsExactlyInAnyOrder(
                            client.ok("2", "room:1"),
                            client.closed("room:1"),
                            last(client),
                            client.unmatched("3", "room:1"),
                            client.ok("4", "room:1"));
        }

        @Test
        void leavingATopicThatIsNotJoinedIsOk() {
            var client = rig.connect().leave("1", "room:9").leave("2", "nowhere");
            assertThat(client.received()).containsExactly(client.ok("1", "room:9"), client.ok("2", "nowhere"));
        }

        @Test
        void theTopicCanBeJoinedAgain() {
            var client = joined().leave("2", "room:1");
            client.received();
            client.join("3", "room:1");
            assertThat(client.received()).containsExactly(client.ok("3", "room:1"));
        }
    }

    @Nested
    class Stop {
        @Test
        void gracefulReasonsCloseAndThenPushWhatTerminateSays() {
            for (String event : List.of("normal", "shutdown", "detail")) {
                var client = joined().push("2", "room:1", event);
                assertThat(client.received()).as(event).containsExactly(client.closed("room:1"), last(client));
            }
            assertThat(rig.journal)
                    .containsExactly(
                            "terminate NORMAL normal",
                            "terminate SHUTDOWN shutdown",
                            "terminate SHUTDOWN shutdown: why");
            assertThat(rig.endpoint().channelCount()).isZero();
        }

        @Test
        void anyOtherReasonIsAnError() {
            var client = joined().push("2", "room:1", "other");
            assertThat(client.received()).containsExactly(last(client), client.crashed("room:1"));
            assertThat(rig.journal).containsExactly("terminate OTHER own");
        }

        @Test
        void aReplyComesFirst() {
            var client = joined().push("2", "room:1", "bye", "{\"n\":1}");
            assertThat(client.received())
                    .containsExactly(client.ok("2", "room:1", "{\"n\":1}"), client.closed("room:1"), last(client));
        }

        @Test
        void aReplyComesFirstBeforeAnErrorToo() {
            var client = joined().push("2", "room:1", "oops", "{\"n\":1}");
            assertThat(client.received())
                    .containsExactly(
                            client.reply("2", "room:1", "error", "{\"n\":1}"), last(client), client.crashed("room:1"));
        }

        @Test
        void broadcastsDoNotReachAChannelThatHasStopped() {
            var client = joined().push("2", "room:1", "normal");
            client.received();
            rig.endpoint().broadcast("room:1", "news", Map.of());
            assertThat(client.received()).isEmpty();
        }
    }

    @Nested
    class Crash {
        @Test
        void itEndsOneChannelAndNothingElse() {
            var client = joined().joined("2", "room:2").push("3", "room:1", "crash");
            assertThat(client.received()).containsExactly(last(client), client.crashed("room:1"));
            assertThat(rig.journal).containsExactly("terminate CRASHED java.lang.IllegalStateException: on purpose");
            client.push("4", "room:2", "echo", "{\"n\":1}").push("5", "room:1", "echo");
            assertThat(client.received())
                    .containsExactlyInAnyOrder(client.ok("4", "room:2", "{\"n\":1}"), client.unmatched("5", "room:1"));
            assertThat(client.transport.closes).isEmpty();
            assertThat(rig.endpoint().channelCount()).isOne();
        }

        @Test
        void anErrorIsACrashLikeAnyOther() {
            var client = joined().push("2", "room:1", "overflow");
            assertThat(client.received()).containsExactly(last(client), client.crashed("room:1"));
        }

        @Test
        void anExceptionWithoutAMessageToAskForIsOneToo() {
            var client = joined().push("2", "room:1", "unsayable");
            assertThat(client.received()).containsExactly(last(client), client.crashed("room:1"));
            assertThat(rig.journal).containsExactly("terminate CRASHED " + Unsayable.class.getName());
        }

        @Test
        void anUnknownEventCrashes() {
            var client = joined().push("2", "room:1", "unheard-of");
            assertThat(client.received()).containsExactly(last(client), client.crashed("room:1"));
        }

        @Test
        void aReplyThatCannotBeEncodedCrashes() {
            var client = joined().push("2", "room:1", "unencodable");
            assertThat(client.received()).containsExactly(last(client), client.crashed("room:1"));
        }

        @Test
        void itCanBeJoinedAgain() {
            var client = joined().push("2", "room:1", "crash");
            client.received();
            client.join("3", "room:1");
            assertThat(client.received()).containsExactly(client.ok("3", "room:1"));
        }

        @Test
        void aCrashInTerminateStillEndsTheChannel() {
            rig.channel(
                    "fragile",
                    spec -> spec.terminate((c, reason, s) -> {
                        throw new IllegalStateException("again");
                    }));
            var client = rig.connect().joined("1", "fragile").leave("2", "fragile");
            assertThat(client.received()).containsExactly(client.ok("2", "fragile"), client.closed("fragile"));
            assertThat(rig.endpoint().channelCount()).isZero();
        }
    }

    @Nested
    class TheConnectionGoes {
        @Test
        void everyChannelTerminatesOnceAndNothingGoesOut() {
            var client = joined().joined("2", "room:2");
            client.vanish();
            client.vanish();
            assertThat(client.received()).isEmpty();
            assertThat(rig.journal)
                    .containsExactly("terminate CLOSED connection closed", "terminate CLOSED connection closed");
            assertThat(rig.endpoint().channelCount()).isZero();
            assertThat(rig.endpoint().connectionCount()).isZero();
        }

        @Test
        void whatTheClientPushedBeforeIsStillHandled() {
            rig.channel(
                    "notes",
                    spec -> spec.handleIn("save", Map.class, (c, payload, s) -> {
                        rig.journal.add("saved");
                        return Result.noReply();
                    }));
            var client = rig.connect().joined("1", "notes").push("2", "notes", "save");
            client.vanish();
            assertThat(client.received()).isEmpty();
            assertThat(rig.journal).containsExactly("saved", "terminate connection closed");
        }

        @Test
        void aChannelThatHadEndedIsNotTerminatedAgain() {
            var client = joined().leave("2", "room:1");
            client.vanish();
            rig.settle();
            assertThat(rig.journal).hasSize(1);
            assertThat(rig.endpoint().channelCount()).isZero();
        }
    }
}
