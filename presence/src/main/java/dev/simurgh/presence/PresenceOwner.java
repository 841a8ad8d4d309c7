package dev.simurgh.presence;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is present on topics: a channel, or what is no channel, such as a job or a device. What it has tracked ends with it. Methods may be called from any
 * thread, and none blocks. What a client can cause, and a limit that is reached, is a result and no exception.
 */
public final class PresenceOwner implements AutoCloseable {
    private final Owners owners;
    private Map<Place, Slot> slots = Map.of(); // as all that follows: for Owners, under the lock of the registry
    private List<Reservation> reservations = List.of();
    private boolean ended;
    private long wholeAt;

    /** In an order, so that keys which clients have chosen for their hashes are found as fast as others in a {@link HashMap}. */
    record Place(String topic, String key) implements Comparable<Place> {
        /** Half a surrogate pair is no character: clients and other nodes would get another one, and so it is that everywhere. */
        Place {
            Objects.requireNonNull(topic, "topic: null (expected: a text)");
            Objects.requireNonNull(key, "key: null (expected: a text, such as a user's id)");
            key = isWhole(key) ? key : new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        }

        @Override
        public int compareTo(Place other) {
            int byKey = key.compareTo(other.key);
            return byKey != 0 ? byKey : topic.compareTo(other.topic);
        }

        private static boolean isWhole(String key) {
            for (int i = 0; i < key.length(); i++) {
                if (Character.isSurrogate(key.charAt(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    PresenceOwner(Owners owners, long now) {
        this.owners = owners;
        this.wholeAt = now;
    }

    /**
     * Tracks a key on a topic. The meta is a record, a map or whatever the codec encodes as a JSON object.
     *
     * @throws IllegalArgumentException if the meta is no JSON object
     * @throws dev.simurgh.protocol.PayloadException if it cannot be encoded
     */
    public TrackResult track(String topic, String key, Object meta) {
        return owners.track(this, new Place(topic, key), owners.encoded(meta));
    }

    /** Replaces the meta of a tracked key. Throws as {@link #track}. */
    public TrackResult update(String topic, String key, Object meta) {
        return owners.update(this, new Place(topic, key), owners.encoded(meta));
    }

    /**
     * Replaces the meta of a tracked key by what is made of the old one. The function is called once, or again if the meta has been replaced meanwhile. Throws as
     * {@link #track}, and what the function throws.
     */
    public TrackResult update(String topic, String key, Function<Meta, Object> change) {
        return owners.update(this, new Place(topic, key), change);
    }

    /** Ends the tracking of a key on a topic. */
    public TrackResult untrack(String topic, String key) {
        return owners.untrack(this, new Place(topic, key));
    }

    /** Ends all that it has tracked, at once; nothing more is tracked then. Harmless when repeated. */
    @Override
    public void close() {
        owners.close(this, false);
    }

    /** As {@link #close}, for who may come back: what it has tracked stays for the grace time. */
    void breakOff() {
        owners.close(this, true);
    }

    // For Owners, under the lock of the registry.

    boolean hasEnded() {
        return ended;
    }

    int size() {
        return slots.size() + reservations.size();
    }

    boolean has(Place place) {
        return slots.containsKey(place) || reservation(place) != null;
    }

    @Nullable
    Slot slot(Place place) {
        return slots.get(place);
    }

    /** Nearly all have one thing only, which takes less room so. */
    void hold(Place place, Slot slot) {
        if (slots.isEmpty()) {
            slots = Map.of(place, slot);
        } else {
            if (slots.size() == 1) {
                slots = new HashMap<>(slots);
            }
            slots.put(place, slot);
        }
    }

    void release(Place place) {
        if (slots.size() == 1) {
            slots = Map.of();
        } else {
            slots.remove(place);
        }
    }

    @Nullable
    Reservation reservation(Place place) {
        for (Reservation reservation : reservations) {
            if (reservation.place.equals(place)) {
                return reservation;
            }
        }
        return null;
    }

    void reserve(Reservation reservation) {
        List<Reservation> more = new ArrayList<>(reservations);
        more.add(reservation);
        reservations = more;
    }

    void drop(Reservation reservation) {
        reservations =
                reservations.stream().filter(other -> other != reservation).toList();
    }

    Collection<Slot> slots() {
        return slots.values();
    }

    List<Reservation> reservations() {
        return reservations;
    }

    void end() {
        ended = true;
        slots = Map.of();
        reservations = List.of();
    }

    long wholeAt() {
        return wholeAt;
    }

    void wholeAt(long next) {
        wholeAt = next;
    }
}
