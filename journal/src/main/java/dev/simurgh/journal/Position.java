package dev.simurgh.journal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a stream: behind the entry with this offset, or at the very beginning if the offset is 0. The epoch says in which life of the
 * store that entry was written, so that a place in a history that no longer exists is told from one in this: see ADR 0026. To clients
 * a position is a text, {@code epoch:offset}, in which they do not look.
 *
 * @param epoch 1 to 32 letters from a to z and digits
 * @param offset at least 0; the first entry of a stream has 1
 */
public record Position(String epoch, long offset) {
    private static final Pattern FORM = Pattern.compile("([0-9a-z]{1,32}):(0|[1-9][0-9]{0,17})");

    private static final long MAX_OFFSET = 999_999_999_999_999_999L; // what the form has room for

    /**
     * Checks both.
     *
     * @throws IllegalArgumentException if one is malformed
     */
    public Position {
        if (offset < 0 || offset > MAX_OFFSET || !isEpoch(epoch)) {
            throw new IllegalArgumentException(
                    "position: " + epoch + ":" + offset + " (expected: epoch:offset, such as k3x9:17)");
        }
    }

    /** By hand, since each entry that is stored or read has one. */
    private static boolean isEpoch(String epoch) {
        int length = epoch.length();
        for (int i = 0; i < length; i++) {
            char c = epoch.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
                return false;
            }
        }
        return length >= 1 && length <= 32;
    }

    /** Reads what {@link #toString} gives; empty if the text is anything else, since it comes from clients. */
    public static Optional<Position> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Position(matcher.group(1), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return epoch + ":" + offset;
    }
}
