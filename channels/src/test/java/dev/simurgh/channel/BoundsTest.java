package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.simurgh.pubsub.Broadcast;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What one client or one channel can make grow has an end, and an answer there. */
class BoundsTest {
    private static final String LONG = "x".repeat(300);

    @Nested
    @ParameterizedClass
    @EnumSource(Setup.class)
    class Names {
        private final Setup setup;
        private final Rig rig;

        Names(Setup setup) {
            this.setup = setup;
            this.rig = new Rig(setup).channel("room:*", spec -> spec.handleAny((c, message, s) -> Result.ok()));
        }

        @Test
        void aTopicOf255BytesIsTheLongest() {
            var client = rig.connect();
            String longest = "room:" + "ü".repeat(125);
            client.join("1", longest);
            assertThat(client.received()).containsExactly(client.ok("1", longest));
            client.join("2", longest + "x");
            assertThat(client.received()).containsExactly(client.error("2", longest + "x", "name too long"));
            assertThat(rig.endpoint().channelCount()).isOne();
        }

        @Test
        void anEventOrARefThatIsTooLongIsAnswered() {
            var client = rig.connect().joined("1", "room:1");
            client.push("2", "room:1", LONG);
            assertThat(client.received()).containsExactly(client.error("2", "room:1", "name too long"));
            client.push(LONG, "room:1", "event");
            assertThat(client.received()).containsExactly(client.error(LONG, "room:1", "name too long"));
            client.push("x".repeat(255), "room:1", "event");
            assertThat(client.received()).containsExactly(client.ok("x".repeat(255), "room:1"));
        }

        @Test
        void aJoinRefThatIsTooLongIsAnswered() {
            var client = rig.connect();
            client.send(setup.vsn.message(LONG, "1", "room:1", "phx_join", "{}"));
            if (setup.vsn == Vsn.V2) {
                assertThat(client.received()).containsExactly(setup.vsn.error(LONG, "1", "room:1", "name too long"));
            }
        }

        @Test
        void theLimitIsAnOption() {
            rig.limits(limits -> limits.maxNameBytes(1000));
            var client = rig.connect().join("1", "room:" + LONG);
            assertThat(client.received()).containsExactly(client.ok("1", "room:" + LONG));
        }
    }

    private final List<Socket> sockets = new ArrayList<>();
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER);

    private Client joined() {
        rig.channel(
                "room:*",
                spec -> spec.join((c, s) -> {
                            sockets.add(s);
                            return JoinResult.ok();
                        })
                        .handleOut("big", Map.class, (c, payload, s) -> {
                            rig.journal.add("big");
                            return Result.noReply();
                        })
                        .handleInfo(Broadcast.class, (c, broadcast, s) -> {
                            rig.journal.add("heard");
                            return Result.noReply();
                        })
                        .handleInfo(String.class, (c, text, s) -> {
                            rig.journal.add(text);
                            return Result.noReply();
                        }));
        return rig.connect().joined("1", "room:1");
    }

    @Test
    void broadcastsThatWaitForOneChannelAreBoundedInBytes() {
        joined();
        for (int i = 0; i < 30; i++) {
            rig.endpoint().broadcast("room:1", "big", Map.of("text", "x".repeat(100_000)));
        }
        rig.loop().runAll();
        assertThat(rig.endpoint().droppedCount()).isEqualTo(10);
        rig.settle();
        assertThat(rig.journalTaken()).hasSize(20);
        rig.endpoint().broadcast("room:1", "big", Map.of());
        rig.settle();
        assertThat(rig.journalTaken()).hasSize(1);
        assertThat(rig.listener.heard).contains("dropped CHANNEL_BEHIND");
    }

    @Test
    void thoseOfOtherTopicsCountToo() {
        joined();
        sockets.get(0).subscribe("other");
        rig.settle();
        for (int i = 0; i < 30; i++) {
            rig.endpoint().broadcast("other", "news", Map.of("text", "x".repeat(100_000)));
        }
        rig.loop().runAll();
        assertThat(rig.endpoint().droppedCount()).isEqualTo(10);
    }

    @Test
    void aSingleLargerOneIsTaken() {
        joined();
        rig.endpoint().broadcast("room:1", "big", Map.of("text", "x".repeat(5_000_000)));
        rig.settle();
        assertThat(rig.journalTaken()).containsExactly("big");
    }

    @Test
    void aChannelThatSendsItselfWithoutEndIsEnded() {
        var client = joined();
        for (int i = 0; i < 20_000; i++) {
            sockets.get(0).send("again");
        }
        assertThat(client.received()).containsExactly(client.crashed("room:1"));
        assertThat(rig.journal).containsExactly("terminate too many messages from send");
        assertThat(rig.endpoint().droppedCount()).isEqualTo(10_000);
    }

    @Test
    void aChannelHasSoManyTimersAndNoMore() {
        joined();
        Socket socket = sockets.get(0);
        List<TimerRef> timers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            timers.add(socket.sendAfter(Duration.ofSeconds(1), "due"));
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.sendAfter(Duration.ofSeconds(1), "due"))
                .withMessageStartingWith("sendAfter: 10000 timers wait already (expected: fewer");
        timers.get(0).cancel();
        socket.sendAfter(Duration.ofSeconds(1), "due");
        rig.advance(Duration.ofSeconds(1));
        assertThat(rig.journalTaken()).hasSize(10_000);
        socket.sendAfter(Duration.ofSeconds(1), "due");
    }

    @Test
    void aTimerForEverNeverComesAndCanBeCancelled() {
        joined();
        TimerRef never = sockets.get(0).sendAfter(ChronoUnit.FOREVER.getDuration(), "never");
        rig.advance(Duration.ofDays(365));
        assertThat(rig.journal).isEmpty();
        assertThat(never.cancel()).isTrue();
    }

    @Test
    void anUnknownEventIsOneLineWithoutAStackTraceHoweverOftenItComes() {
        var client = joined();
        try (LogCapture log = new LogCapture(Level.WARN)) {
            for (int i = 0; i < 100; i++) {
                client.push("2", "room:1", "nonsense").received();
                client.joined("3", "room:1");
            }
            assertThat(log.traces()).isZero();
            assertThat(log.lines())
                    .hasSize(10)
                    .allMatch(line -> line.startsWith("WARN channel room:1 crashed: event: nonsense"));
        }
    }

    @Test
    void aSubscriptionTooManyIsNotMade() {
        joined();
        for (int i = 0; i < 10_000; i++) {
            sockets.get(0).subscribe("other");
        }
        assertThatThrownBy(() -> sockets.get(0).subscribe("one too many")).isInstanceOf(IllegalStateException.class);
        var snapshot = rig.endpoint().snapshot();
        rig.settle();
        assertThat(snapshot.join().topics()).containsEntry("other", 10_000).doesNotContainKey("one too many");
    }
}
