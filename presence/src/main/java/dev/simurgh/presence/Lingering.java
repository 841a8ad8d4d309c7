package dev.simurgh.presence;

import dev.simurgh.presence.PresenceOwner.Place;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What of this node stays for a while behind the end of its channel, in case its client comes back. Each can be taken in a time that does not depend on how many
 * there are, and then nothing of it is left. Guarded by the {@link Registry}.
 */
final class Lingering {
    /** Of so many of one place it is looked which has the right meta: a user has a few windows, and thousands of clients have one name at most. */
    private static final int MOST_COMPARED = 32;

    /** Of each place the latest. */
    private final Map<Place, Stay> byPlace = new HashMap<>();

    private @Nullable Stay first; // to end, as all stay equally long
    private @Nullable Stay last;
    private volatile int count; // written under the lock

    private static final class Stay {
        final Slot slot;
        final long until;

        @Nullable
        Stay earlier; // of all

        @Nullable
        Stay later;

        @Nullable
        Stay above; // of the same place: several windows of one user

        @Nullable
        Stay below;

        Stay(Slot slot, long until) {
            this.slot = slot;
            this.until = until;
        }
    }

    /** @param until no earlier than that of those that are here */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock only
    void add(Slot slot, long until) {
        Stay stay = new Stay(slot, until);
        stay.below = byPlace.put(place(slot), stay);
        if (stay.below != null) {
            stay.below.above = stay;
        }
        stay.earlier = last;
        if (last == null) {
            first = stay;
        } else {
            last.later = stay;
        }
        last = stay;
        count++;
    }

    /** One of a place, if there is one: the one with this meta, if it is among the latest. It stays until it is {@linkplain Found#take taken}. */
    @Nullable
    Found find(Place place, byte[] meta) {
        Stay latest = byPlace.get(place);
        Stay stay = latest;
        for (int i = 0; i < MOST_COMPARED && stay != null; i++) {
            if (Arrays.equals(stay.slot.entry().meta, meta)) {
                return new Found(stay);
            }
            stay = stay.below;
        }
        return latest == null ? null : new Found(latest);
    }

    /** Who has come back. */
    final class Found {
        private final Stay stay;

        private Found(Stay stay) {
            this.stay = stay;
        }

        Entry entry() {
            return stay.slot.entry();
        }

        Slot take() {
            return Lingering.this.take(stay);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock only
    private Slot take(Stay stay) {
        if (stay.below != null) {
            stay.below.above = stay.above;
        }
        if (stay.above != null) {
            stay.above.below = stay.below;
        } else if (stay.below != null) {
            byPlace.put(place(stay.slot), stay.below);
        } else {
            byPlace.remove(place(stay.slot));
        }
        if (stay.earlier == null) {
            first = stay.later;
        } else {
            stay.earlier.later = stay.later;
        }
        if (stay.later == null) {
            last = stay.earlier;
        } else {
            stay.later.earlier = stay.earlier;
        }
        count--;
        return stay.slot;
    }

    /** Takes those whose time has come, one by one. */
    Iterator<Slot> takeUntil(long now) {
        return taking(stay -> stay.until - now <= 0);
    }

    /** Takes all, one by one. */
    Iterator<Slot> takeAll() {
        return taking(stay -> true);
    }

    private Iterator<Slot> taking(Predicate<Stay> due) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return first != null && due.test(first);
            }

            @Override
            public Slot next() {
                if (first == null) {
                    throw new NoSuchElementException();
                }
                return take(first);
            }
        };
    }

    /** When the next one is to end. */
    OptionalLong next() {
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.until);
    }

    private static Place place(Slot slot) {
        Entry entry = slot.entry();
        return new Place(entry.topic, entry.key);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** How many stay; for any thread. */
    int count() {
        return count;
    }
}
