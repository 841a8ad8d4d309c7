package dev.simurgh.presence;

import dev.simurgh.presence.Pending.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the listener has not heard of one room yet, and how it hears: one call at a time. However long it takes, there is one change a slot to tell. */
final class ListenerFeed {
    private static final Logger log = LoggerFactory.getLogger(ListenerFeed.class);

    private final Room room;
    private final Feeds feeds;
    private final PresenceListener listener;
    private final Registry registry;
    private final Pending pending = new Pending(true);
    private boolean telling; // guarded by the room

    ListenerFeed(Room room, Feeds feeds, PresenceListener listener, Registry registry) {
        this.room = room;
        this.feeds = feeds;
        this.listener = listener;
        this.registry = registry;
    }

    // Under the room's lock.

    void note(@Nullable Entry before, @Nullable Entry after, long batch) {
        pending.note(before, after, batch);
    }

    boolean isIdle() {
        return !telling && pending.isEmpty();
    }

    // For any thread.

    void tell() {
        synchronized (room) {
            if (telling || pending.isEmpty()) {
                return;
            }
            telling = true;
        }
        feeds.listenerTurns.execute(this::turn);
    }

    private void turn() {
        List<Change> changes;
        synchronized (room) {
            changes = pending.take();
        }
        if (!changes.isEmpty()) {
            call(changes);
        }
        boolean over;
        synchronized (room) {
            telling = false;
            over = room.isOver();
        }
        if (over) {
            registry.retire(room);
        }
        tell();
    }

    private void call(List<Change> changes) {
        try {
            listener.changed(
                    room.topic,
                    feeds.metas(changes.stream().map(Change::after).toList()),
                    feeds.metas(changes.stream().map(change -> change.before).toList()));
        } catch (Throwable thrown) { // an Error, too, must not keep it from hearing the next
            feeds.endpoint
                    .backstage()
                    .clientLog()
                    .failure(log, thrown, "the listener to presences failed for {}", room.topic);
        }
    }
}
