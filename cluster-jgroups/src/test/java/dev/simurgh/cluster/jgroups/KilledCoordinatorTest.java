package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.jgroups.Cluster.Node;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What happens to the others when the process dies that makes their views; the death of another one is in {@link HungNodeTest}. */
@Tag("afterwards")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals")
class KilledCoordinatorTest {
    @Test
    void theCoordinatorIsGoneWithinSecondsToo() {
        try (Cluster cluster = new Cluster();
                CarrierProcess coordinator = new CarrierProcess("first@127.0.0.2:" + Ports.free())) {
            Cluster.until(() -> coordinator.has("started"));
            Node a = cluster.start(
                    "a@127.0.0.2:" + Ports.free(), JGroupsCluster.builder().connect(coordinator.address));
            Node b = cluster.start(
                    "b@127.0.0.2:" + Ports.free(), JGroupsCluster.builder().connect(coordinator.address));
            Cluster.until(() -> a.met() == 2 && b.met() == 2);
            long start = System.nanoTime();
            coordinator.signal("KILL");
            Cluster.until(() -> a.met() == 1 && b.met() == 1);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, "took " + took);
        }
    }
}
