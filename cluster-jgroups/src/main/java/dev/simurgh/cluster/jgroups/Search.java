package dev.simurgh.cluster.jgroups;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jgroups.PhysicalAddress;

/** A node that is looked for. */
final class Search {
    /** Who leaves politely has gone by then. */
    private static final Duration FIRST_PAUSE_OF_LOST = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE_OF_LOST = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE_OF_GIVEN = Duration.ofSeconds(2);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final Duration REMEMBERED = Duration.ofDays(1);

    /** Why it is looked for. */
    enum Reason {
        GIVEN,
        LOST,
        WANTED
    }

    record Key(Reason reason, Contact contact) {}

    final Key key;
    final CompletableFuture<Void> over = new CompletableFuture<>();
    /** Where it was looked for last. */
    volatile List<PhysicalAddress> addresses = List.of();
    /** Whether it is being asked for. */
    volatile boolean asks;

    private final long since = System.nanoTime();
    private long next = since;

    Search(Key key) {
        this.key = key;
        if (key.reason() == Reason.LOST) {
            next += FIRST_PAUSE_OF_LOST.toNanos();
        }
    }

    /** Whether it is time to ask. */
    boolean begins(long now) {
        if (asks || now - next < 0) {
            return false;
        }
        asks = true;
        next = now + pause(now - since);
        return true;
    }

    /** Who has been away for long is looked for seldom. */
    private long pause(long age) {
        Duration longest = switch (key.reason()) {
            case WANTED -> SHORTEST_PAUSE;
            case GIVEN -> LONGEST_PAUSE_OF_GIVEN;
            case LOST -> LONGEST_PAUSE_OF_LOST;
        };
        return Math.max(SHORTEST_PAUSE.toNanos(), Math.min(age / 4, longest.toNanos()));
    }

    boolean isTooOld(long now, Duration connecting) {
        Duration limit = key.reason() == Reason.WANTED ? connecting : REMEMBERED;
        return key.reason() != Reason.GIVEN && now - since > limit.toNanos();
    }
}
