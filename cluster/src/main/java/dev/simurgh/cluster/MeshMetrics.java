package dev.simurgh.cluster;

import dev.simurgh.pubsub.Metric;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What a mesh tells of itself in numbers; {@link MeshStats} says more of each. */
final class MeshMetrics {
    private MeshMetrics() {}

    static List<Metric> of(Counters counters, LongSupplier remoteTopics, LongSupplier waitingBytes) {
        return List.of(
                counter("broadcasts.sent", "broadcasts sent to other nodes, once for each", counters.sent),
                counter("broadcasts.received", "broadcasts that came from other nodes", counters.received),
                counter(
                        "broadcasts.late",
                        "broadcasts that came late, since a subscription here was not known where they were made",
                        counters.late),
                counter(
                        "dropped",
                        "broadcasts and messages dropped, since too much waited for a node, or for too long",
                        counters.refused),
                counter("unknown", "messages of a kind that only newer nodes know; ignored", counters.unknown),
                counter(
                        "gaps",
                        "how often news of another node's topics was lost, so that it was asked for all of them",
                        counters.gaps),
                counter("malformed", "messages of other nodes that could not be read; ignored", counters.malformed),
                Metric.gauge(
                        "simurgh.cluster.topics",
                        "",
                        "topics that other nodes have subscribers for",
                        remoteTopics::getAsLong),
                Metric.gauge(
                        "simurgh.cluster.waiting",
                        "bytes",
                        "what waits to be sent to other nodes, all together",
                        waitingBytes::getAsLong));
    }

    private static Metric counter(String name, String description, LongAdder count) {
        return Metric.counter("simurgh.cluster." + name, "", description, count::sum);
    }
}
