package dev.simurgh.journal;

import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A store that can be away, lose its end, begin a new epoch, and tells what it was asked. Nothing is trimmed unless the test says so. */
final class TestStore implements Store {
    private static final String IDENTITY = "identity";

    private final Map<String, List<Entry>> streams = new HashMap<>();
    private final Map<String, Long> trimmed = new HashMap<>();
    private final Map<String, Map<String, Long>> acknowledged = new HashMap<>();
    private final Map<String, Position> keys = new HashMap<>();
    private int epochs;
    boolean down;
    /** Runs when an answer to a read is on its way. */
    Runnable whenRead = () -> {};

    final List<String> calls = new ArrayList<>();

    private String epoch() {
        return "epoch" + epochs;
    }

    void beginEpoch() {
        epochs++;
    }

    /** As if a backup had been put back. */
    void loseAllBehind(String stream, int offset) {
        List<Entry> all = entries(stream);
        all.subList(offset, all.size()).clear();
        beginEpoch();
    }

    void trimUpTo(String stream, long offset) {
        trimmed.put(stream, offset);
    }

    /** Stores one entry, behind the back of journals. */
    Entry put(String stream, String event, Payload payload) {
        List<Entry> all = entries(stream);
        Entry entry = new Entry(new Position(epoch(), all.size() + 1), event, payload, Optional.empty());
        all.add(entry);
        return entry;
    }

    List<Entry> entries(String stream) {
        return streams.computeIfAbsent(stream, made -> new ArrayList<>());
    }

    private Position head(String stream) {
        List<Entry> all = streams.getOrDefault(stream, List.of());
        return all.isEmpty()
                ? new Position(IDENTITY, 0)
                : all.get(all.size() - 1).position();
    }

    private void asked(String call) {
        calls.add(call);
        if (down) {
            throw new StoreException("test: away", false, new IllegalStateException("away"));
        }
    }

    long count(String call) {
        return calls.stream().filter(call::equals).count();
    }

    @Override
    public boolean isBlocking() {
        return false;
    }

    @Override
    public List<Written> write(List<Write> group) {
        asked("write");
        return group.stream().map(this::write).toList();
    }

    private Written write(Write write) {
        if (write instanceof Write.Acknowledge acknowledge) {
            acknowledged
                    .computeIfAbsent(write.stream(), made -> new HashMap<>())
                    .merge(acknowledge.consumer(), acknowledge.offset(), Math::max);
            return new Written.Done();
        }
        Write.Append append = (Write.Append) write;
        String key = append.once()
                .map(once -> append.stream() + " " + once.scope() + " " + once.key())
                .orElse("");
        Position before = keys.get(key);
        String fingerprint = append.once().map(Write.Once::fingerprint).orElse("");
        if (before != null) {
            return keys.containsKey(key + " " + fingerprint)
                    ? new Written.Repeated(before, Optional.empty())
                    : new Written.KeyReused();
        }
        append.entries().forEach(entry -> put(append.stream(), entry.event(), entry.payload()));
        if (!key.isEmpty()) {
            keys.put(key, head(append.stream()));
            keys.put(key + " " + fingerprint, head(append.stream()));
        }
        return new Written.Appended(head(append.stream()));
    }

    @Override
    public Page read(String stream, long after, int maxEntries, long maxBytes) {
        asked("read");
        List<Entry> all = streams.getOrDefault(stream, List.of());
        long from = Math.max(after, trimmed.getOrDefault(stream, 0L));
        List<Entry> some = all.stream()
                .filter(entry -> entry.position().offset() > from)
                .limit(maxEntries)
                .toList();
        long upTo = some.isEmpty()
                ? Math.max(after, from)
                : some.get(some.size() - 1).position().offset();
        Page page = new Page(some, upTo, from > after, all.size());
        whenRead.run();
        return page;
    }

    @Override
    public Standing standing(String stream, Optional<Position> since) {
        asked("standing");
        return new Standing(
                head(stream), since.map(position -> verdict(stream, position)).orElse(Verdict.NONE));
    }

    private Verdict verdict(String stream, Position since) {
        List<Entry> all = streams.getOrDefault(stream, List.of());
        if (since.offset() < trimmed.getOrDefault(stream, 0L)) {
            return Verdict.TRIMMED;
        }
        boolean known = since.offset() == 0
                ? since.epoch().equals(IDENTITY)
                : since.offset() <= all.size()
                        && all.get((int) since.offset() - 1).position().equals(since);
        return known ? Verdict.COMPLETE : Verdict.UNKNOWN;
    }

    @Override
    public Map<String, Position> heads(Collection<String> all) {
        asked("heads");
        Map<String, Position> heads = new HashMap<>();
        all.forEach(stream -> heads.put(stream, head(stream)));
        return heads;
    }

    @Override
    public Optional<StoredSnapshot> snapshot(String stream) {
        return Optional.empty();
    }

    @Override
    public Map<String, Long> acknowledged(String stream) {
        asked("acknowledged");
        return acknowledged.getOrDefault(stream, Map.of());
    }

    @Override
    public boolean trim(Function<String, Retention> retention) {
        return false;
    }

    @Override
    public void close() {}
}
