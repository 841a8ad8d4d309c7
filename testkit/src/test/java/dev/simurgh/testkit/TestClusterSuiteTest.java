package dev.simurgh.testkit;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Nested;

class TestClusterSuiteTest {
    @Nested
    class InNoTime extends ClusterAdapterSuite {
        private final TestCluster cluster = TestCluster.seed(1);

        @Override
        protected ClusterAdapter node(String name) {
            return cluster.node(name);
        }
    }

    /** Messages that travel for a while, each for another while: what an adapter that waits has to do to pass the suite. */
    @Nested
    class InAWhile extends ClusterAdapterSuite {
        private final TestCluster cluster = TestCluster.seed(1)
                .delay(Duration.ofMillis(1), Duration.ofMillis(9))
                .detection(Duration.ofMillis(5));

        @Override
        protected ClusterAdapter node(String name) {
            return cluster.node(name);
        }

        @Override
        protected void await(BooleanSupplier condition) {
            for (int i = 0; i < 100 && !condition.getAsBoolean(); i++) {
                cluster.clock().advance(Duration.ofMillis(1));
            }
        }
    }
}
