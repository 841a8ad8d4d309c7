package dev.simurgh.journal;

import dev.simurgh.pubsub.Metric;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What a journal tells of itself in numbers; {@link JournalStats} says more of each. */
final class JournalMetrics {
    private JournalMetrics() {}

    static List<Metric> of(String name, Writer writer, LongAdder failedReads) {
        return Stream.of(
                        Metric.gauge(
                                "simurgh.journal.waiting",
                                "bytes",
                                "writes that have no answer yet",
                                writer::waitingBytes),
                        Metric.gauge(
                                "simurgh.journal.waiting.max",
                                "bytes",
                                "how much may have no answer yet before writes are refused",
                                writer::maxWaitingBytes),
                        counter("stored", "entries that this process has stored", writer.stored),
                        counter("refused", "writes that were not taken, since too much waited", writer.refused),
                        counter("timeouts", "writes that the store has not answered in time", writer.timedOut),
                        counter("failures", "writes that the store could not do", writer.failed),
                        counter("reads.failed", "reads that failed, for whatever reason", failedReads))
                .map(metric -> metric.tagged("journal", name))
                .toList();
    }

    private static Metric counter(String name, String description, LongAdder count) {
        return Metric.counter("simurgh.journal." + name, "", description, count::sum);
    }
}
