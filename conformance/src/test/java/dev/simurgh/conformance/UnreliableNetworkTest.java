package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.conformance.TestProxy.Way;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Peers that fall silent, come late, or speak in tiny pieces. Closing the rig checks that nothing leaks. */
@Timeout(60)
@Isolated("counts the descriptors of the process")
class UnreliableNetworkTest {
    @Test
    void aClientInABlackHoleIsNoticedWithinTheIdleTimeoutAndNotEarlier() {
        try (NetworkRig rig = NetworkRig.impatient()) {
            long start = System.nanoTime();
            ReturningClient client = rig.joined(rig.client("room:a", "loop:b"));
            rig.proxy.silence();

            rig.awaitNobody();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(NetworkRig.IDLE.toNanos());
            assertThat(client.ends()).as("what the client knows of it").isEmpty();

            rig.proxy.heal();
            rig.joined(client);
            assertThat(client.ends()).hasSize(1);
        }
    }

    @Test
    void aClientThatIsNotHeardIsToldAndCanNotComeBackUntilItIsHeard() {
        try (NetworkRig rig = NetworkRig.impatient()) {
            ReturningClient client = rig.joined(rig.client("room:a"));
            rig.proxy.silence(Way.TO_SERVER);

            NetworkRig.awaitUntil(() -> !client.ends().isEmpty());
            assertThat(client.ends()).startsWith(1001);
            rig.awaitNobody(); // its new attempts end with the time for a handshake

            rig.proxy.heal();
            rig.joined(client);
        }
    }

    @Test
    void aClientThatHearsNothingGivesUpByItsHeartbeatAndComesBack() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.client("room:a").heartbeat(Duration.ofMillis(200));
            rig.joined(client);
            rig.proxy.silence(Way.TO_CLIENT);

            NetworkRig.awaitUntil(() -> !client.ends().isEmpty());
            rig.proxy.heal();
            NetworkRig.awaitUntil(() -> client.opened() >= 2 && client.joined());
        }
    }

    @Test
    void aSilenceShorterThanTheTimeoutsCostsNothing() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.joined(rig.client("room:a"));
            rig.proxy.silence();
            client.push("room:a", "echo", "{\"said\":\"meanwhile\"}");
            rig.server.endpoint.broadcast("room:a", "shout", Map.of("heard", "meanwhile"));

            rig.proxy.heal();
            NetworkRig.awaitUntil(() -> client.got("phx_reply", "meanwhile") && client.got("shout", "meanwhile"));
            assertThat(client.opened()).isEqualTo(1);
        }
    }

    @Test
    void anAttemptToConnectInABlackHoleHoldsNothingForLong() {
        try (NetworkRig rig = NetworkRig.patient()) {
            rig.proxy.silence();
            ReturningClient client = rig.client("room:a");
            NetworkRig.awaitUntil(() -> Inventory.of(rig.server).timeouts() == 1);

            rig.awaitNobody();
            rig.proxy.heal();
            rig.joined(client);
        }
    }

    @Test
    void framesInSlicesOfOneByteAreFrames() {
        try (NetworkRig rig = NetworkRig.patient()) {
            rig.proxy.slices(Way.TO_SERVER, 1);
            rig.proxy.slices(Way.TO_CLIENT, 1);
            ReturningClient client = rig.joined(rig.client("room:a", "loop:b"));
            client.push("room:a", "shout", "{\"text\":\"" + "a".repeat(100) + "\"}");
            client.push("loop:b", "echo", "{\"text\":\"" + "b".repeat(300) + "!\"}");

            NetworkRig.awaitUntil(() -> client.got("shout", "a".repeat(100)) && client.got("phx_reply", "b!"));

            rig.proxy.slices(Way.TO_SERVER, 100);
            rig.proxy.slices(Way.TO_CLIENT, 100);
            client.push("room:a", "echo", "{\"text\":\"" + "c".repeat(70_000) + "!\"}");
            NetworkRig.awaitUntil(() -> client.got("phx_reply", "c!"));
            assertThat(client.opened()).isEqualTo(1);
        }
    }

    @Test
    void aLateCloseHandshakeIsACloseHandshake() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient kicked = rig.joined(rig.client("room:a"));
            ReturningClient leaving = rig.joined(rig.once("room:a"));
            rig.proxy.delay(Way.TO_SERVER, NetworkRig.CLOSE.dividedBy(4));
            rig.proxy.delay(Way.TO_CLIENT, NetworkRig.CLOSE.dividedBy(4));
            leaving.close();
            NetworkRig.awaitUntil(() -> !leaving.ends().isEmpty());
            assertThat(leaving.ends()).containsExactly(1000);

            rig.server.endpoint.disconnect(EmbeddedServer.EVERYBODY);
            NetworkRig.awaitUntil(() -> kicked.opened() == 2 && kicked.joined());
            assertThat(kicked.ends()).containsExactly(1001);
        }
    }

    @Test
    void anAnswerToACloseThatComesTooLateFindsNobody() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.joined(rig.once("room:a"));
            rig.proxy.delay(Way.TO_SERVER, NetworkRig.CLOSE.multipliedBy(4));
            rig.server.endpoint.disconnect(EmbeddedServer.EVERYBODY);

            NetworkRig.awaitUntil(() -> !client.ends().isEmpty());
            assertThat(client.ends()).containsExactly(1001);
        }
    }

    @Test
    void closesThatCrossEndBoth() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.joined(rig.once("room:a"));
            rig.proxy.silence();
            rig.server.endpoint.disconnect(EmbeddedServer.EVERYBODY);
            client.close();
            rig.proxy.heal();

            NetworkRig.awaitUntil(() -> !client.ends().isEmpty());
        }
    }

    @Test
    void theServerStopsInTimeAlthoughItsClientsAreInABlackHole() {
        try (NetworkRig rig = NetworkRig.patient()) {
            rig.joined(rig.client("room:a"));
            rig.proxy.silence();

            rig.server.server.stop().orTimeout(10, TimeUnit.SECONDS).join();
            assertThat(rig.server.endpoint.connectionCount()).isZero();
            assertThat(rig.server.endpoint.channelCount()).isZero();
            rig.stopped();
        }
    }
}
