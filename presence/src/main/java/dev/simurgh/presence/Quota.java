package dev.simurgh.presence;

import dev.simurgh.presence.PresenceOwner.Place;
import dev.simurgh.presence.TrackResult.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What may be tracked on this node: so many on a topic, so much in all. Guarded by the {@link Registry}, but for what is counted. */
final class Quota {
    /**
     * What an entry takes beside its topic, key and meta, with its slot, its owner, its places in the room, the log and the lists of who lingers; measured, and rounded up.
     */
    static final int ENTRY_BYTES = 500;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final PresenceOptions options;
    private final long changeNanos;
    private final long roomNanos;
    /** Of joins that are let in, but whose reply is not out. */
    private final Map<String, Reserved> reserved = new HashMap<>();

    private static final class Reserved {
        int metas;
        int bytes;
    }

    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);
    private final AtomicLong bytes = new AtomicLong(); // changed under the lock

    Quota(PresenceOptions options) {
        this.options = options;
        this.changeNanos = SECOND / options.changesPerSecond();
        this.roomNanos = changeNanos * Math.max(options.changesPerSecond(), options.maxPerOwner());
        for (Refusal why : Refusal.values()) {
            refusals.put(why, new LongAdder());
        }
    }

    /** Whether a topic, a key and a meta are too long. By any thread. */
    boolean isTooLarge(Place place, byte[] meta) {
        long chars = (long) place.topic().length() + place.key().length();
        int most = options.maxMetaBytes();
        return chars + meta.length > most
                || (3 * chars + meta.length > most // else it cannot be, however it is encoded
                        && utf8(place.topic()) + utf8(place.key()) + meta.length > most);
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Why a topic takes no entry more; null if there is a place, which is then taken. */
    @Nullable
    Refusal take(@Nullable Room room, Place place, byte[] meta) {
        Reserved coming = reserved.isEmpty() ? null : reserved.get(place.topic());
        int there = (room == null ? 0 : room.entryCount()) + (coming == null ? 0 : coming.metas);
        if (there >= options.maxPerTopic() || isTooLong(room, place, PresenceJson.size(place.key(), meta))) {
            return Refusal.TOPIC_FULL;
        }
        return grow(bytes(place.topic(), place.key(), meta)) ? null : Refusal.NODE_FULL;
    }

    /** Why an entry of a topic cannot grow by so many bytes; null if there is room for them, which is then taken. Less always has room. */
    @Nullable
    Refusal grow(@Nullable Room room, Place place, int more) {
        if (more > 0 && isTooLong(room, place, more)) {
            return Refusal.TOPIC_FULL;
        }
        return grow(more) ? null : Refusal.NODE_FULL;
    }

    /** Whether a topic's list would be too long with so many bytes more. */
    private boolean isTooLong(@Nullable Room room, Place place, int more) {
        Reserved coming = reserved.isEmpty() ? null : reserved.get(place.topic());
        long there = (room == null ? 0 : room.bytes()) + (coming == null ? 0 : coming.bytes);
        return there + more > options.maxTopicBytes();
    }

    /** Whether there is room for so many bytes more, which are then taken. Less always has room. */
    private boolean grow(long more) {
        if (more > 0 && bytes.get() + more > options.maxBytes()) {
            return false;
        }
        bytes.addAndGet(more);
        return true;
    }

    /** As {@link #grow}, but without a limit: for what has its place already. */
    void resize(long more) {
        bytes.addAndGet(more);
    }

    void give(Entry entry) {
        bytes.addAndGet(-bytes(entry.topic, entry.key, entry.meta));
    }

    void give(Place place, byte[] meta) {
        bytes.addAndGet(-bytes(place.topic(), place.key(), meta));
    }

    private static long bytes(String topic, String key, byte[] meta) {
        return (long) ENTRY_BYTES + topic.length() + key.length() + meta.length;
    }

    /** Keeps a place that was taken on a topic until {@link #unreserve}. */
    void reserve(Place place, byte[] meta) {
        Reserved coming = reserved.computeIfAbsent(place.topic(), topic -> new Reserved());
        coming.metas++;
        coming.bytes += PresenceJson.size(place.key(), meta);
    }

    void unreserve(Place place, byte[] meta) {
        reserved.computeIfPresent(place.topic(), (topic, coming) -> {
            coming.metas--;
            coming.bytes -= PresenceJson.size(place.key(), meta);
            return coming.metas == 0 ? null : coming;
        });
    }

    /** Whether an owner may change something now, whose allowance is whole at some time: by the generic cell rate algorithm. */
    boolean maySpend(long wholeAt, long now) {
        return spent(wholeAt, now) - now <= roomNanos;
    }

    /** When the allowance is whole if something is changed now. */
    long spent(long wholeAt, long now) {
        return (wholeAt - now < 0 ? now : wholeAt) + changeNanos;
    }

    TrackResult refused(Refusal why) {
        adder(why).increment();
        return TrackResult.refused(why);
    }

    // What is counted.

    /** How often each was refused, as far as any was. */
    Map<Refusal, Long> refusals() {
        Map<Refusal, Long> all = new EnumMap<>(Refusal.class);
        refusals.forEach((why, count) -> {
            if (count.sum() > 0) {
                all.put(why, count.sum());
            }
        });
        return all;
    }

    long refusals(Refusal why) {
        return adder(why).sum();
    }

    private LongAdder adder(Refusal why) {
        return Objects.requireNonNull(refusals.get(why));
    }

    long bytes() {
        return bytes.get();
    }
}
