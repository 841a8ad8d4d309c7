package dev.simurgh.presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All rooms of this node, with what is tracked here and what others have. One lock for all changes, which is held for as long as one change takes, or a slice
 * of many; readers never wait for it. What a change has to tell, it tells when the lock is free again.
 */
final class Registry {
    private static final int SLICE = 256;

    private final ConcurrentHashMap<String, Room> rooms = new ConcurrentHashMap<>();
    private final Function<String, DiffFeed> feeds;
    private final BiConsumer<Changes, Entry> added;
    private final Changes changes = new Changes(); // guarded by this

    /** @param added hears of each entry that is added, and may change what goes with it */
    Registry(Function<String, DiffFeed> feeds, BiConsumer<Changes, Entry> added) {
        this.feeds = feeds;
        this.added = added;
    }

    /** What may be done under the lock. */
    final class Changes {
        private final Set<Room> touched = new LinkedHashSet<>();

        void add(Entry entry) {
            Room room = rooms.computeIfAbsent(entry.topic, topic -> new Room(topic, feeds.apply(topic)));
            room.add(entry);
            note(room, null, entry);
            added.accept(this, entry);
        }

        void replace(Entry before, Entry after) {
            Room room = room(before);
            room.replace(before, after);
            note(room, before, after);
        }

        void remove(Entry entry) {
            Room room = room(entry);
            room.remove(entry);
            if (room.entryCount() == 0) {
                rooms.remove(room.topic);
            }
            note(room, entry, null);
        }

        private Room room(Entry entry) {
            Room room = rooms.get(entry.topic);
            if (room == null) {
                throw new IllegalStateException("no room for " + entry);
            }
            return room;
        }

        private void note(Room room, @Nullable Entry before, @Nullable Entry after) {
            room.diffs.note(before, after);
            touched.add(room);
        }
    }

    /** Changes something, and then tells what has changed. */
    void change(Consumer<Changes> work) {
        List<Room> touched;
        synchronized (this) {
            try {
                work.accept(changes);
            } finally {
                touched = new ArrayList<>(changes.touched);
                changes.touched.clear();
            }
        }
        touched.forEach(room -> room.diffs.kick());
    }

    /** Changes many things, a slice at a time, so that others have their turn in between; and then tells what has changed. */
    <T> void changeEach(Collection<T> all, BiConsumer<Changes, T> work) {
        Set<Room> touched = new LinkedHashSet<>();
        Iterator<T> next = all.iterator();
        try {
            while (next.hasNext()) {
                synchronized (this) {
                    for (int i = 0; i < SLICE && next.hasNext(); i++) {
                        work.accept(changes, next.next());
                    }
                    touched.addAll(changes.touched);
                    changes.touched.clear();
                }
            }
        } finally {
            touched.forEach(room -> room.diffs.kick());
        }
    }

    /** Looks at what is guarded by the lock. */
    synchronized <T> T locked(Supplier<T> look) {
        return look.get();
    }

    @Nullable
    Room room(String topic) {
        return rooms.get(topic);
    }

    int roomCount() {
        return rooms.size();
    }
}
