package dev.simurgh.presence;

import dev.simurgh.presence.TrackResult.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Somebody who is present on topics: a channel, or what is no channel, such as a job or a device. What it has tracked ends with it. Methods may be called from any
 * thread, and none blocks.
 */
public final class PresenceOwner implements AutoCloseable {
    private final Tracking tracking;
    private final Map<Place, Slot> slots = new HashMap<>(2); // guarded by this
    private boolean ended;

    record Place(String topic, String key) {}

    PresenceOwner(Tracking tracking) {
        this.tracking = tracking;
    }

    /**
     * Tracks a key on a topic. The meta is a record, a map or whatever the codec encodes as a JSON object.
     *
     * @throws IllegalArgumentException if the meta is no JSON object
     * @throws dev.simurgh.protocol.PayloadException if it cannot be encoded
     */
    public TrackResult track(String topic, String key, Object meta) {
        byte[] json = tracking.encoded(meta);
        Place place = new Place(topic, key);
        synchronized (this) {
            if (ended) {
                return TrackResult.refused(Refusal.ENDED);
            }
            if (slots.containsKey(place)) {
                return TrackResult.refused(Refusal.ALREADY_TRACKED);
            }
            Slot slot = tracking.add(topic, key, json);
            slots.put(place, slot);
            return TrackResult.done(slot.entry().ref());
        }
    }

    /** Replaces the meta of a tracked key. Throws as {@link #track}. */
    public TrackResult update(String topic, String key, Object meta) {
        return update(topic, key, old -> meta);
    }

    /** Replaces the meta of a tracked key by what is made of the old one; the function is called under a lock, and must be short. Throws as {@link #track}. */
    public TrackResult update(String topic, String key, Function<Meta, Object> change) {
        synchronized (this) {
            Slot slot = slots.get(new Place(topic, key));
            if (slot == null) {
                return TrackResult.refused(ended ? Refusal.ENDED : Refusal.NOT_TRACKED);
            }
            tracking.update(slot, tracking.encoded(change.apply(tracking.meta(slot.entry()))));
            return TrackResult.done(slot.entry().ref());
        }
    }

    /** Ends the tracking of a key on a topic. */
    public TrackResult untrack(String topic, String key) {
        synchronized (this) {
            Slot slot = slots.remove(new Place(topic, key));
            if (slot == null) {
                return TrackResult.refused(ended ? Refusal.ENDED : Refusal.NOT_TRACKED);
            }
            tracking.remove(List.of(slot));
            return TrackResult.done(null);
        }
    }

    /** Ends all that it has tracked; nothing more is tracked then. Harmless when repeated. */
    @Override
    public void close() {
        synchronized (this) {
            ended = true;
            tracking.remove(List.copyOf(slots.values()));
            slots.clear();
        }
    }
}
