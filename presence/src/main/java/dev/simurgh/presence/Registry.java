package dev.simurgh.presence;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All rooms of this node, with what is tracked here and what others have. One lock for all changes, which is held for as long as one change takes, or a slice
 * of many; readers never wait for it. What a change has to tell, it tells when the lock is free again.
 */
final class Registry {
    private static final int SLICE = 256;
    private static final long AWAY_NANOS = 1_000; // which takes the system some 50 times as long

    private final ConcurrentHashMap<String, Room> rooms = new ConcurrentHashMap<>();
    private final Feeds feeds;
    private final BiConsumer<Changes, Entry> added;
    private final NodeId self;
    private long batches; // guarded by this
    private volatile int copiedRooms; // written under the lock

    /** @param added hears of each entry that is added, and may change what goes with it */
    Registry(Feeds feeds, BiConsumer<Changes, Entry> added) {
        this.feeds = feeds;
        this.added = added;
        this.self = feeds.endpoint.node().id();
    }

    /** What may be done under the lock. What one call of {@link #change} does to a room is told at once. */
    final class Changes {
        private final List<Room> touched = new ArrayList<>(1);
        private long batch;

        void add(Entry entry) {
            change(opened(entry.topic, !entry.origin.node.equals(self)), null, entry);
            added.accept(this, entry);
        }

        void replace(Entry before, Entry after) {
            change(room(before), before, after);
        }

        void remove(Entry entry) {
            change(room(entry), entry, null);
        }

        private Room room(Entry entry) {
            Room room = rooms.get(entry.topic);
            if (room == null) {
                throw new IllegalStateException("no room for " + entry);
            }
            return room;
        }

        private void change(Room room, @Nullable Entry before, @Nullable Entry after) {
            room.change(before, after, batch, own(after) - own(before));
            if (room.firstOf(batch)) {
                touched.add(room);
            }
        }
    }

    private int own(@Nullable Entry entry) {
        return entry != null && entry.origin.node.equals(self) ? 1 : 0;
    }

    /** Changes something, and then tells what has changed. */
    void change(Consumer<Changes> work) {
        Changes changes = new Changes();
        try {
            synchronized (this) {
                changes.batch = ++batches;
                work.accept(changes);
            }
        } finally {
            tell(changes.touched);
        }
    }

    /** Of many rooms not on this thread, which may be an event loop that others wait for. */
    private void tell(List<Room> touched) {
        if (touched.size() == 1) {
            touched.get(0).tell();
        } else if (!touched.isEmpty()) {
            feeds.later.execute(() -> touched.forEach(Room::tell));
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private Room opened(String topic, boolean byCopy) {
        Room room = rooms.get(topic);
        if (room == null) {
            room = new Room(topic, byCopy, feeds, this);
            rooms.put(topic, room);
            copiedRooms += byCopy ? 1 : 0;
        }
        return room;
    }

    /**
     * Has somebody be given the payload of {@code presence_state}, behind the diffs that have led to it and in front of all others: at once, unless
     * somebody else is telling one right now.
     *
     * @param first changes something, which the state shows, too, if it is told at once
     */
    void state(String topic, Runnable first, Consumer<Payload> to) {
        Room room;
        synchronized (this) {
            room = opened(topic, false);
            room.diffs().want(to);
        }
        try {
            first.run();
        } finally {
            room.tell();
        }
    }

    /** Forgets a room, if it is over. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    synchronized void retire(Room room) {
        synchronized (room) {
            if (room.isOver() && rooms.remove(room.topic, room)) {
                copiedRooms -= room.byCopy ? 1 : 0;
            }
        }
    }

    /** Tells all that is still to be told. */
    void stop() {
        feeds.stop();
        rooms.values().forEach(Room::tell);
    }

    /** Changes many things, a slice at a time, so that others have their turn in between; and then tells what has changed. */
    <T> void changeEach(Collection<T> all, BiConsumer<Changes, T> work) {
        changeEach(all.iterator(), work);
    }

    /** As {@link #changeEach(Collection, BiConsumer)}, with what is looked for under the lock. */
    <T> void changeEach(Iterator<T> all, BiConsumer<Changes, T> work) {
        Changes changes = new Changes();
        try {
            while (changeSlice(changes, all, work)) {
                LockSupport.parkNanos(
                        AWAY_NANOS); // whoever has had the lock takes it again before those who wait have woken up
            }
        } finally {
            tell(changes.touched);
        }
    }

    /** Returns whether there is more. */
    private synchronized <T> boolean changeSlice(Changes changes, Iterator<T> all, BiConsumer<Changes, T> work) {
        for (int i = 0; i < SLICE && all.hasNext(); i++) {
            changes.batch = changes.batch == 0 ? ++batches : changes.batch;
            work.accept(changes, all.next());
        }
        return all.hasNext();
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

    /** How many rooms are there since somebody was there first who is tracked on another node. */
    int copiedRoomCount() {
        return copiedRooms;
    }
}
