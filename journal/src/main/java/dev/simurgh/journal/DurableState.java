package dev.simurgh.journal;

import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A durable state in memory, as its snapshot and its events have made it, up to a position of its stream. For one thread at a time. */
final class DurableState<S, E> {
    private static final Logger log = LoggerFactory.getLogger(DurableState.class);
    private static final int ENTRIES = 500;
    private static final long BYTES = 1 << 20;

    private final String stream;
    private final Journal journal;
    private final PayloadCodec codec;
    private final DurableSpec<S, E> spec;

    private S value;
    private @Nullable Position position; // of the last event in it; null at the beginning
    private long snapshotAt;
    private boolean latest;
    private boolean loaded;
    private boolean doubtful;
    private boolean guarded; // by a snapshot, behind which nothing is removed

    DurableState(String stream, Journal journal, PayloadCodec codec, DurableSpec<S, E> spec) {
        this.stream = stream;
        this.journal = journal;
        this.codec = codec;
        this.spec = spec;
        value = spec.initial;
    }

    S value() {
        return value;
    }

    long offset() {
        return position == null ? 0 : position.offset();
    }

    /** From now on somebody else may have changed it. */
    void age() {
        latest = false;
    }

    /** Whether it is the latest is to be looked at before it is of use again. */
    void doubt() {
        doubtful = true;
    }

    /** It is to be built anew before it is of use again. */
    void unload() {
        loaded = false;
    }

    // What becomes of it.

    /** Makes the next of one, and notes the event as it is to be stored. */
    S after(S before, E event, List<Write.NewEntry> entries) {
        entries.add(encoded(event));
        return Objects.requireNonNull(spec.apply.apply(before, event), "the state after an event");
    }

    private Write.NewEntry encoded(E event) {
        String name = spec.names.get(event.getClass());
        if (name == null) {
            throw new IllegalStateException("event: a " + event.getClass().getName() + " (expected: one of "
                    + spec.types.values() + "; see DurableSpec.Builder.event)");
        }
        return new Write.NewEntry(name, Payload.of(event).encoded(codec), Optional.empty());
    }

    /** What appends to it, if it is the latest. */
    Write.Append append(List<Write.NewEntry> entries, Optional<Write.Once> once) {
        return new Write.Append(
                stream,
                entries,
                OptionalLong.of(offset()),
                Optional.ofNullable(position).map(Position::epoch),
                once);
    }

    /** Its events are stored. */
    void become(S after, Position last) {
        value = after;
        position = last.offset() == 0 ? null : last;
    }

    /** Whether it is the latest, as the store says, unless that was seen just now. */
    CompletableFuture<Boolean> isLatest() {
        return latest
                ? CompletableFuture.completedFuture(true)
                : journal.standing(stream, Optional.ofNullable(position))
                        .thenApply(standing ->
                                standing.head().offset() == offset() && standing.since() != Verdict.UNKNOWN);
    }

    // Its snapshots.

    boolean isGuarded() {
        return guarded;
    }

    /** Stores a snapshot before the first event that would otherwise be removed, by number or age, before there is one. */
    CompletableFuture<Written> guard() {
        return journal.write(
                        new Write.Snapshot(stream, offset(), Payload.of(value).encoded(codec)))
                .thenApply(written -> {
                    guarded = written instanceof Written.Done;
                    snapshotAt = offset();
                    return written;
                });
    }

    void snapshotIfDue() {
        if (spec.snapshotEvery == 0 || offset() - snapshotAt < spec.snapshotEvery) {
            return;
        }
        long at = offset();
        snapshotAt = at;
        CompletableFuture<Written> kept;
        try {
            kept = journal.write(
                    new Write.Snapshot(stream, at, Payload.of(value).encoded(codec)));
        } catch (RuntimeException e) {
            kept = CompletableFuture.failedFuture(e);
        }
        kept.exceptionally(failure -> {
            log.error(
                    "no snapshot of {} at {}; the next is tried after {} events",
                    stream,
                    at,
                    spec.snapshotEvery,
                    failure);
            return new Written.Done();
        });
    }

