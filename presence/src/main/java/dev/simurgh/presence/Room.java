package dev.simurgh.presence;

import dev.simurgh.presence.Pending.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is on one topic. Changed under the lock of the {@link Registry} and its own, with which goes what its feeds have still to tell: so whoever holds its
 * lock sees the members as they are when all of that is told, and as they were before. Read by any thread, without waiting.
 */
final class Room {
    final String topic;
    /** Whether it began with what another node has tracked. */
    final boolean byCopy;
    /** An {@link Entry}, or an array of several: nearly all keys have one meta. Replaced, never changed. */
    private final ConcurrentHashMap<String, Object> members = new ConcurrentHashMap<>(1);

    private volatile int entries; // written under the lock
    private volatile int own; // as well
    private long bytes; // guarded by the registry
    private long lastBatch; // guarded by the registry
    private final DiffFeed diffs;
    private final @Nullable ListenerFeed heard; // only if somebody listens

    Room(String topic, boolean byCopy, Feeds feeds, Registry registry) {
        this.topic = topic;
        this.byCopy = byCopy;
        this.diffs = new DiffFeed(this, feeds, registry);
        this.heard = feeds.listener == null ? null : new ListenerFeed(this, feeds, feeds.listener, registry);
    }

    DiffFeed diffs() {
        return diffs;
    }

    /**
     * Adds, replaces or removes an entry, under the lock of the registry. One of the two is there.
     *
     * @param more how many more are tracked on this node
     */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // there is one writer at a time
    synchronized void change(@Nullable Entry before, @Nullable Entry after, long batch, int more) {
        if (after == null) {
            remove(before);
            entries--;
        } else if (before == null) {
            add(after);
            entries++;
        } else {
            replace(before, after);
        }
        own += more;
        bytes += (after == null ? 0 : PresenceJson.size(after)) - (before == null ? 0 : PresenceJson.size(before));
        diffs.note(before, after, batch);
        if (heard != null) {
            heard.note(before, after, batch);
        }
    }

    /** About how long the list of them is that clients get; under the lock of the registry. */
    long bytes() {
        return bytes;
    }

    /** Whether this is the first change of a batch; under the lock of the registry. */
    boolean firstOf(long batch) {
        boolean first = lastBatch != batch;
        lastBatch = batch;
        return first;
    }

    private void add(Entry entry) {
        members.merge(entry.key, entry, (had, added) -> with(entries(had), (Entry) added));
    }

    private void replace(Entry before, Entry after) {
        members.compute(after.key, (key, had) -> had == before ? after : replaced(entries(had), before, after));
    }

    private void remove(@Nullable Entry entry) {
        if (entry != null) {
            members.computeIfPresent(entry.key, (key, had) -> had == entry ? null : without(entries(had), entry));
        }
    }

    private static Object with(Entry[] had, Entry added) {
        Entry[] more = Arrays.copyOf(had, had.length + 1);
        more[had.length] = added;
        return more;
    }

    private static Object replaced(Entry[] had, Entry before, Entry after) {
        Entry[] now = had.clone();
        for (int i = 0; i < now.length; i++) {
            if (now[i] == before) {
                now[i] = after;
            }
        }
        return now;
    }

    private static @Nullable Object without(Entry[] had, Entry gone) {
        int at = Arrays.asList(had).indexOf(gone);
        if (at < 0 || had.length == 1) {
            return at < 0 ? had : null;
        } else if (had.length == 2) {
            return had[1 - at];
        }
        Entry[] left = Arrays.copyOf(had, had.length - 1);
        System.arraycopy(had, at + 1, left, at, left.length - at);
        return left;
    }

    /** Tells what there is to tell, as far as it is time; without a lock. */
    void tell() {
        diffs.tell();
        if (heard != null) {
            heard.tell();
        }
    }

    /** Whether nothing is to be remembered of it; under its lock. */
    boolean isOver() {
        return entries == 0 && diffs.isIdle() && (heard == null || heard.isIdle());
    }

    // For any thread.

    private static Entry[] entries(Object value) {
        return value instanceof Entry entry ? new Entry[] {entry} : (Entry[]) value;
    }

    /** All there were before some changes, those of one key side by side. Under its lock; takes as long as there are members, however many changes. */
    List<Entry> entriesBefore(Pending changes) {
        List<Entry> all = new ArrayList<>(entries + changes.size());
        Map<String, List<Entry>> gone = changes.gone();
        members.forEach((key, value) -> {
            if (changes.isEmpty() && value instanceof Entry entry) {
                all.add(entry);
                return;
            }
            for (Entry entry : entries(value)) {
                Change change = changes.of(entry);
                if (change == null) {
                    all.add(entry);
                } else if (change.before != null && change.isUpdate()) {
                    all.add(change.before);
                }
            }
            List<Entry> left = gone.isEmpty() ? null : gone.remove(key);
            if (left != null) {
                all.addAll(left);
            }
        });
        gone.values().forEach(all::addAll);
        return all;
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
        return entries;
    }

    /** How many of them are tracked on this node. */
    int ownCount() {
        return own;
    }
}
