package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A client that sends more than it may is read more slowly, and is closed if that never ends. */
class InboundRateTest {
    private static final String HEARTBEAT = "[null,\"h\",\"phoenix\",\"heartbeat\",{}]";
    private static final int BURST = 5;

    private final List<String> limited = new ArrayList<>();
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .channel("room:*", spec -> spec.quiet().handleIn("work", Map.class, (c, p, s) -> Result.ok()))
            .endpoint(endpoint -> endpoint.listener(new EndpointListener() {
                @Override
                public void limited(String mount, String transport, Limit limit) {
                    limited.add(limit.toString());
                }
            }));

    private Client client(UnaryOperator<Limits.Builder> limits) {
        return rig.limits(limits).connect();
    }

    private static void send(Client client, int messages) {
        for (int i = 0; i < messages; i++) {
            client.send(HEARTBEAT);
        }
    }

    private static boolean isRead(Client client) {
        List<String> reading = client.transport.reading;
        return reading.isEmpty() || reading.get(reading.size() - 1).equals("resume");
    }

    private void pass(long millis) {
        rig.advance(Duration.ofMillis(millis));
    }

    @Test
    void whatWasSavedUpForFiveSecondsMayComeAtOnce() {
        var client = client(limits -> limits.messagesPerSecond(10));
        send(client, 10 * BURST);
        assertThat(client.transport.reading).isEmpty();
        assertThat(limited).isEmpty();
        send(client, 1);
        assertThat(client.transport.reading).containsExactly("pause");
        assertThat(limited).containsExactly("MESSAGES_PER_SECOND");
        assertThat(client.received()).as("nothing is lost").hasSize(10 * BURST + 1);
        pass(100);
        assertThat(client.transport.reading).containsExactly("pause", "resume");
        assertThat(client.transport.closes).isEmpty();
    }

    @Test
    void aClientAtItsRateIsNeverHeldUp() {
        var client = client(limits -> limits.messagesPerSecond(10));
        for (int second = 0; second < 1000; second++) {
            send(client, 10);
            pass(1000);
        }
        assertThat(client.transport.reading).isEmpty();
        assertThat(limited).isEmpty();
    }

    @Test
    void theDefaultsAreOutOfTheWayOfABusyClient() {
        var client = rig.connect().joined("1", "room:1");
        String large = "{\"text\":\"" + "x".repeat(500_000) + "\"}";
        for (int second = 0; second < 60; second++) {
            send(client, 1_900);
            client.push("2", "room:1", "work", large);
            rig.settle();
            pass(1000);
        }
        assertThat(client.transport.reading).isEmpty();
        assertThat(rig.endpoint().limitCounts().values()).containsOnly(0L);
    }

    @Test
    void whileItIsWithinItsRateNobodyLooksAtTheClock() {
        var client = client(limits -> limits.messagesPerSecond(1000));
        int looks = rig.timers.looks;
        send(client, 5000);
        assertThat(rig.timers.looks).isEqualTo(looks);
        send(client, 1);
        assertThat(rig.timers.looks).isGreaterThan(looks);
    }

    @Test
    void bytesCountByThemselves() {
        var client = client(limits -> limits.bytesPerSecond(1000).messagesPerSecond(Integer.MAX_VALUE))
                .joined("1", "room:1");
        client.push("2", "room:1", "work", "{\"text\":\"" + "x".repeat(6000) + "\"}");
        assertThat(limited).containsExactly("BYTES_PER_SECOND");
        assertThat(client.received()).as("a larger one is taken").containsExactly(client.ok("2", "room:1"));
        pass(1000);
        assertThat(isRead(client)).isFalse(); // it has to pay for 1.1 s
        pass(1000);
        assertThat(isRead(client)).isTrue();
    }

    @Test
    void ratesCanBeSwitchedOff() {
        var client =
                client(limits -> limits.messagesPerSecond(Integer.MAX_VALUE).bytesPerSecond(Integer.MAX_VALUE));
        int looks = rig.timers.looks;
        send(client, 200_000);
        assertThat(client.transport.reading).isEmpty();
        assertThat(rig.timers.looks).isEqualTo(looks);
    }

    /** Sends whenever it is read, as a client does whose network pushes back. */
    private List<Integer> floods(Client client, int seconds) {
        List<Integer> perSecond = new ArrayList<>();
        for (int second = 0; second < seconds && client.transport.closes.isEmpty(); second++) {
            int sent = 0;
            for (int tick = 0; tick < 100; tick++) {
                while (isRead(client) && client.transport.closes.isEmpty()) {
                    send(client, 1);
                    sent++;
                }
                pass(10);
            }
            perSecond.add(sent);
        }
        return perSecond;
    }

