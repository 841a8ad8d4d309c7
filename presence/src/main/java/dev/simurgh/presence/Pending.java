package dev.simurgh.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the slots of a room since somebody was told last: of each the entry that he knows and the one that is there now. What came and went
 * meanwhile is nothing, and an update of an update is one. Guarded by the room.
 */
final class Pending {
    /** From so many on they are looked up by their slots. */
    private static final int MANY = 8;

    private final boolean coalesces;
    private @Nullable List<Change> changes; // null while there are none
    private @Nullable Map<SlotKey, Change> bySlot; // once there are many

    private record SlotKey(Origin origin, long slot) {
        static SlotKey of(Entry entry) {
            return new SlotKey(entry.origin, entry.slot);
        }
    }

    /** What has become of one slot. */
    static final class Change {
        /** Any entry of the slot. */
        private final Entry slot;

        final @Nullable Entry before;
        private @Nullable Entry after;
        /** With which change of the registry it began. */
        final long batch;

        private Change(Entry slot, @Nullable Entry before, @Nullable Entry after, long batch) {
            this.slot = slot;
            this.before = before;
            this.after = after;
            this.batch = batch;
        }

        @Nullable
        Entry after() {
            return after;
        }

        String key() {
            return slot.key;
        }

        /** Whether its key has one for the other. */
        boolean isUpdate() {
            return before != null && after != null && before.key.equals(after.key);
        }

        /** Also if the slot has gone and come back, as another object: its node was away for a moment. */
        private boolean isNothing() {
            if (before == null || after == null) {
                return before == after;
            }
            return before.version == after.version;
        }
    }

    /** @param coalesces whether changes of one slot become one; else each is told */
    Pending(boolean coalesces) {
        this.coalesces = coalesces;
    }

    /** Notes that an entry was added, replaced or removed; one of the two is there. */
    void note(@Nullable Entry before, @Nullable Entry after, long batch) {
        Entry entry = before != null ? before : after;
        if (entry == null) {
            return;
        }
        if (changes == null) {
            changes = new ArrayList<>(1);
        }
        Change known = coalesces ? find(changes, entry) : null;
        if (known != null) {
            known.after = after;
            return;
        }
        Change change = new Change(entry, before, after, batch);
        changes.add(change);
        if (coalesces && changes.size() > MANY) {
            index(changes, change);
        }
    }

    private void index(List<Change> all, Change last) {
        if (bySlot == null) {
            bySlot = new HashMap<>(4 * MANY);
            all.forEach(change -> bySlot.put(SlotKey.of(change.slot), change));
        } else {
            bySlot.put(SlotKey.of(last.slot), last);
        }
    }

    private @Nullable Change find(List<Change> all, Entry entry) {
        if (bySlot != null) {
            return bySlot.get(SlotKey.of(entry));
        }
        for (Change change : all) {
            if (change.slot.isSlotOf(entry)) {
                return change;
            }
        }
        return null;
    }

    /** What has become of the slot of an entry; null if nothing. */
    @Nullable
    Change of(Entry entry) {
        return changes == null ? null : find(changes, entry);
    }

    /** By key, what of it is known and not there any more. */
    Map<String, List<Entry>> gone() {
        Map<String, List<Entry>> gone = new LinkedHashMap<>();
        for (Change change : changes == null ? List.<Change>of() : changes) {
            Entry before = change.before;
            if (before != null && !change.isUpdate()) {
                gone.computeIfAbsent(before.key, key -> new ArrayList<>(1)).add(before);
            }
        }
        return gone;
    }

    boolean isEmpty() {
        return changes == null;
    }

    int size() {
        return changes == null ? 0 : changes.size();
    }

    /** Takes all that is to be told. */
    List<Change> take() {
        List<Change> taken = changes;
        if (taken == null) {
            return List.of();
        }
        changes = null;
        bySlot = null;
        if (coalesces) {
            taken.removeIf(Change::isNothing);
        }
        return taken;
    }
}
