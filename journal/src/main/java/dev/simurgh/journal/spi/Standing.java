package dev.simurgh.journal.spi;

import dev.simurgh.journal.Position;

/**
 * Where a stream stands, and what a position in it is worth.
 *
 * @param head of the last entry, or of the beginning if there never was one
 * @param since what was asked about
 */
public record Standing(Position head, Verdict since) {
    /** What is known of a position. */
    public enum Verdict {
        /** Nothing was asked. */
        NONE,
        /** Everything behind it is there. */
        COMPLETE,
        /** Some of what was behind it has been trimmed. */
        TRIMMED,
        /** It is of another history: another epoch, or behind the last entry. */
        UNKNOWN
    }
}
