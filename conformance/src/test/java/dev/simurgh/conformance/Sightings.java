package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a client library has told and no test has taken note of yet, in order for each connection and channel. */
final class Sightings {
    private final Map<String, BlockingQueue<Sighting>> waiting = new ConcurrentHashMap<>();
    private final Queue<Sighting> all = new ConcurrentLinkedQueue<>();

    void add(String from, String what) {
        add(new Sighting(from, what, NullNode.getInstance()));
    }

    void add(Sighting sighting) {
        all.add(sighting);
        of(sighting.from()).add(sighting);
    }

    /** Waits for {@code what}, and passes over nothing but the news of joins and connections before it. */
    JsonNode await(String from, String what, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Sighting next = of(from).poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError(from + " did not see \"" + what + "\" within " + limit + inspect());
            }
            if (next.what().equals(what)) {
                return next.payload();
            }
            if (!next.passing()) {
                throw new AssertionError(from + " saw " + next + " (expected: \"" + what + "\")" + inspect());
            }
        }
    }

    /** What {@code from} has seen beyond what was awaited. */
    List<Sighting> rest(String from) {
        return List.copyOf(of(from));
    }

    /** All that came since the last call of {@link #forget}, for the text of a failure. */
    String inspect() {
        StringBuilder text = new StringBuilder("\nin this case the client saw:");
        all.forEach(sighting -> text.append("\n  ").append(sighting));
        return text.toString();
    }

    /** A case begins. */
    void forget() {
        all.clear();
        waiting.clear();
    }

    private BlockingQueue<Sighting> of(String from) {
        return waiting.computeIfAbsent(from, name -> new LinkedBlockingQueue<>());
    }
}
