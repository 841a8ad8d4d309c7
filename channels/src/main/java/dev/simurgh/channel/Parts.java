package dev.simurgh.channel;

import dev.simurgh.channel.spi.Part;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of an endpoint that have been started. What they throw stays here, but for what they throw while they start. */
final class Parts {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private final Deque<Part> started = new ArrayDeque<>();

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
            started.addFirst(part);
        }
    }

    void draining() {
        started.descendingIterator().forEachRemaining(part -> guarded("draining", part, Part::draining));
    }

    void drained(DrainReport report) {
        started.descendingIterator().forEachRemaining(part -> guarded("drained", part, p -> p.drained(report)));
    }

    /** Stops them, the last first. */
    void stop() {
        started.forEach(part -> guarded("stop", part, Part::stop));
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
