package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams in memory, for history that need not survive the process: for tests, and for small gaps on the way to the clients. It is bounded. If
 * there is too much, the longest streams lose the older half of their entries; if that is not enough, whole streams go, those first that
 * were not written for the longest time. Then a new epoch begins, since the offsets of those streams begin again. What a snapshot or a consumer still
 * needs does not go: if nothing else is left, nothing more is stored.
 */
public final class MemoryStore implements Store {
    private static final Logger log = LoggerFactory.getLogger(MemoryStore.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int STREAMS_AT_ONCE = 1_000;
    /** Keys may have one part of so many. */
    private static final int KEYS_SHARE = 2;

    private static final long WARN_EVERY_NANOS = 600_000_000_000L;

    private final long maxBytes;
    private final @Nullable Timers timers;
    private final Map<String, MemoryStream> streams = new HashMap<>(); // all guarded by this
    private final OnceKeys keys = new OnceKeys();
    private final ArrayDeque<String> toTrim = new ArrayDeque<>();
    private Function<String, Retention> retention = stream -> Retention.forever();
    private String epoch = newEpoch();
    private long bytes;
    private @Nullable Long keysWarned;

    private MemoryStore(Builder builder) {
        maxBytes = builder.maxBytes;
        timers = builder.timers;
    }

    /** Makes a store of at most 64 MiB. */
    public static MemoryStore create() {
        return builder().build();
    }

    /** Starts a store. */
    public static Builder builder() {
        return new Builder();
    }

    private static String newEpoch() {
        return Long.toString(RANDOM.nextLong() >>> 1, Character.MAX_RADIX);
    }

    private long now() {
        return timers == null ? System.nanoTime() : timers.nanoTime();
    }

    @Override
    public boolean isBlocking() {
        return false;
    }

    @Override
    public synchronized List<Written> write(List<Write> group) {
        long now = now();
        keys.expire(now);
        makeRoom(group);
        List<Written> written = new ArrayList<>(group.size());
        for (Write write : group) {
            written.add(write(write, now));
        }
        return written;
    }

    private Written write(Write write, long now) {
        if (write instanceof Write.Append append) {
            return append(append, now);
        }
        if (write instanceof Write.Claim claim) {
            return keys.claim(claim, now);
        }
        if (write instanceof Write.Release release) {
            return keys.release(release);
        }
        MemoryStream stream = streams.get(write.stream());
        if (write instanceof Write.Snapshot snapshot) {
            return snapshot(snapshot, stream);
        }
        if (stream != null && write instanceof Write.Acknowledge acknowledge) {
            bytes -= stream.bytes;
            stream.acknowledge(acknowledge.consumer(), acknowledge.offset());
            bytes += stream.bytes;
        }
        return new Written.Done(); // in a stream without entries there is nothing to acknowledge
    }

    private Written append(Write.Append append, long now) {
        Write.Once once = append.once().orElse(null);
        Written earlier = once == null ? null : keys.earlier(append.stream(), once);
        if (earlier != null) {
            return earlier;
        }
        MemoryStream stream = streams.get(append.stream());
        Position head = stream == null ? beginning() : stream.head();
        if (!append.expects(head)) {
            return new Written.Conflict(head);
        }
        Position last = append.entries().isEmpty() ? head : append(append, stream, now);
        if (once != null) {
            keys.done(append.stream(), once, last, now);
        }
        return new Written.Appended(last);
    }

    private Position append(Write.Append append, @Nullable MemoryStream there, long now) {
        MemoryStream stream = there;
        if (stream == null) {
            stream = new MemoryStream(append.stream(), epoch);
            streams.put(append.stream(), stream);
        } else {
            bytes -= stream.bytes;
        }
        Position last = stream.append(append.entries(), epoch, now);
        bytes += stream.bytes;
        return last;
    }

    private Written snapshot(Write.Snapshot snapshot, @Nullable MemoryStream there) {
        MemoryStream stream = there;
        if (stream == null && snapshot.offset() > 0) {
            return new Written.Conflict(beginning());
        }
        if (stream == null) {
            stream = new MemoryStream(snapshot.stream(), epoch);
            streams.put(snapshot.stream(), stream);
            bytes += stream.bytes;
        }
        bytes -= stream.bytes;
        boolean kept = stream.keep(snapshot);
        bytes += stream.bytes;
        return kept ? new Written.Done() : new Written.Conflict(stream.head());
    }

    private Position beginning() {
        return new Position(epoch, 0);
    }

    // Its bound.

    /** Makes room before anything of the group is stored; leaves some free, so that this is rare. */
    private void makeRoom(List<Write> group) {
        long need = group.stream().mapToLong(Pending::bytes).sum();
        if (need > maxBytes / 2) { // the room for it would be everybody else's history
            throw new IllegalArgumentException("memory store: " + need + " bytes at once (expected: at most "
                    + maxBytes / 2 + ", half of MemoryStore.Builder.maxBytes)");
        }
        if (bytes + keys.bytes() + need <= maxBytes) {
            return;
        }
        long target = Math.max(0, maxBytes - maxBytes / 10 - need);
        if (keys.bytes() > maxBytes / KEYS_SHARE) {
            forgetKeys();
        }
        shorten(target);
        if (bytes + keys.bytes() > target) {
            evict(target);
        }
        if (bytes + keys.bytes() + need > maxBytes) {
            throw new StoreException(
                    "the memory store is full: of " + maxBytes + " bytes " + (bytes + keys.bytes())
                            + " are needed for snapshots and consumers, and this is " + need
                            + " (expected: a larger MemoryStore.Builder.maxBytes)",
                    false,
                    null);
        }
    }

    /** Clients make up as many as they like, which must not cost others their history. */
    private void forgetKeys() {
        int forgotten = keys.shorten(maxBytes / KEYS_SHARE - maxBytes / 10);
        long now = now();
        if (forgotten > 0 && (keysWarned == null || now - keysWarned > WARN_EVERY_NANOS)) {
            keysWarned = now;
            log.warn(
                    "{} idempotency keys were forgotten before their time, since they took half of the memory store (expected: a larger MemoryStore.Builder.maxBytes, or a shorter window)",
                    forgotten);
        }
    }

    /** The longest streams first, but each keeps its newest entry. */
    private void shorten(long target) {
        List<Map.Entry<String, MemoryStream>> longest = new ArrayList<>(streams.entrySet());
        boolean progress = true;
        while (progress && bytes + keys.bytes() > target) {
            progress = false;
            longest.sort(Comparator.comparingLong(stream -> -stream.getValue().bytes));
            for (Map.Entry<String, MemoryStream> named : longest) {
                if (bytes + keys.bytes() <= target) {
                    return;
                }
                MemoryStream stream = named.getValue();
                long before = stream.bytes;
                if (stream.size() > 1) {
                    stream.halve(retention.apply(named.getKey()));
                }
                bytes -= before - stream.bytes;
                progress |= stream.bytes < before;
            }
        }
    }

    private void evict(long target) {
        List<Map.Entry<String, MemoryStream>> oldest = new ArrayList<>(streams.entrySet());
        oldest.sort((a, b) -> Long.signum(a.getValue().lastWrite - b.getValue().lastWrite));
        List<String> gone = new ArrayList<>();
        for (Map.Entry<String, MemoryStream> named : oldest) {
            if (bytes + keys.bytes() <= target) {
                break;
            }
            if (named.getValue().isExpendable(retention.apply(named.getKey()))) {
                streams.remove(named.getKey());
                bytes -= named.getValue().bytes;
                gone.add(named.getKey());
            }
        }
        if (!gone.isEmpty()) {
            keys.forget(gone);
            epoch = newEpoch();
            log.warn(
                    "{} streams were dropped from memory, which is full (expected: a larger MemoryStore.Builder.maxBytes, or a shorter retention)",
                    gone.size());
        }
    }

    @Override
    public synchronized boolean trim(Function<String, Retention> how) {
        retention = how;
        long now = now();
        keys.expire(now);
        if (toTrim.isEmpty()) {
            toTrim.addAll(streams.keySet());
        }
        for (int i = 0; i < STREAMS_AT_ONCE && !toTrim.isEmpty(); i++) {
            String name = toTrim.remove();
            MemoryStream stream = streams.get(name);
            if (stream != null) {
                bytes -= stream.bytes;
                stream.trim(how.apply(name), now);
                bytes += stream.bytes;
            }
        }
        return !toTrim.isEmpty();
    }

    // What is there.

    @Override
    public synchronized Page read(String stream, long after, int maxEntries, long maxBytes) {
        return orEmpty(stream).read(after, maxEntries, maxBytes);
    }

    @Override
    public synchronized Standing standing(String stream, Optional<Position> since) {
        return orEmpty(stream).standing(since);
    }

    @Override
    public synchronized Map<String, Position> heads(Collection<String> names) {
        Map<String, Position> heads = new HashMap<>();
        names.forEach(name -> heads.put(name, orEmpty(name).head()));
        return heads;
    }

    @Override
    public synchronized Optional<StoredSnapshot> snapshot(String stream) {
        return orEmpty(stream).snapshot();
    }

    @Override
    public synchronized Map<String, Long> acknowledged(String stream) {
        return orEmpty(stream).acknowledged();
    }

    private MemoryStream orEmpty(String name) {
        MemoryStream stream = streams.get(name);
        return stream == null ? new MemoryStream(name, epoch) : stream;
    }

    /** How many bytes it holds, about. */
    public synchronized long bytes() {
        return bytes + keys.bytes();
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "MemoryStore";
    }

    /** Collects what a store in memory may be told. */
    public static final class Builder {
        private long maxBytes = 64 << 20;
        private @Nullable Timers timers;

        private Builder() {}

        /**
         * How many bytes it holds at most, about; default 64 MiB.
         *
         * @throws IllegalArgumentException if it is less than 1,024
         */
        public Builder maxBytes(long bytes) {
            if (bytes < 1_024) {
                throw new IllegalArgumentException("maxBytes: " + bytes + " (expected: at least 1024)");
            }
            maxBytes = bytes;
            return this;
        }

        /** Whose time it goes by, such as a test's; default real time. */
        public Builder timers(Timers theirs) {
            timers = Objects.requireNonNull(theirs, "timers");
            return this;
        }

        /** Makes it. */
        public MemoryStore build() {
            return new MemoryStore(this);
        }
    }
}
