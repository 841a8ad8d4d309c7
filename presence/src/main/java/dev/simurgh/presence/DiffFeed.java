package dev.simurgh.presence;

import dev.simurgh.presence.Pending.Change;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the clients of one topic on this node have not been told yet, and how they are told: as {@code presence_diff}, one behind the other, at once while it
 * is quiet and else at most once in an interval.
 *
 * <p>What keeps a client's list right, for phoenix.js and all that do as it does: a state holds exactly what the diffs up to it have told. Whoever has
 * subscribed before he is given the state gets every diff behind it, and each of them speaks of what that state, or a diff behind it, has told. If a state
 * held what is still to be told, then somebody who comes and goes before the next diff, which says nothing of him, would be on that client's list for ever.
 * So what is still to be told is left out of it. Nor does it wait for that: a client that has no state yet keeps the diffs that come, and if its channel
 * ended meanwhile, it would put them on top of the state of its next join.
 */
final class DiffFeed {
    private static final Logger log = LoggerFactory.getLogger(DiffFeed.class);
    /** From so many entries on, which is some 50 KB, no calling thread makes JSON of them. */
    private static final int MANY = 512;
    /** So many turns in a row are told by a calling thread, which has other things to do. */
    private static final int MAX_TURNS = 4;

    private final Room room;
    private final Feeds feeds;
    private final Registry registry;

    // Guarded by the room.
    private final Pending pending;
    private @Nullable List<Consumer<Payload>> wants; // null while nobody waits for the state
    private boolean telling;
    private boolean waiting; // for a timer
    private boolean hasTold;
    private long toldAt;
    private @Nullable WeakReference<Payload> state; // as clients know it; goes with the memory that others need
    private long stateAt;
    private @Nullable Set<Backlog> missing; // what waits for the event loops that had no room for a diff

    /** What is told in one go: changes, then the state that they have led to, to whoever wants that. */
    private record Turn(
            List<Change> changes,
            List<Consumer<Payload>> wants,
            List<Entry> members,
            @Nullable Payload known,
            long at) {
        boolean isLarge() {
            return changes.size() + members.size() > MANY;
        }

        boolean makesState() {
            return known == null && !wants.isEmpty();
        }
    }

    DiffFeed(Room room, Feeds feeds, Registry registry) {
        this.room = room;
        this.feeds = feeds;
        this.registry = registry;
        this.pending = new Pending(feeds.intervalNanos > 0);
    }

    // Under the room's lock.

    void note(@Nullable Entry before, @Nullable Entry after, long batch) {
        pending.note(before, after, batch);
    }

    boolean isIdle() {
        return !telling && !waiting && pending.isEmpty() && wants == null && missing == null;
    }

    /** Whether it is time to tell what has changed. */
    private boolean isDue() {
        if (pending.isEmpty() && room.entryCount() > 0) {
            return false;
        }
        long wait = hasTold && !feeds.isStopped() ? toldAt + feeds.intervalNanos - feeds.now() : 0;
        if (wait > 0 && !waiting) { // an empty room, too: it is remembered that it was told of
            waiting = true;
            feeds.schedule(wait, () -> feeds.later.execute(this::waited));
        }
        return wait <= 0 && !pending.isEmpty();
    }

    private @Nullable Turn turn() {
        boolean due = isDue();
        if (!due && wants == null) {
            return null;
        }
        List<Change> changes = due ? pending.take() : List.of();
        if (!changes.isEmpty()) {
            state = null;
        }
        List<Consumer<Payload>> waited = wants == null ? List.of() : wants;
        wants = null;
        long now = feeds.now();
        Payload known = waited.isEmpty() || state == null || !isFresh(now) ? null : state.get();
        List<Entry> members = waited.isEmpty() || known != null ? List.of() : room.entriesBefore(pending);
        return new Turn(changes, waited, members, known, now);
    }

    /** What was fetched may be otherwise by now. */
    private boolean isFresh(long now) {
        return feeds.fetching == null || now - stateAt < feeds.intervalNanos;
    }

    // For any thread.

    /** Has somebody given the state; whoever calls has it told then. */
    void want(Consumer<Payload> to) {
        synchronized (room) {
            if (wants == null) {
                wants = new ArrayList<>(1);
            }
            wants.add(to);
        }
    }

    /** Gives the state to whoever wants it, and tells what has changed if it is time; if somebody is at it, he does so next. */
    void tell() {
        Turn turn = take(false);
        if (turn != null) {
            tell(turn, false);
        }
    }

    private void waited() {
        synchronized (room) {
            waiting = false;
        }
        Turn turn = take(false);
        if (turn != null) {
            tell(turn, true);
        }
    }

