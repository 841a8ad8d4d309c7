package dev.simurgh.cluster.jgroups;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.testkit.ClusterAdapterSuite;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

class JGroupsClusterSuiteTest extends ClusterAdapterSuite {
    private Optional<String> first = Optional.empty();

    @Override
    protected ClusterAdapter node(String name) {
        String address = name + ":" + Ports.free();
        JGroupsCluster.Builder node = JGroupsCluster.builder().name(address);
        first.ifPresentOrElse(node::connect, () -> first = Optional.of(address));
        return node.build();
    }

    @Override
    protected void await(BooleanSupplier condition) {
        org.awaitility.Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .until(condition::getAsBoolean);
    }
}
