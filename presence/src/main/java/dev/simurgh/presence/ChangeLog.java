package dev.simurgh.presence;

import dev.simurgh.presence.Delta.Removal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is tracked on this node, in the order in which it has changed last, and what was removed last: so that others who have all up to some version can be told
 * what is new since. Nothing in it grows with time. Guarded by the {@link Registry}.
 */
final class ChangeLog {
    /** So many items in a delta at most: it is put together under the lock. */
    static final int MAX_ITEMS = 2_000;

    private static final int ITEM_BYTES = 24;

    private final TreeMap<Long, Entry> live = new TreeMap<>();
    private final Removals removals;
    private final int maxDeltaBytes;
    private volatile long version;
    private volatile int size; // written under the lock

    /** @param maxDeltaBytes how long a delta is to be, as near as may be: it has one item at least */
    ChangeLog(int maxRemovalBytes, int maxDeltaBytes) {
        this.removals = new Removals(maxRemovalBytes);
        this.maxDeltaBytes = maxDeltaBytes;
    }

    /** The number of the latest change; for any thread. */
    long version() {
        return version;
    }

    /** Takes the number of the next change. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    long next() {
        return ++version;
    }

    void added(Entry entry) {
        live.put(entry.version, entry);
        size = live.size();
    }

    void replaced(Entry before, Entry after) {
        live.remove(before.version);
        live.put(after.version, after);
    }

    void removed(Entry entry) {
        live.remove(entry.version);
        size = live.size();
        removals.add(next(), entry.slot);
    }

    /** How much is tracked; for any thread. */
    int size() {
        return size;
    }

    /** What has changed behind a version; null if that cannot be told any more, since there were too many removals. */
    @Nullable
    Delta since(long since) {
        return since < removals.forgotten() ? null : delta(since, 0);
    }

    /**
     * What to tell another node next.
     *
     * @param since what it has; 0 if nothing, and then removals from before now are none of its business
     * @param base that of the delta before, if it is getting everything
     */
    Delta answer(long since, long base) {
        boolean goesOn = since > 0 && since <= version && removals.forgotten() <= Math.max(since, base);
        return goesOn ? delta(since, base) : delta(0, version);
    }

    private Delta delta(long since, long base) {
        List<Entry> entries = new ArrayList<>();
        List<Removal> removed = new ArrayList<>();
        Iterator<Entry> left = live.tailMap(since, false).values().iterator();
        Entry next = next(left);
        int removal = removals.after(Math.max(since, base));
        long to = since;
        int items = 0;
        for (long bytes = 0; bytes < maxDeltaBytes && items < MAX_ITEMS; items++) {
            if (next != null && (removal == removals.size() || next.version < removals.version(removal))) {
                entries.add(next);
                to = next.version;
                bytes += ITEM_BYTES + next.topic.length() + next.key.length() + next.meta.length;
                next = next(left);
            } else if (removal < removals.size()) {
                to = removals.version(removal);
                removed.add(new Removal(to, removals.slot(removal++)));
                bytes += ITEM_BYTES / 2;
            } else {
                return new Delta(since, version, base, false, entries, removed);
            }
        }
        return new Delta(since, to, base, true, entries, removed);
    }

    private static @Nullable Entry next(Iterator<Entry> left) {
        return left.hasNext() ? left.next() : null;
    }
}
