package dev.simurgh.journal;

import dev.simurgh.journal.spi.Write;

/**
 * Entries that this process has stored.
 *
 * @param last the position of the last of them; those before it come right before it, and are of the same epoch
 */
record Stored(Write.Append append, Position last) {
    /** The offset of the first of them. */
    long first() {
        return last.offset() - append.entries().size() + 1;
    }
}
