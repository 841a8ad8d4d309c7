package dev.simurgh.presence;

import dev.simurgh.presence.PresenceOwner.Place;
import org.jspecify.annotations.Nullable;

/** A place for what is tracked when the reply to its join is out. */
final class Reservation {
    final Place place;
    final byte[] meta;
    /** What has lingered there, and is taken over then. */
    final @Nullable Slot lingering;

    Reservation(Place place, byte[] meta, @Nullable Slot lingering) {
        this.place = place;
        this.meta = meta;
        this.lingering = lingering;
    }
}
