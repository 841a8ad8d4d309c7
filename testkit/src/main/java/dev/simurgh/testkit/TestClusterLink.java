package dev.simurgh.testkit;

import dev.simurgh.cluster.ClusterMessage;
import dev.simurgh.cluster.spi.Link;

/**
 * What a node of a {@link TestCluster} sends to another by, from when they meet until they lose each other. Its state is guarded by the
 * cluster.
 */
final class TestClusterLink implements Link {
    final TestClusterNode from;
    final TestClusterNode to;
    final TestClusterPath path;
    /** The other direction of the same meeting: by which {@link #to} sends, and knows {@link #from}. */
    final TestClusterLink back;

    private final TestCluster cluster;
    /** Nothing gets through any more, on its way or sent later. */
    boolean cut;
    /** {@link #from} has noticed that it has lost the other. */
    boolean down;

    /** Makes the links of two nodes that meet. */
    TestClusterLink(TestCluster cluster, TestClusterNode from, TestClusterNode to) {
        this.cluster = cluster;
        this.from = from;
        this.to = to;
        this.path = cluster.path(from.nodeName(), to.nodeName());
        this.back = new TestClusterLink(this);
    }

    private TestClusterLink(TestClusterLink back) {
        this.cluster = back.cluster;
        this.from = back.to;
        this.to = back.from;
        this.path = cluster.path(from.nodeName(), to.nodeName());
        this.back = back;
    }

    /** Takes everything; what becomes of it is the network's business. Nothing is delivered from within. */
    @Override
    public boolean send(ClusterMessage message) {
        cluster.wire().send(this, message);
        return true;
    }

    @Override
    public String toString() {
        return from.nodeName() + " -> " + to.nodeName();
    }
}
