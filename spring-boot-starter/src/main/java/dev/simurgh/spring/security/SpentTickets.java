package dev.simurgh.spring.security;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which tickets are no longer good though they are not too old yet: those that were used, and those of users who were sent away since. The nodes tell each other, and
 * each remembers it for as long as a ticket lasts. For any thread.
 */
final class SpentTickets implements Part {
    private static final String KIND = "simurgh-tickets";
    private static final String USED = "used ";
    private static final String SENT_AWAY = "sent away ";

    private record Entry(String key, Instant at, Instant until) {}

    private final Duration maxAge;
    private final Supplier<Instant> now;
    private final Map<String, Instant> times = new HashMap<>(); // with the next, guarded by this
    private final Queue<Entry> entries = new ArrayDeque<>();
    private volatile @Nullable Node node;

    SpentTickets(Duration maxAge, Supplier<Instant> now) {
        this.maxAge = maxAge;
        this.now = now;
    }

    @Override
    public void start(Endpoint endpoint) {
        Node started = endpoint.node();
        started.addHandler(KIND, this::received);
        node = started;
    }

    @Override
    public void stop() {
        Node stopping = node;
        node = null;
        if (stopping != null) {
            stopping.removeHandler(KIND);
        }
    }

    /** Notes that a ticket is used. Returns whether it is the first time, as far as is known here. */
    boolean use(String id, Instant issued) {
        boolean first = note(USED + id, issued);
        if (first) {
            tell(USED + id, issued);
        }
        return first;
    }

    /** From now on the tickets that a user has are no longer good. */
    void sendAway(String username) {
        Instant at = now.get();
        note(SENT_AWAY + username, at);
        tell(SENT_AWAY + username, at);
    }

    /** Whether a user was sent away when a ticket had been issued already. */
    synchronized boolean isSentAway(String username, Instant issued) {
        Instant at = times.get(SENT_AWAY + username);
        return at != null && !issued.isAfter(at);
    }

    /** @return whether nothing was known of it */
    private synchronized boolean note(String key, Instant at) {
        Instant time = now.get();
        while (!entries.isEmpty() && entries.element().until().isBefore(time)) {
            Entry over = entries.remove();
            times.remove(over.key(), over.at()); // not if there is a later one
        }
        Instant before = times.get(key);
        if (before == null || before.isBefore(at)) {
            times.put(key, at);
            entries.add(new Entry(key, at, at.plus(maxAge)));
        }
        return before == null;
    }

    private void tell(String key, Instant at) {
        Node others = node;
        if (others != null) {
            others.sendToAll(KIND, (at.toEpochMilli() + " " + key).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void received(NodeId from, byte[] message) {
        String[] parts = new String(message, StandardCharsets.UTF_8).split(" ", 2);
        note(parts[1], Instant.ofEpochMilli(Long.parseLong(parts[0])));
    }
}
