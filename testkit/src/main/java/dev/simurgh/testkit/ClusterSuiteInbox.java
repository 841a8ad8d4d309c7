package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscriber;
import java.util.ArrayList;
import java.util.List;

/** A subscriber that keeps what it gets, on whatever thread, and tells probes and marks from the rest. */
final class ClusterSuiteInbox implements Subscriber {
    private static final String PROBE = "probe of ";
    private static final String MARK = "mark ";

    private final List<Broadcast> all = new ArrayList<>();
    private int marks;
    private int taken;

    static Broadcast event(String topic, String name) {
        return Broadcast.of(topic, name, Payload.EMPTY);
    }

    static Broadcast probe(String topic, String sender) {
        return event(topic, PROBE + sender);
    }

    @Override
    public synchronized void deliver(Broadcast broadcast) {
        all.add(broadcast);
    }

    synchronized boolean has(String event) {
        return all.stream().anyMatch(broadcast -> broadcast.event().equals(event));
    }

    boolean hasProbe(String sender) {
        return has(PROBE + sender);
    }

    synchronized String nextMark() {
        return MARK + System.identityHashCode(this) + "." + ++marks;
    }

    /** The events before this one that were not taken yet, without probes and marks. */
    synchronized List<String> takenUpTo(String last) {
        List<String> events = all.stream().map(Broadcast::event).toList();
        int end = events.indexOf(last);
        List<String> result = events.subList(taken, end).stream()
                .filter(event -> !event.startsWith(PROBE) && !event.startsWith(MARK))
                .toList();
        taken = end + 1;
        return result;
    }

    /** Where it has none, nothing. */
    synchronized List<String> positionsOf(String event) {
        return all.stream()
                .filter(broadcast -> broadcast.event().equals(event))
                .map(broadcast -> broadcast.position().orElse(""))
                .toList();
    }

    /** Where it has none, nothing. */
    synchronized List<String> traceparentsOf(String event) {
        return all.stream()
                .filter(broadcast -> broadcast.event().equals(event))
                .map(broadcast -> broadcast.traceparent().orElse(""))
                .toList();
    }

    synchronized List<Payload> payloadsOf(String event) {
        return all.stream()
                .filter(broadcast -> broadcast.event().equals(event))
                .map(Broadcast::payload)
                .toList();
    }

    @Override
    public synchronized String toString() {
        return all.toString();
    }
}
