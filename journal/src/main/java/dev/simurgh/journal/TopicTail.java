package dev.simurgh.journal;

import dev.simurgh.channel.spi.History.Slice;
import dev.simurgh.journal.Tails.Recent;
import dev.simurgh.pubsub.Broadcast;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest broadcasts of one topic, all that are there from one offset on. Not longer than the topic's retention says, so that nobody
 * recovers from memory what the journal would not give. For any thread.
 */
final class TopicTail {
    private final Tails tails;
    private final long maxEntries;
    private final long maxAgeNanos;
    private final TreeMap<Long, Recent> recents = new TreeMap<>();
    /** The tail has everything behind this offset. */
    private long after;
    /** The position that belongs to it, if that is known. */
    private @Nullable String afterPosition;

    TopicTail(Tails tails, Retention retention) {
        this.tails = tails;
        maxEntries = retention.maxEntries();
        maxAgeNanos = nanos(retention);
    }

    private static long nanos(Retention retention) {
        try {
            return retention.maxAge().toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Begins anew, behind an offset. */
    synchronized void begin(long offset, @Nullable String position) {
        recents.values().forEach(tails::remove);
        recents.clear();
        after = offset;
        afterPosition = position;
    }

    /** Adds the next one. */
    synchronized void add(Broadcast broadcast, long now) {
        put(broadcast, now);
        while (recents.size() > maxEntries) {
            dropFirst();
        }
        dropOld(now);
    }

    private void put(Broadcast broadcast, long now) {
        Recent recent = new Recent(this, broadcast, now);
        Recent before = recents.put(broadcast.offset(), recent);
        if (before != null) {
            tails.remove(before);
        }
        tails.add(recent);
    }

    private void dropFirst() {
        Recent first = recents.pollFirstEntry().getValue();
        tails.remove(first);
        after = first.broadcast.offset();
        afterPosition = first.broadcast.position().orElseThrow();
    }

    private void dropOld(long now) {
        for (Map.Entry<Long, Recent> first = recents.firstEntry();
                first != null && now - first.getValue().nanos > maxAgeNanos;
                first = recents.firstEntry()) {
            dropFirst();
        }
    }

    /** Drops that one and all before it, if it is still there. */
    synchronized void dropUpTo(Recent recent) {
        long offset = recent.broadcast.offset();
        if (recents.get(offset) == recent) {
            while (!recents.isEmpty() && recents.firstKey() <= offset) {
                dropFirst();
            }
        } else {
            tails.remove(recent);
        }
    }

    /**
     * Puts in front what was read from the journal, as far as there is room: those behind an offset, up to where the tail begins.
     *
     * @param upTo up to where they are all there is
     * @param position that of the offset, if it is known
     */
    synchronized void precede(List<Broadcast> read, long behind, long upTo, @Nullable String position, long now) {
        List<Broadcast> older =
                read.stream().filter(broadcast -> broadcast.offset() <= after).toList();
        long bytes = older.stream().mapToLong(Broadcast::pinnedBytes).sum();
        if (behind < after && upTo >= after && recents.size() + older.size() <= maxEntries && tails.hasRoom(bytes)) {
            older.forEach(broadcast -> put(broadcast, now));
            after = behind;
            afterPosition = position;
        }
    }

    /** Whether a position is one of this history, with all behind it here. */
    synchronized boolean has(Position position, long now) {
        dropOld(now);
        if (position.offset() == after) {
            return position.toString().equals(afterPosition);
        }
        Broadcast at = at(position.offset());
        return at != null && at.position().orElseThrow().equals(position.toString());
    }

    /** The broadcast with this offset, if it is here. */
    synchronized @Nullable Broadcast at(long offset) {
        Recent recent = recents.get(offset);
        return recent == null ? null : recent.broadcast;
    }

    /** The newest, if it is here. */
    synchronized @Nullable Broadcast newest() {
        return recents.isEmpty() ? null : recents.lastEntry().getValue().broadcast;
    }

    /** What of it is here, for whoever looks. */
    synchronized Map<String, String> about() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("tail_entries", String.valueOf(recents.size()));
        if (!recents.isEmpty()) {
            all.put(
                    "tail_first",
                    recents.firstEntry().getValue().broadcast.position().orElseThrow());
        }
        return all;
    }

    /** What is behind an offset, or as much as fits, and at least one; empty if that is not all here. */
    synchronized Optional<Slice> read(long offset, int maxBytes, long last, long now) {
        dropOld(now);
        if (offset < after) {
            return Optional.empty();
        }
        NavigableMap<Long, Recent> rest = recents.tailMap(offset, false);
        List<Broadcast> some = new ArrayList<>();
        long bytes = 0;
        for (Recent recent : rest.values()) {
            bytes += recent.broadcast.pinnedBytes();
            if (bytes > maxBytes && !some.isEmpty()) {
                return Optional.of(new Slice(some, some.get(some.size() - 1).offset(), true, true));
            }
            some.add(recent.broadcast);
        }
        return Optional.of(new Slice(some, Math.max(offset, last), true, false));
    }
}
