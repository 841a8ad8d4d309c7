package dev.simurgh.journal.spi;

import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a journal is stored in. A {@code Journal} is made of one; it does all that stores have in common: gathers
 * what is written at the same time, bounds what waits, and gives up in time.
 *
 * <p>Offsets of a stream are dense, become visible in order, and are never used again: not after a trim, nor a restart. Several processes
 * may use the same store if it says so.
 *
 * <p>{@link #write} and {@link #trim} are called by one thread at a time, all else by any number at once. Every call returns or throws
 * within a time that the store bounds; all may throw a {@link StoreException}.
 */
public interface Store extends AutoCloseable {
    /** Whether calls may block, so that they need threads of their own. */
    boolean isBlocking();

    /**
     * Stores a group, durably when it returns. Each of the writes stands for itself: one that comes to a conflict or a repetition hurts none of the others.
     *
     * @return what has become of each, in the same order
     * @throws StoreException if none of the group was stored, or that is not known
     * @throws IllegalArgumentException if one of the group is such that it can never be stored; nothing was, and the others are tried by themselves
     */
    List<Written> write(List<Write> group);

    /**
     * Reads entries behind an offset, at least one if there is one, however large. Takes as long for the same number of entries wherever in the stream they are.
     */
    Page read(String stream, long after, int maxEntries, long maxBytes);

    /** Where a stream stands. Asking for a stream that has no entries stores nothing. */
    Standing standing(String stream, Optional<Position> since);

    /** As {@link #standing} for many streams, without positions. */
    Map<String, Position> heads(Collection<String> streams);

    /** The snapshot that was kept last. */
    Optional<StoredSnapshot> snapshot(String stream);

    /** What each named consumer of a stream has acknowledged: the offsets. */
    Map<String, Long> acknowledged(String stream);

    /**
     * Removes some of what need not be kept: a small piece of work, which keeps writes from waiting.
     *
     * @param retention how long a stream's entries are to be kept
     * @return whether there is more to do
     */
    boolean trim(Function<String, Retention> retention);

    /** Ends it. */
    @Override
    void close();
}
