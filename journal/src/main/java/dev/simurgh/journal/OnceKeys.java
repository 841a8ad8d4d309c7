package dev.simurgh.journal;

import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The idempotency keys of a store in memory: what came of each, or that somebody is at it. */
final class OnceKeys {
    private static final int OVERHEAD = 300;

    private record Key(String stream, String scope, String key) {}

    /** One without a position is a claim. */
    private record Row(
            Key key,
            String fingerprint,
            long expires,
            long number,
            @Nullable Position last,
            Optional<Payload> reply) {
        long bytes() {
            return OVERHEAD
                    + 2L * (key.stream.length() + key.scope.length() + key.key.length() + fingerprint.length())
                    + reply.map(Pending::bytes).orElse(0L);
        }
    }

    private final Map<Key, Row> rows = new HashMap<>();
    private final TreeSet<Row> byExpiry =
            new TreeSet<>((a, b) -> Long.signum(a.expires == b.expires ? a.number - b.number : a.expires - b.expires));
    private long bytes;
    private long number;

    long bytes() {
        return bytes;
    }

    /** What has become of it before; null if it is still to be done. A claim is no obstacle: it is made so that somebody appends. */
    @Nullable
    Written earlier(String stream, Write.Once once) {
        Row row = rows.get(key(stream, once));
        if (row == null) {
            return null;
        }
        if (!row.fingerprint.equals(once.fingerprint())) {
            return new Written.KeyReused();
        }
        return row.last == null ? null : new Written.Repeated(row.last, row.reply);
    }

    void done(String stream, Write.Once once, Position last, long now) {
        put(new Row(
                key(stream, once),
                once.fingerprint(),
                later(now, once.window()),
                number++,
                last,
                once.reply().map(MemoryStream::own)));
    }

    Written claim(Write.Claim claim, long now) {
        Key key = key(claim.stream(), claim.once());
        Written earlier = earlier(claim.stream(), claim.once());
        if (earlier != null) {
            return earlier;
        }
        if (rows.containsKey(key)) {
            return new Written.InProgress();
        }
        put(new Row(key, claim.once().fingerprint(), later(now, claim.lease()), number++, null, Optional.empty()));
        return new Written.Granted();
    }

    Written release(Write.Release release) {
        Row row = rows.get(key(release.stream(), release.once()));
        if (row != null
                && row.last == null
                && row.fingerprint.equals(release.once().fingerprint())) {
            remove(row);
        }
        return new Written.Done();
    }

    /** Forgets what is over. */
    void expire(long now) {
        while (!byExpiry.isEmpty() && byExpiry.first().expires - now <= 0) {
            remove(byExpiry.first());
        }
    }

    /** Forgets what is done, what would end first, until the rest takes no more than so many bytes; tells how many. Who is at something keeps its claim. */
    int shorten(long most) {
        int before = rows.size();
        for (Row row : List.copyOf(byExpiry)) {
            if (bytes <= most) {
                break;
            }
            if (row.last != null) {
                remove(row);
            }
        }
        return before - rows.size();
    }

    /** Forgets all of some streams. */
    void forget(Collection<String> streams) {
        Set<String> gone = Set.copyOf(streams);
        byExpiry.removeIf(row -> gone.contains(row.key.stream));
        rows.values().removeIf(row -> gone.contains(row.key.stream));
        bytes = rows.values().stream().mapToLong(Row::bytes).sum();
    }

    private void put(Row row) {
        Row before = rows.get(row.key);
        if (before != null) {
            remove(before);
        }
        rows.put(row.key, row);
        byExpiry.add(row);
        bytes += row.bytes();
    }

    private void remove(Row row) {
        rows.remove(row.key);
        byExpiry.remove(row);
        bytes -= row.bytes();
    }

    private static Key key(String stream, Write.Once once) {
        return new Key(stream, once.scope(), once.key());
    }

    private static long later(long now, Duration by) {
        return now + (by.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0 ? Long.MAX_VALUE / 2 : by.toNanos());
    }
}