    private @Nullable Turn take(boolean mine) {
        synchronized (room) {
            if (telling && !mine) {
                return null;
            }
            Turn turn = turn();
            telling = turn != null;
            if (telling || !room.isOver()) {
                return turn;
            }
        }
        registry.retire(room);
        return null;
    }

    /** @param mayTakeLong whether this is a thread of the scheduler, and nobody waits for it */
    private void tell(Turn first, boolean mayTakeLong) {
        int left = mayTakeLong ? Integer.MAX_VALUE : MAX_TURNS;
        for (Turn turn = first; turn != null; turn = take(true)) {
            Turn now = turn;
            if (!mayTakeLong && (left == 0 || turn.isLarge())) {
                feeds.later.execute(() -> tell(now, true));
                return;
            }
            left--;
            Fetching fetching = feeds.fetching;
            if (fetching != null && (now.makesState() || (!now.changes.isEmpty() && hasListeners()))) {
                fetching.fetch(room.topic, feeds.metas(entries(now)), fetched -> {
                    tellNow(now, fetched);
                    Turn next = take(true);
                    if (next != null) {
                        tell(next, true);
                    }
                });
                return;
            }
            tellNow(now, Feeds.NOTHING);
        }
    }

    private static List<@Nullable Entry> entries(Turn turn) {
        Stream<@Nullable Entry> here =
                turn.wants.isEmpty() ? turn.changes.stream().map(Change::after) : turn.members.stream();
        Stream<@Nullable Entry> gone =
                turn.changes.stream().filter(change -> change.after() == null).map(change -> change.before);
        return Stream.concat(here, gone).toList();
    }

    private boolean hasListeners() {
        return feeds.endpoint.pubsub().hasSubscribers(room.topic);
    }

    private void tellNow(Turn turn, Map<String, Payload.Json> fetched) {
        try {
            if (!turn.changes.isEmpty() && hasListeners()) {
                synchronized (room) {
                    hasTold = true;
                    toldAt = turn.at;
                }
                batches(turn.changes).forEach(batch -> PresenceJson.diffs(batch, fetched, this::deliver));
            }
            if (!turn.wants.isEmpty()) {
                Payload all = state(turn, fetched);
                turn.wants.forEach(want -> give(want, all));
            }
        } catch (Throwable thrown) { // an Error, too, must not keep clients from what comes next
            feeds.endpoint.backstage().clientLog().failure(log, thrown, "presences of {} not told", room.topic);
        }
    }

    /** Without an interval, what one change of the registry has done is a diff of its own. */
    private List<List<Change>> batches(List<Change> changes) {
        if (feeds.intervalNanos > 0 || changes.size() == 1) {
            return List.of(changes);
        }
        List<List<Change>> batches = new ArrayList<>();
        for (int from = 0, to; from < changes.size(); from = to) {
            long batch = changes.get(from).batch;
            for (to = from + 1; to < changes.size() && changes.get(to).batch == batch; ) {
                to++;
            }
            batches.add(changes.subList(from, to));
        }
        return batches;
    }

    private Payload state(Turn turn, Map<String, Payload.Json> fetched) {
        if (turn.known != null) {
            return turn.known;
        }
        Payload made = PresenceJson.state(turn.members, fetched);
        synchronized (room) {
            state = new WeakReference<>(made);
            stateAt = turn.at;
        }
        return made;
    }

    private void give(Consumer<Payload> want, Payload all) {
        feeds.counts.states.increment();
        try {
            want.accept(all);
        } catch (Throwable thrown) { // an Error, too, must not cost the others theirs
            feeds.endpoint.backstage().clientLog().failure(log, thrown, "presences of {} not given", room.topic);
        }
    }

    private void deliver(Payload diff) {
        feeds.counts.diffs.increment();
        PubSub pubsub = feeds.endpoint.pubsub();
        pubsub.deliverInOrder(Broadcast.of(room.topic, Protocol.PRESENCE_DIFF, diff))
                .forEach(this::missed);
    }

    /** The subscribers of an event loop that had no room for a diff are given the state when it has. */
    private void missed(Backlog full) {
        synchronized (room) {
            missing = missing == null ? new HashSet<>(2) : missing;
            if (!missing.add(full)) {
                return;
            }
            feeds.counts.missed.increment();
        }
        full.whenCaughtUp(() -> {
            synchronized (room) {
                if (missing != null && missing.remove(full) && missing.isEmpty()) {
                    missing = null;
                }
                want(all -> giveAll(full, all));
            }
            feeds.later.execute(this::tell);
        });
    }

    private void giveAll(Backlog loop, Payload all) {
        Broadcast state = Broadcast.of(room.topic, Protocol.PRESENCE_STATE, all);
        if (loop.isBehind() || !feeds.endpoint.pubsub().deliverInOrder(state, loop)) {
            missed(loop);
        }
    }
}
