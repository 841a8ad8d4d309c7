package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The order is Phoenix's: the reply to the new join, then the close of the old one, with the old join_ref. */
class DuplicateJoinTest {
    private static ChannelSpec.Builder<Object> pushingOnTerminate(ChannelSpec.Builder<Object> spec, Rig rig) {
        return spec.terminate((c, reason, s) -> {
                    rig.journal.add("terminate " + reason);
                    s.push("goodbye", Map.of());
                })
                .join((c, s) -> {
                    rig.journal.add("join");
                    return JoinResult.ok();
                });
    }

    @Nested
    @ParameterizedClass
    @EnumSource(Setup.class)
    class Everywhere {
        private final Setup setup;
        private final Rig rig;

        Everywhere(Setup setup) {
            this.setup = setup;
            this.rig = new Rig(setup);
            rig.channel("room:*", spec -> pushingOnTerminate(spec, rig));
        }

        @Test
        void theNewReplyComesBeforeTheOldCloseAndTheOldGoodbyeNever() {
            var client = rig.connect().joined("1", "room:1").join("2", "room:1");
            assertThat(client.received()).containsExactly(client.ok("2", "room:1"), setup.vsn.close("1", "room:1"));
            assertThat(rig.journal).containsExactly("join", "terminate duplicate join", "join");
            assertThat(rig.endpoint().channelCount()).isOne();
        }

        @Test
        void oneThatIsOvertakenWhileItWaitsIsAnsweredAndNotRun() {
            var client = rig.connect().join("1", "room:1").join("2", "room:1").join("3", "room:1");
            assertThat(client.received())
                    .containsExactlyInAnyOrder(
                            setup.vsn.reply("1", "1", "room:1", "ok", "{}"),
                            setup.vsn.error("2", "2", "room:1", "join replaced"),
                            setup.vsn.reply("3", "3", "room:1", "ok", "{}"),
                            setup.vsn.close("1", "room:1"))
                    .endsWith(setup.vsn.reply("3", "3", "room:1", "ok", "{}"), setup.vsn.close("1", "room:1"));
            assertThat(rig.journal).containsExactly("join", "terminate duplicate join", "join");
            assertThat(rig.endpoint().channelCount()).isOne();
        }

        @Test
        void whatComesForTheNewOneWaitsBehindItsJoin() {
            var client = rig.connect().joined("1", "room:1").join("2", "room:1").leave("3", "room:1");
            assertThat(client.received())
                    .containsExactly(
                            client.ok("2", "room:1"),
                            setup.vsn.close("1", "room:1"),
                            client.ok("3", "room:1"),
                            client.closed("room:1"),
                            client.pushed("room:1", "goodbye", "{}"));
            assertThat(rig.journal).containsExactly("join", "terminate duplicate join", "join", "terminate left");
            assertThat(rig.endpoint().channelCount()).isZero();
        }

        @Test
        void theNewOneGetsTheBroadcastsOnce() {
            var client = rig.connect().joined("1", "room:1").joined("2", "room:1");
            rig.endpoint().broadcast("room:1", "news", Map.of());
            assertThat(client.received()).containsExactly(client.broadcast("room:1", "news", "{}"));
        }

        @Test
        void aConnectionThatGoesEndsAllOfThem() {
            var client = rig.connect().join("1", "room:1").join("2", "room:1").join("3", "room:1");
            client.vanish();
            rig.settle();
            rig.advance(Duration.ofMinutes(1));
            assertThat(rig.endpoint().channelCount()).isZero();
            assertThat(rig.timers.waiting()).isZero();
            assertThat(rig.journal.stream().filter("join"::equals).count())
                    .isEqualTo(rig.journal.stream()
                            .filter(line -> line.startsWith("terminate"))
                            .count());
        }
    }

