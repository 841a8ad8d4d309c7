package dev.simurgh.journal;

import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A store that another is put into, and that can be away; counts what it is asked. */
final class UnreliableStore implements Store {
    Store store;
    boolean down;
    int reads;
    int standings;
    int heads;
    final List<String> calls = new ArrayList<>();

    UnreliableStore(Store store) {
        this.store = store;
    }

    private Store there(String call) {
        calls.add(call);
        if (down) {
            throw new StoreException("test: the store is away", false, new IllegalStateException("away"));
        }
        return store;
    }

    @Override
    public boolean isBlocking() {
        return false;
    }

    @Override
    public List<Written> write(List<Write> group) {
        return there("write").write(group);
    }

    @Override
    public Page read(String stream, long after, int maxEntries, long maxBytes) {
        reads++;
        return there("read").read(stream, after, maxEntries, maxBytes);
    }

    @Override
    public Standing standing(String stream, Optional<Position> since) {
        standings++;
        return there("standing").standing(stream, since);
    }

    @Override
    public Map<String, Position> heads(Collection<String> streams) {
        heads++;
        return there("heads").heads(streams);
    }

    @Override
    public Optional<StoredSnapshot> snapshot(String stream) {
        return there("snapshot").snapshot(stream);
    }

    @Override
    public Map<String, Long> acknowledged(String stream) {
        return there("acknowledged").acknowledged(stream);
    }

    @Override
    public boolean trim(Function<String, Retention> retention) {
        return !down && store.trim(retention);
    }

    @Override
    public void close() {
        store.close();
    }
}
