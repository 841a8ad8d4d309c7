package dev.simurgh.testkit;

import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A store that several nodes share, and that is away when the test says so. It outlives them all. */
final class StoreThatGoesAway implements Store {
    private final Store store;
    boolean away;

    StoreThatGoesAway(Store store) {
        this.store = store;
    }

    private Store there() {
        if (away) {
            throw new StoreException("the store is away", false, new IllegalStateException("test"));
        }
        return store;
    }

    @Override
    public boolean isBlocking() {
        return false;
    }

    @Override
    public List<Written> write(List<Write> group) {
        return there().write(group);
    }

    @Override
    public Page read(String stream, long after, int maxEntries, long maxBytes) {
        return there().read(stream, after, maxEntries, maxBytes);
    }

    @Override
    public Standing standing(String stream, Optional<Position> since) {
        return there().standing(stream, since);
    }

    @Override
    public Map<String, Position> heads(Collection<String> streams) {
        return there().heads(streams);
    }

    @Override
    public Optional<StoredSnapshot> snapshot(String stream) {
        return there().snapshot(stream);
    }

    @Override
    public Map<String, Long> acknowledged(String stream) {
        return there().acknowledged(stream);
    }

    @Override
    public boolean trim(Function<String, Retention> retention) {
        return there().trim(retention);
    }

    @Override
    public void close() {}
}