    @Test
    void whoNeverStopsGetsItsRateAndIsClosedAfterThirtySeconds() {
        var client = client(limits -> limits.messagesPerSecond(100));
        List<Integer> perSecond = floods(client, 60);
        assertThat(perSecond).hasSizeBetween(29, 31);
        assertThat(perSecond.get(0)).isBetween(500, 620);
        assertThat(perSecond.subList(1, 29)).allMatch(sent -> sent >= 90 && sent <= 110);
        assertThat(client.transport.closes).containsExactly("1008 too many messages");
        assertThat(limited).as("told once, though each tenth of a second").containsExactly("MESSAGES_PER_SECOND");
        rig.settle();
        assertThat(rig.endpoint().connectionCount()).isZero();
        assertThat(rig.endpoint().counts().timers()).isZero();
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void whoStopsForASecondHasThirtySecondsAgain() {
        var client = client(limits -> limits.messagesPerSecond(100));
        for (int round = 0; round < 5; round++) {
            floods(client, 20);
            pass(2000);
        }
        assertThat(client.transport.closes).isEmpty();
        assertThat(limited).hasSize(5);
    }

    @Test
    void aDebtOfMoreThanThirtySecondsClosesWhenTheyAreOver() {
        var client = client(limits -> limits.bytesPerSecond(100)).joined("1", "room:1");
        client.push("2", "room:1", "work", "{\"text\":\"" + "x".repeat(10_000) + "\"}");
        pass(29_000);
        assertThat(client.transport.closes).isEmpty();
        pass(1_000);
        assertThat(client.transport.closes).containsExactly("1008 too many bytes");
    }

    @Test
    void whatIsReadAlreadyWhenThePauseBeginsIsHandledAndPaidFor() {
        var client = client(limits -> limits.messagesPerSecond(10));
        send(client, 10 * BURST + 20);
        assertThat(client.received()).hasSize(70);
        assertThat(client.transport.reading).containsExactly("pause");
        pass(1_900);
        assertThat(isRead(client)).isFalse();
        pass(200);
        assertThat(isRead(client)).isTrue();
    }

    @Test
    void whatItSentWhileTheServerDidNotReadItIsNotHeldAgainstIt() {
        var client = client(limits -> limits.messagesPerSecond(100));
        send(client, 100 * BURST);
        client.behind();
        int waiting = 0;
        for (int second = 0; second < 20; second++) {
            waiting += 90;
            pass(1000);
        }
        client.caughtUp();
        assertThat(isRead(client)).isTrue();
        for (int tick = 0; tick < 60 * 100 && client.transport.closes.isEmpty(); tick++) {
            waiting += tick % 100 < 90 ? 1 : 0;
            for (; waiting > 0 && isRead(client); waiting--) {
                send(client, 1);
            }
            pass(10);
        }
        assertThat(client.transport.closes).isEmpty();
        assertThat(waiting).isZero();
        assertThat(limited).isEmpty();
    }

    @Test
    void whoIsNotReadMaySaveUpNoMoreThanThat() {
        var client = client(limits -> limits.messagesPerSecond(10));
        send(client, 10 * BURST);
        client.behind();
        pass(20_000);
        client.caughtUp();
        pass(1_000_000);
        send(client, 10 * (BURST + 20));
        assertThat(isRead(client)).isTrue();
        send(client, 3);
        assertThat(isRead(client)).isFalse();
        pass(1_000_000);
        send(client, 10 * BURST);
        assertThat(isRead(client)).isTrue();
        send(client, 3);
        assertThat(isRead(client)).isFalse();
    }

    @Test
    void framesOfTheTransportItselfCountAsWell() {
        var client = client(limits -> limits.messagesPerSecond(10));
        for (int i = 0; i < 10 * BURST; i++) {
            client.control();
        }
        assertThat(isRead(client)).isTrue();
        client.control();
        assertThat(isRead(client)).isFalse();
        assertThat(client.connection.isHeldToItsRate()).isTrue();
        pass(100);
        assertThat(isRead(client)).isTrue();
        assertThat(client.connection.isHeldToItsRate()).isFalse();
        client.vanish();
        client.control();
        assertThat(limited).containsExactly("MESSAGES_PER_SECOND");
    }

    @Test
    void aClientThatGoesMeanwhileLeavesNoTimer() {
        var client = client(limits -> limits.messagesPerSecond(1));
        send(client, 10);
        assertThat(rig.endpoint().counts().timers()).isEqualTo(1);
        client.vanish();
        rig.settle();
        assertThat(rig.endpoint().counts().timers()).isZero();
        assertThat(rig.timers.waiting()).isZero();
        pass(60_000);
        assertThat(client.transport.closes).isEmpty();
    }

    @Test
    void othersAreReadMeanwhile() {
        var client = client(limits -> limits.messagesPerSecond(1));
        var other = rig.connect();
        send(client, 10);
        send(other, 5);
        assertThat(isRead(client)).isFalse();
        assertThat(isRead(other)).isTrue();
    }
}
