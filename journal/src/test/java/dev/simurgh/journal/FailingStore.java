package dev.simurgh.journal;

import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A store that fails, refuses or hangs when the test says so, before it has written or behind that. */
final class FailingStore implements Store {
    private Store store;
    Optional<RuntimeException> failure = Optional.empty();
    Optional<RuntimeException> failureBehind = Optional.empty();
    int writes;
    int groups;
    boolean closed;
    /** An event that it cannot take; none if it is empty. */
    String refuses = "";
    /** Whether it refuses all writes, as if others had been there, who were not. */
    boolean conflicts;
    /** Runs before it writes, or tells where a stream stands. */
    volatile Runnable whenCalled = () -> {};

    FailingStore(Store store) {
        this.store = store;
    }

    void replace(Store other) {
        store = other;
    }

    @Override
    public boolean isBlocking() {
        return store.isBlocking();
    }

    @Override
    public List<Written> write(List<Write> group) {
        writes += group.size();
        groups++;
        whenCalled.run();
        if (group.stream().anyMatch(this::refuses)) {
            throw new IllegalArgumentException("test: refused");
        }
        failure.ifPresent(thrown -> {
            throw thrown;
        });
        if (conflicts) {
            return group.stream()
                    .<Written>map(write -> new Written.Conflict(
                            store.standing(write.stream(), Optional.empty()).head()))
                    .toList();
        }
        List<Written> written = store.write(group);
        failureBehind.ifPresent(thrown -> {
            throw thrown;
        });
        return written;
    }

    private boolean refuses(Write write) {
        return write instanceof Write.Append append
                && append.entries().stream().anyMatch(entry -> entry.event().equals(refuses));
    }

    @Override
    public Page read(String stream, long after, int maxEntries, long maxBytes) {
        return store.read(stream, after, maxEntries, maxBytes);
    }

    @Override
    public Standing standing(String stream, Optional<Position> since) {
        whenCalled.run();
        return store.standing(stream, since);
    }

    @Override
    public Map<String, Position> heads(Collection<String> streams) {
        return store.heads(streams);
    }

    @Override
    public Optional<StoredSnapshot> snapshot(String stream) {
        return store.snapshot(stream);
    }

    @Override
    public Map<String, Long> acknowledged(String stream) {
        return store.acknowledged(stream);
    }

    @Override
    public boolean trim(Function<String, Retention> retention) {
        return store.trim(retention);
    }

    @Override
    public void close() {
        closed = true;
        failure.ifPresent(thrown -> {
            throw thrown;
        });
        store.close();
    }
}
