package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.pubsub.Broadcast;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the clients of one topic on this node have not been told yet, and how they are told: as {@code presence_diff}, one behind the other. */
final class DiffFeed {
    private final String topic;
    private final Endpoint endpoint;
    private final Map<SlotKey, Change> pending = new LinkedHashMap<>(); // guarded by itself
    private boolean telling; // guarded by pending

    private record SlotKey(Origin origin, long slot) {}

    /** What has become of one slot since clients were told last. */
    static final class Change {
        final @Nullable Entry before;

        @Nullable
        Entry after;

        Change(@Nullable Entry before) {
            this.before = before;
        }
    }

    DiffFeed(String topic, Endpoint endpoint) {
        this.topic = topic;
        this.endpoint = endpoint;
    }

    /** Notes a change; under the lock of the registry. */
    void note(@Nullable Entry before, @Nullable Entry after) {
        Entry entry = before != null ? before : after;
        if (entry == null) {
            return;
        }
        SlotKey slot = new SlotKey(entry.origin, entry.slot);
        synchronized (pending) {
            Change change = pending.computeIfAbsent(slot, any -> new Change(before));
            change.after = after;
            if (change.before == null && after == null) {
                pending.remove(slot); // nobody has seen it
            }
        }
    }

    /** Tells what there is to tell, unless somebody is at it. */
    void kick() {
        List<Change> some = take(false);
        while (!some.isEmpty()) {
            tell(some);
            some = take(true);
        }
    }

    private List<Change> take(boolean mine) {
        synchronized (pending) {
            if (telling && !mine) {
                return List.of();
            }
            List<Change> taken = new ArrayList<>(pending.values());
            pending.clear();
            telling = !taken.isEmpty();
            return taken;
        }
    }

    private void tell(List<Change> changes) {
        Payload diff = PresenceJson.diff(changes);
        endpoint.pubsub().deliverInOrder(Broadcast.of(topic, Protocol.PRESENCE_DIFF, diff));
    }
}
