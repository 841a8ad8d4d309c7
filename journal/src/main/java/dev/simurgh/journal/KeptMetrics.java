package dev.simurgh.journal;

import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What kept topics and their journal tell of themselves in numbers; {@link KeptStats} says more of each. */
final class KeptMetrics {
    private KeptMetrics() {}

    static List<Metric> of(KeptNode node, LongAdder refused) {
        KeptCounts counts = node.counts;
        List<Metric> all = new ArrayList<>(node.journal.metrics("kept"));
        all.addAll(List.of(
                Metric.gauge("simurgh.kept.topics", "", "kept topics that have subscribers here", node::topicCount),
                Metric.gauge(
                        "simurgh.kept.tails",
                        "bytes",
                        "the latest broadcasts of kept topics, in memory",
                        node.tails::bytes),
                Metric.gauge(
                        "simurgh.kept.tails.max",
                        "bytes",
                        "how much the latest broadcasts may take",
                        node.tails::maxBytes),
                counter("stored", "broadcasts that this node has stored", counts.stored),
                counter(
                        "failures",
                        "broadcasts that this node could not store, or whose outcome is not known",
                        counts.failed),
                counter("repeated", "broadcasts that were stored before under their key", counts.repeated),
                counter("refused", "pushes with a key that were refused, since too many were there", refused),
                counter("late", "broadcasts of other nodes that came when they were needed no longer", counts.late),
                counter("gaps", "how often a broadcast came before one that belongs in front of it", counts.gaps),
                counter("filled", "broadcasts that were read from the journal, since they did not come", counts.filled),
                counter("foreign", "broadcasts of other nodes that are not in this node's journal", counts.foreign),
                counter("rewinds", "how often a topic's history was another than the one delivered", counts.rewinds),
                replays("tail", counts.fromTail),
                replays("journal", counts.fromJournal)));
        return all;
    }

    private static Metric counter(String name, String description, LongAdder count) {
        return Metric.counter("simurgh.kept." + name, "", description, count::sum);
    }

    private static Metric replays(String kind, LongAdder count) {
        return counter("replays", "joins and replays, by where they were served from", count)
                .tagged("kind", kind);
    }
}
