package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Part;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of an endpoint that have been started. What they throw stays here, but for what they throw while they start. */
final class Parts {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private final MetricSets metrics;
    private final Deque<Started> started = new ConcurrentLinkedDeque<>();

    Parts(MetricSets metrics) {
        this.metrics = metrics;
    }

    /** Starts them in their order. Those started before one that throws are for {@link #stop}. */
    void start(List<Part> parts, Endpoint endpoint) {
        for (Part part : parts) {
            try {
                part.start(endpoint);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("part: " + name(part) + " did not start", e);
            }
            Started one = new Started(part);
            started.addFirst(one);
            guarded("metrics", part, told -> one.endMetrics = metrics.add(told.metrics()));
        }
    }

    /** What they know of a topic. They are asked as often as somebody looks, so that one that fails writes no line each time. */
    Map<String, String> about(String topic, ClientLog clientLog) {
        Map<String, String> all = new LinkedHashMap<>();
        started.descendingIterator().forEachRemaining(one -> {
            try {
                all.putAll(one.part.about(topic));
            } catch (Throwable thrown) {
                clientLog.failure(log, thrown, "about of part {} failed", name(one.part));
            }
        });
        return all;
    }

    void draining() {
        started.descendingIterator().forEachRemaining(one -> guarded("draining", one.part, Part::draining));
    }

    void drained(DrainReport report) {
        started.descendingIterator().forEachRemaining(one -> guarded("drained", one.part, p -> p.drained(report)));
    }

    /** Stops them, the last first. */
    void stop() {
        for (Started one : started) {
            one.endMetrics.run();
            guarded("stop", one.part, Part::stop);
        }
    }

    /** A part that has been started. */
    private static final class Started {
        final Part part;
        Runnable endMetrics = () -> {};

        Started(Part part) {
            this.part = part;
        }
    }

    private static void guarded(String what, Part part, Consumer<Part> call) {
        try {
            call.accept(part);
        } catch (Throwable thrown) { // an Error, too: the others and the endpoint have to end
            log.error("{} of part {} failed", what, name(part), thrown);
        }
    }

    private static String name(Part part) {
        try {
            return part.name();
        } catch (Throwable thrown) { // this, too, is a part's code
            return part.getClass().getName();
        }
    }
}
