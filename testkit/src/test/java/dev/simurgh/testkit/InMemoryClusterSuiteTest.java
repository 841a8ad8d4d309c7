package dev.simurgh.testkit;

import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.spi.ClusterAdapter;

class InMemoryClusterSuiteTest extends ClusterAdapterSuite {
    private final InMemoryCluster cluster = new InMemoryCluster();

    @Override
    protected ClusterAdapter node(String name) {
        return cluster.node(name);
    }
}