    // How it is built.

    /** Has it built, and looked at if there is doubt. */
    CompletableFuture<Void> ready() {
        return loaded && !doubtful ? CompletableFuture.completedFuture(null) : refresh();
    }

    /** Brings it up to date: from what it is if that is still of the store's history, else from the snapshot, or the beginning. */
    private CompletableFuture<Void> refresh() {
        Position from = position;
        CompletableFuture<Verdict> good = !loaded || from == null
                ? CompletableFuture.completedFuture(loaded ? Verdict.NONE : Verdict.UNKNOWN)
                : journal.standing(stream, Optional.of(from)).thenApply(Standing::since);
        return good.thenCompose(verdict -> verdict == Verdict.COMPLETE || verdict == Verdict.NONE ? readOn() : reload())
                .thenRun(() -> {
                    loaded = true;
                    latest = true;
                    doubtful = false;
                });
    }

    private CompletableFuture<Void> reload() {
        loaded = false;
        return journal.snapshot(stream).thenCompose(snapshot -> {
            begin(snapshot);
            return readOn();
        });
    }

    private void begin(Optional<StoredSnapshot> stored) {
        Optional<StoredSnapshot> snapshot = spec.snapshotType == null ? Optional.empty() : stored;
        value = spec.initial;
        position = null;
        guarded = spec.snapshotType == null || snapshot.isPresent();
        try {
            snapshot.ifPresent(this::begin);
        } catch (RuntimeException e) { // it is made of the events, and is made again
            guarded = false;
            log.error(
                    "the snapshot of {} at {} cannot be read, and the state is built of all its events (expected: one that the codec decodes as {})",
                    stream,
                    snapshot.map(StoredSnapshot::position),
                    spec.snapshotType,
                    e);
        }
        snapshotAt = offset();
    }

    @SuppressWarnings("unchecked") // the codec gives what it is asked for
    private void begin(StoredSnapshot snapshot) {
        value = (S) snapshot.state().as(Objects.requireNonNull(spec.snapshotType), codec);
        position = snapshot.position().offset() == 0 ? null : snapshot.position();
    }

    /** Page by page. One that is there at once is applied in a loop, since a long history would be too deep for a recursion. */
    private CompletableFuture<Void> readOn() {
        while (true) {
            CompletableFuture<Page> next = journal.read(stream, offset(), ENTRIES, BYTES);
            if (!next.isDone()) {
                return next.thenCompose(page -> apply(page) ? readOn() : CompletableFuture.completedFuture(null));
            }
            if (!apply(next.join())) {
                return CompletableFuture.completedFuture(null);
            }
        }
    }

    /** Tells whether there is more. */
    private boolean apply(Page page) {
        if (page.trimmed()) {
            throw new IllegalStateException(
                    "stream " + stream + ": events behind " + offset()
                            + " have been removed, and no snapshot has them (expected: no retention, or DurableSpec.Builder.snapshot)");
        }
        for (Entry entry : page.entries()) {
            value = applied(entry);
            position = entry.position();
        }
        return page.upTo() < page.head();
    }

    private S applied(Entry entry) {
        Class<? extends E> type = spec.types.get(entry.event());
        if (type == null && spec.ignoresOthers) {
            return value;
        }
        if (type == null) {
            throw new IllegalStateException("stream " + stream + ": an event " + entry.event() + " at "
                    + entry.position() + " (expected: one of " + spec.types.keySet()
                    + "; see DurableSpec.Builder.event and ignoreOthers)");
        }
        try {
            return Objects.requireNonNull(
                    spec.apply.apply(value, entry.payload().as(type, codec)), "the state after an event");
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "stream " + stream + ": the event " + entry.event() + " at " + entry.position()
                            + " cannot be applied",
                    e);
        }
    }
}
