package dev.simurgh.server.http;

import java.util.concurrent.atomic.LongAdder;

/** What is in the lobbies of all event loops of a server. For any thread. */
public final class LobbyCounters {
    private final LongAdder guests = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();

    void entered() {
        guests.increment();
    }

    void left() {
        guests.decrement();
    }

    void pinned(int more) {
        bytes.add(more);
    }

    void turnedAway() {
        turnedAway.increment();
    }

    /** How many connections are not admitted. */
    public int guests() {
        return guests.intValue();
    }

    /** How many bytes of theirs are kept. */
    public long pinnedBytes() {
        return bytes.sum();
    }

    /** How many have been turned away for want of room. */
    public long turnedAwayTotal() {
        return turnedAway.sum();
    }
}