    @Nested
    class AtARefusal {
        @Test
        void theOldChannelIsClosedAllTheSame() {
            var rig = new Rig(Setup.V2_ON_SCHEDULER);
            rig.channel(
                    "room:*",
                    spec -> spec.join(
                            Map.class, (c, p, s) -> p.containsKey("no") ? JoinResult.error() : JoinResult.ok()));
            var client = rig.connect().joined("1", "room:1").join("2", "room:1", "{\"no\":1}");
            assertThat(client.received())
                    .containsExactly(client.reply("2", "room:1", "error", "{}"), Vsn.V2.close("1", "room:1"));
            client.push("3", "room:1", "hello");
            assertThat(client.received()).containsExactly(client.unmatched("3", "room:1"));
            assertThat(rig.endpoint().channelCount()).isZero();
        }
    }

    /** With the mailboxes in the test's hands. */
    @Nested
    class OnTheScheduler {
        private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER);

        OnTheScheduler() {
            rig.channel("room:*", spec -> pushingOnTerminate(spec, rig));
        }

        private void passTime(int seconds) {
            rig.timers.advance(Duration.ofSeconds(seconds), rig.loop()::runAll);
        }

        @Test
        void aPredecessorThatHangsIsWaitedForUpToFiveSeconds() {
            var client = rig.connect().joined("1", "room:1").join("2", "room:1");
            int waiting = rig.scheduler.waiting();
            passTime(4);
            assertThat(rig.scheduler.waiting()).isEqualTo(waiting);
            passTime(1);
            assertThat(rig.scheduler.waiting()).isEqualTo(waiting + 1);
            assertThat(client.received()).containsExactly(client.ok("2", "room:1"), Vsn.V2.close("1", "room:1"));
            assertThat(rig.endpoint().channelCount()).isOne();
        }

        @Test
        void whatTheOldChannelHadStillToHandleIsDropped() {
            var client = rig.connect()
                    .joined("1", "room:1")
                    .push("2", "room:1", "unknown")
                    .join("3", "room:1");
            assertThat(client.received()).containsExactly(client.ok("3", "room:1"), Vsn.V2.close("1", "room:1"));
        }

        @Test
        void whatCameForAnOvertakenJoinGoesWithIt() {
            var client = rig.connect()
                    .joined("1", "room:1")
                    .join("2", "room:1")
                    .leave("3", "room:1")
                    .join("4", "room:1");
            assertThat(client.received())
                    .containsExactly(
                            Vsn.V2.error("2", "2", "room:1", "join replaced"),
                            client.ok("4", "room:1"),
                            Vsn.V2.close("1", "room:1"));
        }

        @Test
        void thousandsInARowHoldNoMoreThanTwoMailboxes() {
            var client = rig.connect().joined("0", "room:1");
            for (int i = 1; i <= 4000; i++) {
                client.join("" + i, "room:1");
            }
            passTime(5);
            assertThat(rig.scheduler.waiting()).isEqualTo(2); // the one that hangs, and the last
            assertThat(client.received())
                    .hasSize(4001)
                    .endsWith(client.ok("4000", "room:1"), Vsn.V2.close("0", "room:1"));
            assertThat(rig.journal).containsExactly("join", "terminate duplicate join", "join");
        }

        @Test
        void hangingChannelsCountAgainstTheLimitThoughTheirClientKnowsThemNoMore() {
            rig.limits(limits -> limits.maxChannels(3));
            var client = rig.connect();
            for (int i = 1; i <= 10; i++) {
                client.join("" + i, "room:1");
                passTime(5);
            }
            assertThat(rig.scheduler.waiting()).isEqualTo(3);
            assertThat(client.frames()).contains(Vsn.V2.error("4", "4", "room:1", "too many channels joined"));
            assertThat(client.join("11", "room:2").frames())
                    .contains(Vsn.V2.error("11", "11", "room:2", "too many channels joined"));
            client.received();
            assertThat(client.join("12", "room:2").received()).containsExactly(client.ok("12", "room:2"));
        }

