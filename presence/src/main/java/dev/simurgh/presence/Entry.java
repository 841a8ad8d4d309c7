package dev.simurgh.presence;

import java.util.Optional;

/**
 * One meta under one key of one topic, as it was tracked or last updated. Immutable: an update makes another entry of the same slot, so whoever reads sees the
 * one or the other.
 */
final class Entry {
    final Origin origin;
    /** The version with which it was first tracked: which of its origin's it is. */
    final long slot;
    /** The number of the change that made it, at its origin. */
    final long version;
    /** The version of the entry before the update; 0 if this is the first. */
    final long previous;

    final String topic;
    final String key;
    /** A JSON object, without the refs. */
    final byte[] meta;

    Entry(Origin origin, long slot, long version, long previous, String topic, String key, byte[] meta) {
        this.origin = origin;
        this.slot = slot;
        this.version = version;
        this.previous = previous;
        this.topic = topic;
        this.key = key;
        this.meta = meta;
    }

    boolean isSlotOf(Entry other) {
        return slot == other.slot && origin.equals(other.origin);
    }

    String ref() {
        return origin.ref(version);
    }

    Optional<String> previousRef() {
        return previous == 0 ? Optional.empty() : Optional.of(origin.ref(previous));
    }

    @Override
    public String toString() {
        return key + "@" + topic + " " + origin + "/" + slot + "/" + version;
    }
}
