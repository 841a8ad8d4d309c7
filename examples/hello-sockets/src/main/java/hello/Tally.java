package hello;

import dev.simurgh.journal.Decision;
import dev.simurgh.journal.DurableSpec;
import dev.simurgh.journal.Retention;

/**
 * A count: business state, which lives outside of any channel. It is what its events in the journal make of it, so that it survives kill -9 and
 * is the same on all nodes. It knows nothing of disks or connections, so a test needs neither.
 */
record Tally(long count) {
    /** Names and ids have at most this many characters. */
    static final int MAX_LENGTH = 100;

    /** The largest single change. At this size, the 2^53 that a browser counts to is nine billion changes away. */
    static final long MAX_CHANGE = 1_000_000;

    /** Each tally is a topic, and the events of its journal are what those hear who have joined. Who joins gets the newest. */
    static final String TOPICS = "tally:*";

    static final Retention RETENTION =
            Retention.builder().maxEntries(1_000).lastValue().build();

    private static final int SNAPSHOT_EVERY = 100;

    /** What happened: by how much it was changed, and to what. */
    record Counted(long by, long count) {}

    /** A change that somebody asks for; its id is chosen by the client, and the same id under the same name is the same change. */
    record Change(String name, long by, String id) {
        /**
         * Checks the bounds.
         *
         * @throws IllegalArgumentException if a part is out of bounds; the message names it
         */
        Change {
            check("name", name);
            check("id", id);
            if (by == 0 || by < -MAX_CHANGE || by > MAX_CHANGE) {
                throw new IllegalArgumentException(
                        "by: " + by + " (expected: from -" + MAX_CHANGE + " to " + MAX_CHANGE + ", but not 0)");
            }
        }

        private static void check(String what, String text) {
            if (text.isBlank() || text.length() > MAX_LENGTH) {
                throw new IllegalArgumentException(what + ": "
                        + (text.length() > MAX_LENGTH ? text.length() + " characters" : "blank")
                        + " (expected: 1 to " + MAX_LENGTH + " characters, not all blank)");
            }
        }
    }

    static DurableSpec<Tally, Counted> spec() {
        return DurableSpec.builder(new Tally(0), Tally::after)
                .event("count", Counted.class)
                .snapshot(SNAPSHOT_EVERY, Tally.class)
                .build();
    }

    /** Decides what happens, and changes nothing: that is for {@link #after}, once it is stored. */
    Decision<Counted, Counted> add(Change change) {
        Counted counted = new Counted(change.by(), Math.addExact(count, change.by()));
        return Decision.event(counted, counted);
    }

    private Tally after(Counted counted) {
        return new Tally(counted.count());
    }
}
