package dev.simurgh.presence;

import dev.simurgh.presence.PresenceOwner.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What of this node stays for a while behind the end of its channel, in case its client comes back. Guarded by the {@link Registry}. */
final class Lingering {
    /** In the order in which they are to end, as all stay equally long; with those that have been taken. */
    private final ArrayDeque<Stay> inOrder = new ArrayDeque<>();

    private final Map<Place, Stay> byPlace = new HashMap<>();
    private int count;

    private static final class Stay {
        final long until;

        @Nullable
        Slot slot; // until it is taken

        @Nullable
        Stay next; // of the same place: several windows of one user

        Stay(Slot slot, long until, @Nullable Stay next) {
            this.slot = slot;
            this.until = until;
            this.next = next;
        }
    }

    /** @param until no earlier than that of those that are here */
    void add(Slot slot, long until) {
        Place place = place(slot);
        Stay stay = new Stay(slot, until, byPlace.get(place));
        byPlace.put(place, stay);
        inOrder.add(stay);
        count++;
    }

    /** Takes one of a place, if there is one: the one with this meta, if there is such a one. */
    @Nullable
    Slot take(Place place, byte[] meta) {
        Stay first = byPlace.get(place);
        Stay best = first;
        for (Stay stay = first; stay != null; stay = stay.next) {
            if (stay.slot != null && Arrays.equals(stay.slot.entry().meta, meta)) {
                best = stay;
                break;
            }
        }
        return best == null ? null : take(place, best);
    }

    private @Nullable Slot take(Place place, Stay taken) {
        Stay left = null;
        for (Stay stay = byPlace.remove(place); stay != null; ) {
            Stay next = stay.next;
            if (stay != taken) {
                stay.next = left;
                left = stay;
            }
            stay = next;
        }
        if (left != null) {
            byPlace.put(place, left);
        }
        Slot slot = taken.slot;
        taken.slot = null;
        count--;
        return slot;
    }

    /** Takes all whose time has come. */
    List<Slot> takeUntil(long now) {
        List<Slot> due = new ArrayList<>();
        for (Stay stay = inOrder.peek();
                stay != null && (stay.slot == null || stay.until - now <= 0);
                stay = inOrder.peek()) {
            inOrder.remove();
            if (stay.slot != null) {
                due.add(stay.slot);
                take(place(stay.slot), stay);
            }
        }
        return due;
    }

    List<Slot> takeAll() {
        return inOrder.isEmpty() ? List.of() : takeUntil(inOrder.getLast().until);
    }

    /** When the next one is to end. */
    OptionalLong next() {
        return inOrder.isEmpty() ? OptionalLong.empty() : OptionalLong.of(inOrder.peek().until);
    }

    private static Place place(Slot slot) {
        Entry entry = slot.entry();
        return new Place(entry.topic, entry.key);
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }
}
