package dev.simurgh.journal;

import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One stream of a store in memory. Guarded by the store. */
final class MemoryStream {
    /** What an entry takes besides its texts and payload, about: itself, its position, and its place in the tree. */
    private static final int ENTRY = 200;

    private static final int STREAM = 400;
    private static final int CONSUMER = 120;

    private record Kept(Entry entry, long storedAt) {
        long bytes() {
            return ENTRY
                    + Pending.bytes(entry.payload())
                    + 2L * entry.event().length()
                    + 2L * entry.key().orElse("").length();
        }
    }

    private final TreeMap<Long, Kept> entries = new TreeMap<>();
    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, Long> acknowledged = new HashMap<>();
    private final Position beginning;
    private Position head;
    private Position trimmed; // all up to here has gone
    private @Nullable StoredSnapshot snapshot;
    private int superseded;
    long lastWrite;
    long bytes;

    MemoryStream(String name, String epoch) {
        bytes = STREAM + 2L * name.length();
        beginning = new Position(epoch, 0);
        head = beginning;
        trimmed = beginning;
    }

    Position head() {
        return head;
    }

    int size() {
        return entries.size();
    }

    Position append(List<Write.NewEntry> all, String epoch, long now) {
        lastWrite = now;
        for (Write.NewEntry one : all) {
            head = new Position(epoch, head.offset() + 1);
            Kept kept = new Kept(new Entry(head, one.event(), own(one.payload()), one.key()), now);
            entries.put(head.offset(), kept);
            bytes += kept.bytes();
            if (one.key().isPresent() && newest.put(one.key().get(), head.offset()) != null) {
                superseded++;
            }
        }
        return head;
    }

    /** The payload without the message in which it came, which it would keep in memory. */
    static Payload own(Payload payload) {
        if (payload instanceof Payload.Json json && json.length() < json.array().length) {
            byte[] copy = Arrays.copyOfRange(json.array(), json.offset(), json.offset() + json.length());
            return Payload.json(copy, 0, copy.length);
        }
        if (payload instanceof Payload.Binary binary && binary.length() < binary.array().length) {
            return Payload.binary(
                    Arrays.copyOfRange(binary.array(), binary.offset(), binary.offset() + binary.length()));
        }
        return payload;
    }

    Page read(long after, int maxEntries, long maxBytes) {
        List<Entry> page = new ArrayList<>();
        long size = 0;
        long upTo = head.offset();
        for (Kept kept : entries.tailMap(after, false).values()) {
            size += Pending.bytes(kept.entry.payload());
            if (!page.isEmpty() && (page.size() >= maxEntries || size > maxBytes)) {
                upTo = page.get(page.size() - 1).position().offset();
                break;
            }
            page.add(kept.entry);
        }
        return new Page(page, upTo, after < trimmed.offset(), head.offset());
    }

    Standing standing(Optional<Position> since) {
        return new Standing(head, since.map(this::verdict).orElse(Verdict.NONE));
    }

    private Verdict verdict(Position since) {
        long offset = since.offset();
        if (offset > head.offset()) {
            return Verdict.UNKNOWN;
        }
        if (offset == trimmed.offset()) {
            return complete(since.epoch().equals(trimmed.epoch()));
        }
        if (offset < trimmed.offset()) {
            return Verdict.TRIMMED;
        }
        Kept there = entries.get(offset);
        return complete(there != null ? isOf(since, there) : isBetween(since));
    }

    private static Verdict complete(boolean complete) {
        return complete ? Verdict.COMPLETE : Verdict.UNKNOWN;
    }

    /** What was there, has been compacted away. */
    private boolean isBetween(Position since) {
        var before = entries.lowerEntry(since.offset());
        var behind = entries.higherEntry(since.offset());
        boolean likeBefore = before == null
                ? trimmed.offset() == 0 || since.epoch().equals(trimmed.epoch())
                : isOf(since, before.getValue());
        return likeBefore && behind != null && isOf(since, behind.getValue());
    }

    private static boolean isOf(Position position, Kept kept) {
        return position.epoch().equals(kept.entry.position().epoch());
    }

    boolean keep(Write.Snapshot write) {
        if (write.offset() > head.offset()) {
            return false;
        }
        if (snapshot == null || snapshot.position().offset() <= write.offset()) {
            bytes += Pending.bytes(write.state()) - snapshotBytes();
            snapshot = new StoredSnapshot(new Position(epochAt(write.offset()), write.offset()), own(write.state()));
        }
        return true;
    }

    private long snapshotBytes() {
        return snapshot == null ? 0 : Pending.bytes(snapshot.state());
    }

    private String epochAt(long offset) {
        var floor = entries.floorEntry(offset);
        return floor == null
                ? trimmed.epoch()
                : floor.getValue().entry.position().epoch();
    }

    Optional<StoredSnapshot> snapshot() {
        return Optional.ofNullable(snapshot);
    }

    void acknowledge(String consumer, long offset) {
        if (!acknowledged.containsKey(consumer)) {
            bytes += CONSUMER + 2L * consumer.length();
        }
        acknowledged.merge(consumer, Math.min(offset, head.offset()), Math::max);
    }

    Map<String, Long> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** Removes what need not be kept. */
    void trim(Retention retention, long now) {
        long limit = limit(retention);
        if (retention.isCompacted() && superseded > 0) {
            compact(limit);
        }
        long age = nanos(retention.maxAge());
        long last = 0;
        int left = entries.size();
        for (Map.Entry<Long, Kept> eldest : entries.entrySet()) {
            boolean tooMany = left > retention.maxEntries();
            boolean tooOld = now - eldest.getValue().storedAt > age;
            if (eldest.getKey() > limit || !(tooMany || tooOld)) {
                break;
            }
            last = eldest.getKey();
            left--;
        }
        trimUpTo(last);
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** Up to which offset nobody needs the entries any more. */
    private long limit(Retention retention) {
        long limit = snapshot == null ? Long.MAX_VALUE : snapshot.position().offset();
        for (String consumer : retention.consumers()) {
            limit = Math.min(limit, acknowledged.getOrDefault(consumer, 0L));
        }
        return limit;
    }

    private void compact(long limit) {
        superseded = 0;
        for (Iterator<Kept> all = entries.values().iterator(); all.hasNext(); ) {
            Kept kept = all.next();
            long offset = kept.entry.position().offset();
            if (kept.entry.key().isPresent()
                    && newest.getOrDefault(kept.entry.key().get(), offset) != offset) {
                if (offset <= limit) {
                    all.remove();
                    bytes -= kept.bytes();
                } else {
                    superseded++;
                }
            }
        }
    }

    /** Removes the older half, as far as nobody needs it. */
    void halve(Retention retention) {
        long limit = limit(retention);
        long last = 0;
        int left = (entries.size() + 1) / 2;
        for (long offset : entries.keySet()) {
            if (left-- == 0 || offset > limit) {
                break;
            }
            last = offset;
        }
        trimUpTo(last);
    }

    private void trimUpTo(long last) {
        Map<Long, Kept> gone = entries.headMap(last, true);
        for (Kept kept : gone.values()) {
            bytes -= kept.bytes();
            trimmed = kept.entry.position();
            kept.entry
                    .key()
                    .ifPresent(key -> newest.remove(key, kept.entry.position().offset()));
        }
        gone.clear();
    }

    /** Whether nobody needs any of it. */
    boolean isExpendable(Retention retention) {
        return snapshot == null && limit(retention) >= head.offset();
    }
}
