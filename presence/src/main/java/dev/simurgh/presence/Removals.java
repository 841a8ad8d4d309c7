package dev.simurgh.presence;

import java.util.Arrays;

/**
 * Which slots of this node were removed last, by version: what another node has to be told that was away for a while. The oldest give way when there are too
 * many, and whoever was away for longer than what is left gets everything instead. Guarded by the {@link Registry}.
 */
final class Removals {
    /** A version and a slot. */
    private static final int BYTES_EACH = 2 * Long.BYTES;

    private static final int FEW = 16;

    private final int most;
    private long[] versions = new long[FEW];
    private long[] slots = new long[FEW];
    private int first;
    private int size;
    private long forgotten;

    Removals(int maxBytes) {
        most = Math.max(1, maxBytes / BYTES_EACH);
    }

    /** Adds one, whose version is higher than that of any other. */
    void add(long version, long slot) {
        if (size == most) {
            forgotten = versions[first];
            first = (first + 1) % versions.length;
            size--;
        } else if (size == versions.length) {
            grow(Math.min(most, size * 2));
        }
        int at = at(size++);
        versions[at] = version;
        slots[at] = slot;
    }

    private void grow(int capacity) {
        long[] moreVersions = new long[capacity];
        long[] moreSlots = new long[capacity];
        for (int i = 0; i < size; i++) {
            moreVersions[i] = version(i);
            moreSlots[i] = slot(i);
        }
        versions = moreVersions;
        slots = moreSlots;
        first = 0;
    }

    private int at(int index) {
        return (first + index) % versions.length;
    }

    /** The index of the first one with a higher version; {@link #size} if there is none. */
    int after(long version) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (version(middle) <= version) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    long version(int index) {
        return versions[at(index)];
    }

    long slot(int index) {
        return slots[at(index)];
    }

    int size() {
        return size;
    }

    /** All removals with a higher version than this are there. */
    long forgotten() {
        return forgotten;
    }

    @Override
    public String toString() {
        return size + " above " + forgotten + " of " + Arrays.toString(versions);
    }
}
