package dev.simurgh.presence;

import dev.simurgh.presence.Delta.Removal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of the entries of another, which alone changes them. It is shown in the rooms here, or remembered while that node is away.
 *
 * <p>What holds at any time: of each slot whose latest change has a version up to {@link #version} the copy has just that; of others it may have an earlier state, or
 * none. So a delta that begins at or before that version can be taken, whatever was lost, doubled or overtaken in between, and each change of it is taken if it is newer than what
 * is there. For one thread at a time.
 */
final class Copy {
    private final Registry registry;
    private final CopyRoom room;
    private final LongAdder leftOut;
    private final Map<Long, Entry> entries = new HashMap<>();
    private long version;
    private boolean shown = true; // nothing
    private @Nullable Transfer transfer;
    private long missingBytes;
    private volatile int size;

    /** Everything, as it comes in parts. */
    private static final class Transfer {
        final long base;
        long version;
        final Set<Long> slots = new HashSet<>();

        Transfer(long base) {
            this.base = base;
        }
    }

    Copy(Registry registry, CopyRoom room, LongAdder leftOut) {
        this.registry = registry;
        this.room = room;
        this.leftOut = leftOut;
    }

    /** What to ask for next. */
    PresenceMessage.Ask ask() {
        return transfer == null
                ? new PresenceMessage.Ask(version, 0)
                : new PresenceMessage.Ask(transfer.version, transfer.base);
    }

    long version() {
        return version;
    }

    boolean isShown() {
        return shown;
    }

    /** Whether something was left out for want of room; ends with {@link #startOver}. */
    boolean isIncomplete() {
        return missingBytes > 0;
    }

    /** How much was left out, at most: what has changed meanwhile was counted again, and what has ended is still counted. */
    long missingBytes() {
        return missingBytes;
    }

    /** Has everything asked for again. */
    void startOver() {
        version = 0;
        transfer = null;
        missingBytes = 0;
    }

    /** How many entries there are; for any thread. */
    int size() {
        return size;
    }

    /**
     * Takes what of a delta is new.
     *
     * @return whether the delta was the next; if not, something in front of it is missing, or it was there before
     */
    boolean apply(Delta delta) {
        boolean next = delta.isFull()
                ? goesOnWith(delta)
                : delta.from() <= version && version <= delta.to() && transfer == null;
        if (!next) {
            return false;
        }
        if (delta.to() > (transfer == null ? version : transfer.version)) {
            registry.changeEach(delta.entries(), this::put);
            registry.changeEach(delta.removals(), this::remove);
        }
        if (transfer == null) {
            version = delta.to();
        } else {
            transfer.version = delta.to();
            if (!delta.more()) {
                sweep(transfer);
            }
        }
        size = entries.size();
        return true;
    }

    /** A later transfer takes the place of an earlier one, and none brings back what was so before. */
    private boolean goesOnWith(Delta delta) {
        Transfer now = transfer;
        if (delta.from() == 0 && delta.base() > (now == null ? version : now.base)) {
            transfer = new Transfer(delta.base());
            return true;
        }
        return now != null && now.base == delta.base() && delta.from() <= now.version && now.version <= delta.to();
    }

    private void sweep(Transfer whole) {
        List<Entry> gone = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (!whole.slots.contains(entry.slot)) {
                gone.add(entry);
            }
        }
        registry.changeEach(gone, this::drop);
        transfer = null;
        version = whole.version;
    }

    private void put(Registry.Changes changes, Entry next) {
        if (transfer != null) {
            transfer.slots.add(next.slot);
        }
        Entry had = entries.get(next.slot);
        if (had != null && had.version >= next.version) {
            return;
        }
        if (!room.take(next, had)) {
            leftOut.increment();
            missingBytes += CopyRoom.bytes(next);
            return;
        }
        entries.put(next.slot, next);
        if (!shown) {
            return;
        }
        if (had == null) {
            changes.add(next);
        } else if (had.topic.equals(next.topic) && had.key.equals(next.key)) {
            changes.replace(had, next);
        } else { // no node does so
            changes.remove(had);
            changes.add(next);
        }
    }

    private void remove(Registry.Changes changes, Removal removal) {
        Entry had = entries.get(removal.slot());
        if (had != null) { // a slot that has ended does not come back
            drop(changes, had);
        }
    }

    private void drop(Registry.Changes changes, Entry entry) {
        entries.remove(entry.slot);
        room.give(entry);
        if (shown) {
            changes.remove(entry);
        }
    }

    /** Takes it out of the rooms, and remembers it. */
    void hide() {
        transfer = null;
        if (shown) {
            shown = false;
            registry.changeEach(entries.values(), Registry.Changes::remove);
        }
    }

    void show() {
        if (!shown) {
            shown = true;
            registry.changeEach(entries.values(), Registry.Changes::add);
        }
    }

    /** Takes it out of the rooms, and remembers nothing. */
    void forget() {
        registry.changeEach(List.copyOf(entries.values()), this::drop);
        size = 0;
        shown = true; // nothing
        startOver();
    }
}