        @Test
        void oneThatIsReplacedWhileItHangsIsAnsweredWithATimeout() {
            var client = rig.connect().join("1", "room:1").join("2", "room:1");
            passTime(10);
            assertThat(client.frames()).contains(Vsn.V2.error("1", "1", "room:1", "busy"));
            client.received();
            assertThat(rig.endpoint().channelCount()).isLessThanOrEqualTo(1);
        }

        @Test
        void aConnectionThatGoesMeanwhileStartsNoJoinAnyMore() {
            var client = rig.connect().joined("1", "room:1").join("2", "room:1").join("3", "room:1");
            client.vanish();
            rig.settle();
            assertThat(rig.journal).containsExactly("join", "terminate duplicate join");
            assertThat(rig.endpoint().channelCount()).isZero();
        }
    }

    /** A page that leaves and comes back in one breath. */
    @Nested
    @ParameterizedClass
    @EnumSource(Setup.class)
    class BehindALeave {
        private final Setup setup;
        private final Rig rig;

        BehindALeave(Setup setup) {
            this.setup = setup;
            this.rig = new Rig(setup);
            rig.channel("room:*", spec -> spec.handleIn("echo", Map.class, (c, p, s) -> Result.ok(p)));
        }

        @Test
        void theLeaveIsAnsweredAndThenTheJoin() {
            var client = rig.connect().joined("1", "room:1");
            client.leave("2", "room:1").join("3", "room:1");
            assertThat(client.received())
                    .containsExactly(
                            setup.vsn.reply("1", "2", "room:1", "ok", "{}"),
                            setup.vsn.close("1", "room:1"),
                            client.ok("3", "room:1"));
            assertThat(rig.journal).containsExactly("terminate left");
            assertThat(rig.endpoint().channelCount()).isOne();
        }

        @Test
        void whatWasPushedBeforeTheLeaveIsStillHandled() {
            var client = rig.connect().joined("1", "room:1");
            client.push("2", "room:1", "echo").leave("3", "room:1").join("4", "room:1");
            assertThat(client.received())
                    .containsExactly(
                            setup.vsn.reply("1", "2", "room:1", "ok", "{}"),
                            setup.vsn.reply("1", "3", "room:1", "ok", "{}"),
                            setup.vsn.close("1", "room:1"),
                            client.ok("4", "room:1"));
        }

        @Test
        void aJoinThatIsLeftAndJoinedAgainBeforeItsAnswerIsAnswered() {
            var client = rig.connect().join("1", "room:1").leave("2", "room:1").join("3", "room:1");
            assertThat(client.received())
                    .containsExactly(
                            setup.vsn.reply("1", "1", "room:1", "ok", "{}"),
                            setup.vsn.reply("1", "2", "room:1", "ok", "{}"),
                            setup.vsn.close("1", "room:1"),
                            client.ok("3", "room:1"));
            assertThat(rig.journal).containsExactly("terminate left");
        }

        @Test
        void theChannelMayCrashBeforeIt() {
            var client = rig.connect().joined("1", "room:1");
            client.push("2", "room:1", "unknown").leave("3", "room:1").join("4", "room:1");
            assertThat(client.received())
                    .contains(setup.vsn.reply("1", "3", "room:1", "ok", "{}"))
                    .contains(client.ok("4", "room:1"));
        }

        @Test
        void aHandlerThatHangsHoldsTheAnswerUpForFiveSecondsAtMost() {
            if (setup.nonBlocking) {
                return; // nothing of it can wait
            }
            var client = rig.connect().joined("1", "room:1");
            client.leave("2", "room:1").join("3", "room:1");
            rig.timers.advance(Duration.ofSeconds(4), rig.loop()::runAll);
            assertThat(client.frames()).isEmpty();
            rig.timers.advance(Duration.ofSeconds(1), rig.loop()::runAll);
            assertThat(client.frames()).containsExactly(setup.vsn.reply("1", "2", "room:1", "ok", "{}"));
            assertThat(client.received()).containsExactly(client.ok("3", "room:1"), setup.vsn.close("1", "room:1"));
            assertThat(rig.endpoint().channelCount()).isOne();
        }
    }
}
