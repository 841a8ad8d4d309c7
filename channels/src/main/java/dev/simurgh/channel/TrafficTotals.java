package dev.simurgh.channel;

import dev.simurgh.pubsub.Metric;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** What goes through all connections of an endpoint, by socket and transport: of all event loops, with those that have ended. For any thread. */
final class TrafficTotals {
    private final Map<Kind, Total> totals = new ConcurrentHashMap<>();
    private final Consumer<List<Metric>> kinds;

    /** What connections are told apart by. */
    record Kind(String mount, String transport) {}

    /** What goes through those of one kind. */
    private static final class Total {
        private final Traffic ended = new Traffic();
        private final Set<Traffic> live = ConcurrentHashMap.newKeySet();

        synchronized void add(Traffic more) {
            live.add(more);
        }

        synchronized void end(Traffic one) {
            if (live.remove(one)) {
                ended.add(one);
            }
        }

        /** Never less than before: what ends goes from one side of the sum to the other under the lock. */
        synchronized long sum(ToLongFunction<Traffic> what) {
            return what.applyAsLong(ended) + live.stream().mapToLong(what).sum();
        }
    }

    /** @param kinds hears of the metrics of each kind of connection when it is expected, or there is a first one */
    TrafficTotals(Consumer<List<Metric>> kinds) {
        this.kinds = kinds;
    }

    /** Has those of a kind counted from now on, before there is one. */
    void expect(Kind kind) {
        total(kind);
    }

    /** Begins to count for an event loop. */
    Traffic begin(Kind kind) {
        Traffic traffic = new Traffic();
        total(kind).add(traffic);
        return traffic;
    }

    /** An event loop has ended, and counts no more. */
    void end(Kind kind, Traffic traffic) {
        Objects.requireNonNull(totals.get(kind)).end(traffic);
    }

    private Total total(Kind kind) {
        Total there = totals.get(kind);
        if (there != null) {
            return there;
        }
        Total made = new Total();
        Total before = totals.putIfAbsent(kind, made);
        if (before == null) {
            kinds.accept(List.of(
                    metric(kind, made, "received.messages", "messages from clients", Traffic::receivedMessages),
                    metric(kind, made, "received.bytes", "bytes of messages from clients", Traffic::receivedBytes),
                    metric(
                            kind,
                            made,
                            "sent.messages",
                            "pushes and replies, each to one client",
                            Traffic::sentMessages),
                    metric(kind, made, "sent.bytes", "bytes of pushes and replies", Traffic::sentBytes),
                    metric(
                            kind,
                            made,
                            "delivered.messages",
                            "broadcasts that were given to clients, once for each",
                            Traffic::deliveredMessages),
                    metric(
                            kind,
                            made,
                            "delivered.bytes",
                            "bytes of broadcasts that were given to clients",
                            Traffic::deliveredBytes)));
        }
        return before == null ? made : before;
    }

    private static Metric metric(Kind kind, Total total, String name, String text, ToLongFunction<Traffic> what) {
        String unit = name.substring(name.indexOf('.') + 1);
        return Metric.counter("simurgh." + name, unit, text, () -> total.sum(what))
                .tagged("socket", kind.mount)
                .tagged("transport", kind.transport);
    }
}
