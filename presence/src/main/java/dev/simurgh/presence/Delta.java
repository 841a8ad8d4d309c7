package dev.simurgh.presence;

import java.util.List;

/**
 * What has become of a node's entries between two versions: of each slot that has changed in between its latest state, unless it has changed again behind them. Whoever
 * has all up to a version in this range, and takes of it what is newer, has all up to its end.
 *
 * @param from behind this version, or 0
 * @param to up to this version
 * @param base 0; or, if it is a part of everything there is, the version from which on removals are in it. Whoever gets these parts from 0 to the last has not only
 *     to add what is in them, but to remove what is not
 * @param more whether there was more to tell when it was made
 */
record Delta(long from, long to, long base, boolean more, List<Entry> entries, List<Removal> removals) {
    /** The end of a slot, at a version of its own. */
    record Removal(long version, long slot) {}

    /** The same, for those who do not ask for the next. */
    Delta alone() {
        return new Delta(from, to, base, false, entries, removals);
    }

    boolean isFull() {
        return base > 0;
    }
}
