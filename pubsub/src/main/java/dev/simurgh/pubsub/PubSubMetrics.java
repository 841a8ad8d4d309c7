package dev.simurgh.pubsub;

import java.util.List;
import java.util.function.ToLongFunction;

/** What a pub-sub and its node tell of themselves in numbers. */
final class PubSubMetrics {
    private static final String BYTES = "bytes";

    private PubSubMetrics() {}

    static List<Metric> of(PubSub pubsub) {
        Node node = pubsub.node();
        return List.of(
                Metric.gauge("simurgh.topics", "", "topics that have subscribers on this node", pubsub::topicCount),
                Metric.gauge(
                        "simurgh.subscriptions",
                        "",
                        "subscriptions on this node, to all topics together",
                        pubsub::subscriptionCount),
                Metric.gauge(
                        "simurgh.loops.behind",
                        "",
                        "event loops that are behind, so that clients who broadcast to them are not read",
                        pubsub::loopsBehind),
                Metric.gauge(
                        "simurgh.loops.waiting",
                        BYTES,
                        "broadcasts and pushes that wait for event loops",
                        pubsub::waitingBytes),
                Metric.gauge(
                        "simurgh.nodes",
                        "",
                        "nodes of the cluster that this one is connected with, itself included",
                        () -> 1 + node.otherCount()),
                Metric.gauge(
                        "simurgh.cluster.away",
                        "",
                        "1 while the cluster is out of reach, as a broker whose connection is lost, else 0",
                        () -> node.isClusterAway() ? 1 : 0),
                messages(node, "sent", "messages sent to parts of other nodes", MessageStats::sent),
                messages(
                        node,
                        "refused",
                        "messages to other nodes that were not sent, since a node was not connected or took too little",
                        MessageStats::refused),
                messages(node, "received", "messages that came for parts of this node", MessageStats::received),
                messages(node, "unknown", "messages of other nodes that nobody here takes", MessageStats::unknown),
                messages(node, "failed", "messages of other nodes whose handler threw", MessageStats::failed));
    }

    private static Metric messages(Node node, String what, String description, ToLongFunction<MessageStats> reading) {
        return Metric.counter(
                "simurgh.cluster.messages." + what, "", description, () -> reading.applyAsLong(node.messageStats()));
    }
}
