package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.Subscription;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node of a mesh tells of itself in numbers. */
class MeshMetricsTest {
    private final Net net = new Net();
    private final List<Net.Node> nodes = net.nodes("a@h", "b@h", "c@h");
    private final Net.Node a = nodes.get(0);
    private final Net.Node b = nodes.get(1);
    private final Net.Node c = nodes.get(2);

    private static double read(Net.Node node, String name) {
        return node.pubsub().metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .mapToDouble(metric -> metric.reading().getAsDouble())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachNodeTellsHowManyItSees() {
        assertThat(read(a, "simurgh.nodes")).isEqualTo(3);
        net.part(a, c);
        assertThat(read(a, "simurgh.nodes")).isEqualTo(2);
    }

    @Test
    void topicsOfOthersAreCountedOnceHoweverManyNodesWantThem() {
        List<Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            subscriptions.add(b.subscribe("t" + i));
            subscriptions.add(c.subscribe("t" + i / 2));
        }
        net.deliver();
        assertThat(read(a, "simurgh.cluster.topics")).isEqualTo(100);
        assertThat(read(b, "simurgh.cluster.topics")).isEqualTo(50);
        subscriptions.forEach(Subscription::cancel);
        net.deliver();
        assertThat(read(a, "simurgh.cluster.topics")).isZero();
        b.subscribe("t");
        net.deliver();
        assertThat(read(a, "simurgh.cluster.topics")).isEqualTo(1);
        net.part(a, b);
        assertThat(read(a, "simurgh.cluster.topics")).isZero();
    }

    @Test
    void whatWaitsForOthersIsToldAllTogether() {
        b.subscribe("t");
        c.subscribe("t");
        net.deliver();
        assertThat(read(a, "simurgh.cluster.waiting")).isZero();
        a.broadcast("t", "e");
        double waiting = read(a, "simurgh.cluster.waiting");
        assertThat(waiting).isPositive();
        net.deliver();
        assertThat(read(a, "simurgh.cluster.waiting")).isZero();
        assertThat(read(a, "simurgh.cluster.broadcasts.sent")).isEqualTo(2);
        assertThat(read(b, "simurgh.cluster.broadcasts.received")).isEqualTo(1);
    }

    @Test
    void noneHasTheNameOfAnother() {
        assertThat(a.pubsub().metrics()).extracting(Metric::name).doesNotHaveDuplicates();
    }
}
