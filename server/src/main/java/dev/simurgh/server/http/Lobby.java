package dev.simurgh.server.http;

import dev.simurgh.channel.Limit;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * The connections of one event loop that are not admitted, with what they pin: those whose turn it is, to send a whole
 * request, to take an answer or to hang up, oldest first, and those for which the server works. For one thread, as the
 * loop's.
 *
 * <p>If there are too many, the one goes that has waited longest, unless that is not long: then many come at once, and
 * if the oldest went, nobody would ever get through. But then one between two requests goes, since it can come again for its next:
 * when many polls are answered at once, all of them are here for a moment. If they pin too much, the oldest goes that pins anything.
 */
final class Lobby {
    private final int maxGuests;
    private final long maxBytes;
    private final int patienceTicks;
    private final IntSupplier now;
    private final LobbyCounters counters;
    /** Whose turn it is, and since when. */
    private final Map<Guest, Integer> waiting = new LinkedHashMap<>();
    /** Of those, who may be between two requests. */
    private final Set<Guest> idle = new LinkedHashSet<>();

    private int guests;
    private long bytes;

    /** A connection that is not admitted. */
    interface Guest {
        /** How many bytes of it are kept here. */
        int pinnedBytes();

        /** Whether it has its answer, and has asked for nothing since. */
        default boolean isIdle() {
            return false;
        }

        /** Ends it, for want of room, which the limit says. It has left the lobby when this returns. */
        void turnAway(Limit limit);
    }

    /**
     * Makes an empty one.
     *
     * @param patienceTicks how long a connection may have waited before it can be the one that goes
     */
    Lobby(int maxGuests, long maxBytes, int patienceTicks, IntSupplier now, LobbyCounters counters) {
        this.maxGuests = maxGuests;
        this.maxBytes = maxBytes;
        this.patienceTicks = patienceTicks;
        this.now = now;
        this.counters = counters;
    }

    void enter(Guest guest) {
        guests++;
        counters.entered();
        waiting.put(guest, now.getAsInt());
        if (guests > maxGuests) {
            Guest oldest = waiting.keySet().iterator().next();
            turnAway(isPatient(oldest) ? oldest : oldestIdle().orElse(guest), Limit.PENDING_CONNECTIONS);
        }
    }

    /**
     * A guest is back that had left while it waited for something: it has its answer now, so it is not turned away for want of
     * room, but another that keeps others waiting may be.
     */
    void comeBack(Guest guest) {
        guests++;
        counters.entered();
        Guest oldest = waiting.isEmpty() ? null : waiting.keySet().iterator().next();
        waiting.put(guest, now.getAsInt());
        if (guests > maxGuests && oldest != null && isPatient(oldest)) {
            turnAway(oldest, Limit.PENDING_CONNECTIONS);
        }
    }

    private boolean isPatient(Guest guest) {
        return now.getAsInt() - waiting.getOrDefault(guest, now.getAsInt()) >= patienceTicks;
    }

    private Optional<Guest> oldestIdle() {
        for (Iterator<Guest> each = idle.iterator(); each.hasNext(); ) {
            Guest guest = each.next();
            if (guest.isIdle()) {
                return Optional.of(guest);
            }
            each.remove(); // it has begun its next request meanwhile
        }
        return Optional.empty();
    }

    /** It has its answer, and it is its turn to ask again. */
    void idle(Guest guest) {
        turnOf(guest);
        idle.remove(guest); // behind all others
        idle.add(guest);
    }

    /** A whole request is here: it is not the guest who keeps others waiting now. */
    void requestBegun(Guest guest) {
        waiting.remove(guest);
        idle.remove(guest);
    }

    /** From now on it is the guest who keeps others waiting: by what it does not take, or does not send. */
    void turnOf(Guest guest) {
        waiting.remove(guest); // behind all others
        waiting.put(guest, now.getAsInt());
    }

    /** A guest pins more than before, or less. */
    void pins(Guest guest, int more) {
        bytes += more;
        counters.pinned(more);
        while (more > 0 && bytes > maxBytes && guest.pinnedBytes() > 0) {
            turnAway(oldestThatPins(guest), Limit.PENDING_BYTES);
        }
    }

    private Guest oldestThatPins(Guest otherwise) {
        for (Iterator<Guest> each = waiting.keySet().iterator(); each.hasNext(); ) {
            Guest guest = each.next();
            if (guest.pinnedBytes() > 0) {
                return guest;
            }
        }
        return otherwise;
    }

    private void turnAway(Guest guest, Limit limit) {
        counters.turnedAway();
        guest.turnAway(limit);
    }

    /** A guest has been admitted, or has gone. */
    void leave(Guest guest) {
        waiting.remove(guest);
        idle.remove(guest);
        guests--;
        counters.left();
    }
}
