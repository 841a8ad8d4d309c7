package dev.simurgh.channel;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.Handshake;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(names = {"V1_ON_SCHEDULER", "V2_ON_EVENT_LOOP"})
class ExpiryTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    private final Setup setup;
    private final Rig rig;
    private final List<Socket> sockets = new ArrayList<>();

    ExpiryTest(Setup setup) {
        this.setup = setup;
        this.rig = new Rig(setup)
                .socket(socket -> socket.connect(request -> request.param("for")
                        .map(text -> ConnectResult.ok().expiresIn(Duration.parse(text)))
                        .orElse(ConnectResult.ok())));
        rig.channel(
                "warned",
                spec -> spec.join((channel, socket) -> {
                            sockets.add(socket);
                            return JoinResult.ok();
                        })
                        .handleInfo(ExpiryWarning.class, (channel, warning, socket) -> {
                            socket.push("expires", Map.of("left", warning.left().toSeconds()));
                            return Result.noReply();
                        })
                        .handleIn("renew", Map.class, (channel, payload, socket) -> {
                            socket.renew(Duration.parse((String) payload.get("for")));
                            return Result.ok();
                        })
                        .handleIn(
                                "left",
                                Map.class,
                                (channel, payload, socket) -> Result.ok(Map.of(
                                        "left",
                                        socket.expiresIn()
                                                .map(Duration::toSeconds)
                                                .orElse(-1L)))));
        rig.channel(
                "deaf",
                spec -> spec.handleIn("work", Map.class, (channel, payload, socket) -> {
                    rig.journal.add("worked");
                    return Result.noReply();
                }));
    }

    private Client connect(Duration time) {
        return rig.connect(Map.of("for", time.toString()));
    }

    private void renew(Client client, Duration time) {
        client.push("9", "warned", "renew", "{\"for\":\"" + time + "\"}");
        rig.settle();
    }

    private String warning(Client client, long seconds) {
        return client.pushed("warned", "expires", "{\"left\":" + seconds + "}");
    }

    @Test
    void aConnectionThatIsNotRenewedIsClosedInTimeAndNotBefore() {
        var client = connect(HOUR).joined("1", "deaf");
        rig.advance(HOUR.minusNanos(1));
        assertThat(client.transport.closes).isEmpty();
        rig.advance(ofNanos(1));
        assertThat(client.received()).isEmpty();
        assertThat(client.transport.closes).containsExactly("3000 expired");
        assertThat(rig.journal).containsExactly("terminate expired");
        assertThat(rig.listener.heard).contains("left deaf EXPIRED");
        assertThat(rig.endpoint().connectionCount()).isZero();
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void aConnectionWithoutAnExpiryHasNoTimer() {
        var client = rig.connect().joined("1", "warned");
        client.push("2", "warned", "left");
        assertThat(client.received()).containsExactly(client.ok("2", "warned", "{\"left\":-1}"));
        assertThat(rig.timers.waiting()).isZero();
        var forGood = connect(FOREVER).joined("1", "warned");
        assertThat(rig.timers.waiting()).isZero();
        rig.advance(HOUR.multipliedBy(1000));
        assertThat(forGood.transport.closes).isEmpty();
        assertThat(client.transport.closes).isEmpty();
    }

    @Test
    void aClientWhoseTimeIsOverAlreadyIsRefused() {
        for (Duration over : List.of(Duration.ZERO, ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThat(rig.handshake(setup.vsn, rig.loop(), Map.of("for", over.toString())))
                    .isInstanceOfSatisfying(
                            Handshake.Refused.class,
                            refused -> assertThat(refused.reason()).contains("expired"));
        }
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void timeRunsFromTheAnswerOfConnectAlthoughTheConnectionOpensLater() {
        var accepted = (Handshake.Accepted) rig.handshake(setup.vsn, rig.loop(), Map.of("for", "PT10S"));
        rig.advance(ofSeconds(11));
        var client = new Client(rig, rig.loop(), setup.vsn, accepted);
        assertThat(client.transport.closes).isEmpty(); // it is only opening
        rig.settle();
        assertThat(client.transport.closes).containsExactly("3000 expired");
    }

    @Test
    void whatTheClientHadPushedIsNotHandledAnyMore() {
        var client = connect(ofSeconds(10)).joined("1", "deaf");
        if (!setup.nonBlocking) {
            client.push("2", "deaf", "work");
        }
        rig.timers.advance(ofSeconds(10), rig.loop()::runAll);
        client.push("3", "deaf", "work");
        rig.settle();
        assertThat(rig.journal).containsExactly("terminate expired");
    }

    @Test
    void aConnectionThatGoesBeforeLeavesNoTimer() {
        var client = connect(HOUR).joined("1", "warned");
        assertThat(rig.timers.waiting()).isOne();
        client.vanish();
        rig.settle();
        assertThat(rig.timers.waiting()).isZero();
        var socket = sockets.get(0);
        socket.renew(ofSeconds(1));
        rig.settle();
        assertThat(rig.timers.waiting()).isZero();
        assertThat(socket.expiresIn()).isEmpty();
    }

    @Test
    void aDrainSendsExpiringConnectionsAwayLikeOthers() {
        var client = connect(HOUR).joined("1", "warned");
        rig.advance(ofMinutes(30));
        var report = rig.endpoint().drain();
        rig.settle();
        assertThat(client.transport.closes).containsExactly("1012");
        assertThat(report).isDone();
        assertThat(rig.timers.waiting()).isZero();
    }

    @Nested
    class Warnings {
        @Test
        void comeAMinuteBeforeTheEndToChannelsThatTakeThem() {
            var client = connect(HOUR).joined("1", "warned").joined("2", "deaf");
            rig.advance(ofMinutes(59).minusMillis(1));
            assertThat(client.received()).isEmpty();
            rig.advance(ofMillis(1));
            assertThat(client.received()).containsExactly(warning(client, 60));
            rig.advance(ofSeconds(59));
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.closes).isEmpty();
        }

        @Test
        void comeAtHalfOfAShortTime() {
            var client = connect(ofSeconds(30)).joined("1", "warned");
            rig.advance(ofSeconds(15));
            assertThat(client.received()).containsExactly(warning(client, 15));
        }

        @Test
        void comeBehindTheJoinOfWhoComesLater() {
            var client = connect(HOUR);
            rig.advance(ofMinutes(59).plusSeconds(20));
            client.join("1", "warned");
            assertThat(client.received()).containsExactly(client.ok("1", "warned"), warning(client, 40));
            rig.advance(ofSeconds(10));
            assertThat(client.received()).isEmpty();
        }

        @Test
        void comeAgainWhenARenewedConnectionEnds() {
            var client = connect(HOUR).joined("1", "warned");
            rig.advance(ofMinutes(59));
            client.received();
            renew(client, HOUR);
            assertThat(client.received()).containsExactly(client.ok("9", "warned"));
            rig.advance(ofMinutes(59));
            assertThat(client.received()).containsExactly(warning(client, 60));
            rig.advance(ofMinutes(1));
            assertThat(client.transport.closes).containsExactly("3000 expired");
        }
    }

    @Nested
    class Renewal {
        private final Client client = connect(HOUR).joined("1", "warned");

        @Test
        void countsFromNowAndLeavesAssignsAlone() {
            rig.advance(ofMinutes(50));
            renew(client, ofMinutes(30));
            client.push("2", "warned", "left");
            assertThat(client.received())
                    .containsExactly(client.ok("9", "warned"), client.ok("2", "warned", "{\"left\":1800}"));
            rig.advance(ofMinutes(29).plusSeconds(59));
            assertThat(client.transport.closes).isEmpty();
            rig.advance(ofSeconds(1));
            assertThat(client.transport.closes).containsExactly("3000 expired");
        }

        @Test
        void mayShortenTheTime() {
            renew(client, ofSeconds(10));
            rig.advance(ofSeconds(10));
            assertThat(client.transport.closes).containsExactly("3000 expired");
            assertThat(rig.timers.waiting()).isZero();
        }

        @Test
        void withoutTimeEndsTheConnectionNow() {
            renew(client, ofSeconds(-5));
            rig.advance(Duration.ZERO);
            assertThat(client.transport.closes).containsExactly("3000 expired");
        }

        @Test
        void forGoodTakesTheTimerAway() {
            renew(client, FOREVER);
            assertThat(rig.timers.waiting()).isZero();
            assertThat(sockets.get(0).expiresIn()).isEmpty();
            rig.advance(HOUR.multipliedBy(2));
            assertThat(client.transport.closes).isEmpty();
        }

        @Test
        void givesAConnectionAnEndThatHadNone() {
            var other = rig.connect().joined("1", "warned");
            renew(other, ofSeconds(10));
            rig.advance(ofSeconds(10));
            assertThat(other.transport.closes).containsExactly("3000 expired");
            assertThat(client.transport.closes).isEmpty();
        }

        @Test
        void asOftenAsOneLikesCostsOneTimer() {
            for (int i = 0; i < 1_000; i++) {
                rig.advance(ofMillis(10));
                sockets.get(0).renew(HOUR.plusMinutes(i % 7));
                rig.settle();
            }
            assertThat(rig.timers.waiting()).isOne();
            rig.advance(HOUR.minusMinutes(1));
            assertThat(client.transport.closes).isEmpty();
        }

        @Test
        void comesFromAnyThreadAndInOrder() {
            sockets.get(0).renew(ofSeconds(1));
            sockets.get(0).renew(ofSeconds(20));
            rig.settle();
            rig.advance(ofSeconds(19));
            assertThat(client.transport.closes).isEmpty();
            rig.advance(ofSeconds(1));
            assertThat(client.transport.closes).containsExactly("3000 expired");
        }
    }
}
