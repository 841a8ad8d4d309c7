package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** All clients of a server at once, with a network that comes and goes. */
@Timeout(60)
@Isolated("counts the descriptors of the process")
class ReconnectStormTest {
    private static final int CLIENTS = 500;
    private static final int FLAPS = 3;

    @Test
    void everybodyComesBackEachTimeAndNothingIsLeftOfBefore() {
        try (NetworkRig rig = NetworkRig.patient()) {
            List<ReturningClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(rig.client("room:storm", "loop:" + i));
            }
            NetworkRig.awaitUntil(() -> clients.stream().allMatch(ReturningClient::joined));
            for (int flap = 0; flap < FLAPS; flap++) {
                int before = rig.proxy.accepted();
                rig.proxy.down();
                // each has tried again, in vain
                NetworkRig.awaitUntil(() -> rig.proxy.accepted() >= before + CLIENTS);
                rig.awaitNobody();
                rig.proxy.heal();
                NetworkRig.awaitUntil(() -> clients.stream().allMatch(ReturningClient::joined));
            }

            // what is left of a connection that was given up may still be going
            NetworkRig.awaiting().untilAsserted(() -> {
                assertThat(rig.server.endpoint.connectionCount()).isEqualTo(CLIENTS);
                Inventory held = Inventory.of(rig.server);
                assertThat(held.channels()).isEqualTo(2 * CLIENTS);
                assertThat(held.topics()).containsEntry("room:storm", CLIENTS).hasSize(CLIENTS + 3);
                assertThat(held.timers()).isEqualTo(2 * CLIENTS);
                assertThat(held.timeouts()).isEqualTo(CLIENTS);
            });
            rig.server.endpoint.broadcast("room:storm", "shout", Map.of("to", "all"));
            NetworkRig.awaitUntil(() -> clients.stream().allMatch(client -> client.got("shout", "all")));
        }
    }
}
