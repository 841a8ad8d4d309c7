package dev.simurgh.presence;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Who is on one topic. Written under the lock of the {@link Registry}; read by any thread, without waiting. */
final class Room {
    final String topic;
    /** An {@link Entry}, or an array of several: nearly all keys have one meta. Replaced, never changed. */
    private final ConcurrentHashMap<String, Object> members = new ConcurrentHashMap<>();

    /** How many entries there are; written under the lock. */
    private final AtomicInteger entries = new AtomicInteger();

    final DiffFeed diffs;

    Room(String topic, DiffFeed diffs) {
        this.topic = topic;
        this.diffs = diffs;
    }

    // Under the lock.

    void add(Entry entry) {
        members.merge(entry.key, entry, (had, added) -> with(entries(had), (Entry) added));
        entries.incrementAndGet();
    }

    void replace(Entry before, Entry after) {
        members.compute(after.key, (key, had) -> {
            Entry[] now = entries(had).clone();
            for (int i = 0; i < now.length; i++) {
                if (now[i] == before) {
                    now[i] = after;
                }
            }
            return now.length == 1 ? now[0] : now;
        });
    }

    void remove(Entry entry) {
        members.computeIfPresent(entry.key, (key, had) -> without(entries(had), entry));
        entries.decrementAndGet();
    }

    private static Object with(Entry[] had, Entry added) {
        Entry[] more = Arrays.copyOf(had, had.length + 1);
        more[had.length] = added;
        return more;
    }

    private static @Nullable Object without(Entry[] had, Entry gone) {
        Entry[] left = Arrays.stream(had).filter(entry -> entry != gone).toArray(Entry[]::new);
        return left.length == 0 ? null : left.length == 1 ? left[0] : left;
    }

    // For any thread.

    private static Entry[] entries(Object value) {
        return value instanceof Entry entry ? new Entry[] {entry} : (Entry[]) value;
    }

    List<Entry> get(String key) {
        Object value = members.get(key);
        return value == null ? List.of() : List.of(entries(value));
    }

    /** Goes through all keys; each as it is when its turn comes. */
    void each(BiConsumer<String, List<Entry>> visitor) {
        members.forEach((key, value) -> visitor.accept(key, List.of(entries(value))));
    }

    int keyCount() {
        return members.size();
    }

    int entryCount() {
        return entries.get();
    }
}
