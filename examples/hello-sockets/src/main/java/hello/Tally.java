package hello;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts by name: the business state, which lives outside of any channel.
 *
 * <p>It knows nothing of disks or connections, so a test needs neither. Any thread may ask; {@link TallyStore} alone changes it,
 * and only by what its log has made durable before. Which changes were applied is not remembered here but in the log: its unique
 * index is the one truth about ids, and memory stays as small as the names.
 */
final class Tally {
    /** Names and ids have at most this many characters. */
    static final int MAX_LENGTH = 100;

    /** The largest single change. At this size, the 2^53 that a browser counts to is nine billion changes away. */
    static final long MAX_CHANGE = 1_000_000;

    private final Map<String, Long> counts = new HashMap<>();

    /** One change; its id is chosen by the client, and the same id under the same name is the same change. */
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

    /** Returns the count of a name; 0 for a name never heard of. */
    synchronized long count(String name) {
        return counts.getOrDefault(name, 0L);
    }

    /** Applies a change, and returns the new count of its name. */
    synchronized long apply(Change change) {
        return counts.merge(change.name(), change.by(), Math::addExact);
    }
}
