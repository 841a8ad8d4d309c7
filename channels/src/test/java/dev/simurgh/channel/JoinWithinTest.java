package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that never join anything are closed, if the socket says so. */
class JoinWithinTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String CLOSED = "1008 no join";

    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .limits(limits -> limits.joinWithin(LIMIT))
            .channel("room:*", spec -> spec.quiet())
            .channel("closed:*", spec -> spec.quiet().join((c, s) -> JoinResult.error("no")));

    private long count() {
        return rig.endpoint().limitCounts().getOrDefault(Limit.JOIN_WITHIN, -1L);
    }

    @Test
    void whoDoesNotJoinInTimeIsClosedThoughItIsNotSilent() {
        var client = rig.connect();
        rig.advance(LIMIT.minusMillis(1));
        client.send("[null,\"1\",\"phoenix\",\"heartbeat\",{}]")
                .join("1", "closed:1")
                .join("2", "nowhere");
        rig.settle();
        assertThat(client.transport.closes).isEmpty();
        rig.advance(Duration.ofMillis(1));
        assertThat(client.transport.closes).containsExactly(CLOSED);
        assertThat(count()).isEqualTo(1);
        assertThat(rig.endpoint().connectionCount()).isZero();
    }

    @Test
    void whoHasJoinedOnceMayStay() {
        var client = rig.connect().joined("1", "room:1").leave("2", "room:1");
        rig.advance(LIMIT.multipliedBy(10));
        assertThat(client.transport.closes).isEmpty();
        assertThat(count()).isZero();
    }

    @Test
    void byDefaultNobodyHasToJoin() {
        rig.limits(limits -> limits);
        var client = rig.connect();
        rig.advance(Duration.ofDays(365));
        assertThat(client.transport.closes).isEmpty();
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void eachHasItsOwnTimeAndOneTimerServesAll() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(rig.connect());
            rig.advance(Duration.ofSeconds(2));
        }
        assertThat(rig.timers.waiting()).isEqualTo(1);
        assertThat(clients)
                .filteredOn(client -> !client.transport.closes.isEmpty())
                .containsExactly(clients.get(0));
        clients.get(1).joined("1", "room:1");
        clients.get(2).vanish();
        rig.advance(Duration.ofSeconds(6));
        assertThat(clients)
                .filteredOn(client -> !client.transport.closes.isEmpty())
                .containsExactly(clients.get(0), clients.get(3));
        rig.advance(Duration.ofSeconds(60));
        assertThat(clients)
                .filteredOn(client -> !client.transport.closes.isEmpty())
                .containsExactly(clients.get(0), clients.get(3), clients.get(4));
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void noTimerIsLeftWhenNobodyIsThere() {
        var client = rig.connect();
        assertThat(rig.timers.waiting()).isEqualTo(1);
        client.vanish();
        rig.settle();
        assertThat(rig.timers.waiting()).isZero();
        rig.connect().joined("1", "room:1");
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void aClientIsNotToBlameForAJoinThatTakesLong() {
        var client = rig.connect();
        client.join("1", "room:1"); // which nobody runs
        rig.timers.advance(LIMIT.minusSeconds(1), () -> {});
        rig.timers.advance(Duration.ofSeconds(1), rig.loop()::runAll);
        assertThat(client.transport.closes).isEmpty();
        rig.advance(LIMIT.multipliedBy(2));
        assertThat(client.transport.closes)
                .as("its join took too long, and it tried no other")
                .containsExactly(CLOSED);
    }

    @Test
    void noTimeAtAllIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder().joinWithin(Duration.ZERO))
                .withMessage("joinWithin: PT0S (expected: more than zero)");
    }
}
