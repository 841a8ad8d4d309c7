package dev.simurgh.cluster.jgroups;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.PingData;

/**
 * What a node that starts hears of others, and what follows from it: whom it joins, or that it starts alone. It ends after
 * {@link #PATIENCE} at the latest, whatever the others do. Who starts alone looks on, and clusters that meet merge.
 *
 * <p>A coordinator that is heard is joined at once. Of nodes that all only start, the one with the lowest address becomes coordinator
 * after a short while, and the others, which ask on, find it. What a node says replaces what it has said before: JGroups itself keeps what
 * it has heard first, and so waits for ever for a node to become coordinator that has long been one, but has nobody as contact.
 */
final class Arrival {
    /** With the time to join ({@link Stack}), two seconds. */
    static final Duration PATIENCE = Duration.ofMillis(1_200);
    /** For nodes that start in the same moment to hear each other, and one of them perhaps a cluster. */
    static final Duration SETTLING = Duration.ofMillis(300);

    /** A message is lost when two nodes connect to each other at the same time, and who has started may be coordinator soon. */
    static final Duration PAUSE = Duration.ofMillis(200);

    private final Address self;
    private final long since;
    private final Map<Address, PingData> heard = new LinkedHashMap<>();
    private long nextQuestion;

    Arrival(Address self, long now) {
        this.self = self;
        since = now;
        nextQuestion = now;
    }

    /** Takes what a node says of itself. */
    synchronized void hear(PingData node) {
        if (!node.getAddress().equals(self)) {
            heard.put(node.getAddress(), node);
            notifyAll();
        }
    }

    synchronized boolean isOver(long now) {
        long age = now - since;
        return age >= PATIENCE.toNanos()
                || coordinator().isPresent()
                || (age >= SETTLING.toNanos() && !heard.isEmpty() && isFirst());
    }

    private boolean isFirst() {
        return heard.keySet().stream().allMatch(other -> self.compareTo(other) < 0);
    }

    /** Whom to join; empty, when it is over, for being alone. */
    synchronized Optional<PingData> coordinator() {
        return heard.values().stream().filter(PingData::isCoord).findFirst();
    }

    /** Whether to ask now; a yes is told once. */
    synchronized boolean asks(long now) {
        boolean due = now - nextQuestion >= 0;
        if (due) {
            nextQuestion = now + PAUSE.toNanos();
        }
        return due;
    }

    /** Where those are that have been heard: perhaps nobody else tells how far they are. */
    synchronized List<PhysicalAddress> addresses() {
        return Contacts.addresses(heard.values());
    }

    /** Waits until something is heard, or some time has passed. */
    synchronized void await() throws InterruptedException {
        TimeUnit.MILLISECONDS.timedWait(this, 50);
    }
}
