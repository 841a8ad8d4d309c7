package dev.simurgh.journal;

import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One durable state at work. While what was decided is being stored, commands gather; then they are decided one after the other, each by what
 * those before it have made of the state, and what they have decided is appended as a whole, expecting that nobody else has appended since. If somebody has,
 * they are decided again, by the state that there is then. A command with a key is a batch of its own.
 *
 * <p>Commands that decide nothing are answered when it is known that the state was the latest, since another process may have changed it.
 */
final class DurableProcess<S, E> {
    private static final Logger log = LoggerFactory.getLogger(DurableProcess.class);
    private static final int MAX_BATCH = 100;
    private static final long MAX_BATCH_BYTES = 1 << 20;
    /** Both must have passed: others may do hundreds of appends in the time of a statement that waits for its turn. */
    private static final int LEAST_ATTEMPTS = 20;

    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(10);
    private static final int ENTRIES = 500;
    private static final long BYTES = 1 << 20;
    private static final Duration LEASE = Duration.ofSeconds(1);

    private static final CompletableFuture<Boolean> NOT_LATEST = CompletableFuture.completedFuture(false);

    private final String stream;
    private final Journal journal;
    private final PayloadCodec codec;
    private final DurableSpec<S, E> spec;
    private final Consumer<DurableProcess<S, E>> retired;

    private final ArrayDeque<DurableCommand<S, E, ?>> queue = new ArrayDeque<>(); // guarded by this
    private boolean busy; // guarded by this
    private boolean gone; // guarded by this
    private volatile long lastAsked;

    // What follows belongs to whoever has made it busy.
    private S state;
    private @Nullable Position position; // of the last event in the state; null at the beginning
    private long snapshotAt;
    private boolean latest;
    private boolean loaded;
    private boolean doubtful;
    private boolean guarded; // by a snapshot, behind which nothing is removed
    private int contradictions; // in a row: it ends where it was said to, and was refused all the same, as once after a
    // failover
    private Runnable step = () -> {};

    private final AtomicInteger steps = new AtomicInteger(); // one that is done, and perhaps the one behind it

    DurableProcess(
            String stream,
            Journal journal,
            PayloadCodec codec,
            DurableSpec<S, E> spec,
            Consumer<DurableProcess<S, E>> retired) {
        this.stream = stream;
        this.journal = journal;
        this.codec = codec;
        this.spec = spec;
        this.retired = retired;
        state = spec.initial;
        lastAsked = journal.timers().nanoTime();
    }

    String stream() {
        return stream;
    }

    long lastAsked() {
        return lastAsked;
    }

    /** Takes a command; false if this process has retired. */
    boolean offer(DurableCommand<S, E, ?> command) {
        synchronized (this) {
            if (gone) {
                return false;
            }
            lastAsked = journal.timers().nanoTime();
            command.asked(lastAsked);
            queue.add(command);
            if (busy) {
                return true;
            }
            busy = true;
        }
        next();
        return true;
    }

    synchronized boolean isIdle() {
        return !busy;
    }

    /** Leaves memory, if it has nothing to do. */
    boolean retire() {
        synchronized (this) {
            if (busy || gone) {
                return false;
            }
            gone = true;
        }
        retired.accept(this);
        return true;
    }

    private void next() {
        try {
            execute(this::work);
        } catch (Throwable e) { // an Error, too, such as that there are no more threads, must not leave them without an
            // answer
            JournalException failure = notAsked(e);
            for (List<DurableCommand<S, E, ?>> batch = take(); !batch.isEmpty(); batch = take()) {
                batch.forEach(command -> command.fail(failure));
            }
        }
    }

    /**
     * On a new stack, also if the executor works where it is asked: whoever is at the step before does this one, too, when its stack is gone. A store that answers at
     * once may have one thing tried thousands of times.
     */
    private void execute(Runnable next) {
        journal.executor().execute(() -> {
            step = next;
            if (steps.getAndIncrement() > 0) {
                return;
            }
            do {
                step();
            } while (steps.decrementAndGet() > 0);
        });
    }

    private void step() {
        try {
            step.run();
        } catch (Throwable e) { // such as of the clock; what comes behind it must not wait for it
            log.error("durable state {}: a step failed", stream, e);
        }
    }

    private static JournalException notAsked(Throwable refusal) {
        return new JournalException(
                refusal instanceof RejectedExecutionException
                        ? "not asked: the journal has ended"
                        : "not asked: the journal's executor has failed",
                false,
                refusal);
    }

    private void work() {
        List<DurableCommand<S, E, ?>> batch = take();
        if (!batch.isEmpty()) {
            latest = false;
            attempt(batch, new Attempts(journal.timers().nanoTime()));
        }
    }

    /** The next to be decided together; nothing is busy any more if there are none. */
    private synchronized List<DurableCommand<S, E, ?>> take() {
        List<DurableCommand<S, E, ?>> batch = new ArrayList<>();
        while (!queue.isEmpty()
                && batch.size() < MAX_BATCH
                && (batch.isEmpty() || !queue.element().isOnce())) {
            batch.add(queue.remove());
            if (batch.get(0).isOnce()) {
                break;
            }
        }
        busy = !batch.isEmpty();
        return batch;
    }

    /** Those that have waited as long behind one in vain: each would have others wait again, and nobody would be told in time. */
    private synchronized List<DurableCommand<S, E, ?>> takeImpatient() {
        List<DurableCommand<S, E, ?>> impatient = new ArrayList<>();
        long now = journal.timers().nanoTime();
        while (!queue.isEmpty() && now - queue.element().asked() >= LEAST_PATIENCE.toNanos()) {
            impatient.add(queue.remove());
        }
        return impatient;
    }

    // Deciding.

    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen to here
    private void attempt(List<DurableCommand<S, E, ?>> batch, Attempts attempts) {
        CompletableFuture<Boolean> done;
        try {
            done = (loaded && !doubtful ? CompletableFuture.<Void>completedFuture(null) : refresh())
                    .thenCompose(ready -> decide(batch));
        } catch (Throwable e) { // an Error, too, must not leave them without an answer
            done = CompletableFuture.failedFuture(e);
        }
        done.whenComplete((settled, failure) -> {
            if (failure != null) {
                Throwable cause = DurableProcess.cause(failure);
                loaded &= cause instanceof JournalException;
                doubtful = true;
                batch.forEach(command -> command.fail(cause));
            } else if (!settled
                    && contradictions < LEAST_ATTEMPTS
                    && attempts.mayTryAgain(journal.timers().nanoTime())) {
                tryAgain(batch, attempts);
                return;
            } else if (!settled) {
                JournalException gaveUp = gaveUp(attempts);
                batch.forEach(command -> command.fail(gaveUp));
                takeImpatient().forEach(command -> command.fail(gaveUp));
            }
            next();
        });
    }

    private JournalException gaveUp(Attempts attempts) {
        boolean contradicted = contradictions >= LEAST_ATTEMPTS;
        contradictions = 0;
        return new JournalException(
                contradicted
                        ? "not stored: the store says that " + stream + " ends at " + offset()
                                + ", and takes nothing behind that (expected: a store that keeps to its word)"
                        : "not stored: others have changed " + stream + " before each of " + attempts.number
                                + " attempts (expected: fewer processes that write to one stream)",
                false,
                null);
    }

    private void tryAgain(List<DurableCommand<S, E, ?>> batch, Attempts attempts) {
        doubtful = true;
        try {
            execute(() -> attempt(batch, attempts));
        } catch (Throwable e) { // an Error, too, must not leave them without an answer
            JournalException failure = notAsked(e);
            batch.forEach(command -> command.fail(failure));
            next();
        }
    }

    /** How often a batch was decided, and since when. For one thread at a time. */
    private static final class Attempts {
        private final long sinceNanos;
        private int number = 1;

        Attempts(long nowNanos) {
            sinceNanos = nowNanos;
        }

        boolean mayTryAgain(long nowNanos) {
            if (number >= LEAST_ATTEMPTS && nowNanos - sinceNanos >= LEAST_PATIENCE.toNanos()) {
                return false;
            }
            number++;
            return true;
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Tells whether the commands have their answers; if not, the state was not the latest. */
    private CompletableFuture<Boolean> decide(List<DurableCommand<S, E, ?>> batch) {
        S after = state;
        List<Write.NewEntry> entries = new ArrayList<>();
        int decided = 0;
        for (long bytes = 0; decided < batch.size() && bytes < MAX_BATCH_BYTES; decided++) {
            int before = entries.size();
            after = decide(batch.get(decided), after, entries);
            bytes += entries.subList(before, entries.size()).stream()
                    .mapToLong(entry -> Pending.bytes(entry.payload()))
                    .sum();
        }
        putBack(batch.subList(decided, batch.size()));
        DurableCommand<S, E, ?> first = batch.get(0);
        if (first.isOnce() && first.hasThrown()) {
            return decideRefused(batch, first);
        }
        if (entries.isEmpty() && !first.isOnce()) {
            return ifLatest(batch);
        }
        return append(batch, entries, after);
    }

    /** What would be too much for one append is decided with the next. */
    private void putBack(List<DurableCommand<S, E, ?>> rest) {
        synchronized (this) {
            for (int i = rest.size() - 1; i >= 0; i--) {
                queue.addFirst(rest.get(i));
            }
        }
        rest.clear();
    }

    private S decide(DurableCommand<S, E, ?> command, S before, List<Write.NewEntry> entries) {
        S after = before;
        List<Write.NewEntry> encoded = new ArrayList<>();
        try {
            for (E event : command.decide(before)) {
                encoded.add(encoded(event));
                after = Objects.requireNonNull(spec.apply.apply(after, event), "the state after an event");
            }
        } catch (Throwable e) { // an Error, too: it must not cost the others their answers
            command.threw(e);
            return before;
        }
        entries.addAll(encoded);
        return after;
    }

    private Write.NewEntry encoded(E event) {
        String name = spec.names.get(event.getClass());
        if (name == null) {
            throw new IllegalStateException("event: a " + event.getClass().getName() + " (expected: one of "
                    + spec.types.values() + "; see DurableSpec.Builder.event)");
        }
        return new Write.NewEntry(name, Payload.of(event).encoded(codec), Optional.empty());
    }

    private CompletableFuture<Boolean> append(
            List<DurableCommand<S, E, ?>> batch, List<Write.NewEntry> entries, S after) {
        if (!guarded && !entries.isEmpty()) {
            return guard().thenCompose(done -> done ? append(batch, entries, after) : NOT_LATEST);
        }
        Write.Append append = new Write.Append(
                stream,
                entries,
                OptionalLong.of(offset()),
                Optional.ofNullable(position).map(Position::epoch),
                batch.get(0).onceWithAnswer());
        return journal.write(append).thenApply(written -> {
            if (written instanceof Written.Appended appended) {
                state = after;
                position = appended.last().offset() == 0 ? null : appended.last();
                contradictions = 0;
                batch.forEach(DurableCommand::complete);
                snapshotIfDue();
                return true;
            }
            boolean contradicts = written instanceof Written.Conflict conflict
                    && conflict.last().offset() == offset();
            contradictions = contradicts ? contradictions + 1 : 0;
            loaded &= !contradicts;
            return answered(batch.get(0), written);
        });
    }

    /** Stores a snapshot before the first event that would otherwise be removed, by number or age, before there is one. */
    private CompletableFuture<Boolean> guard() {
        return journal.write(
                        new Write.Snapshot(stream, offset(), Payload.of(state).encoded(codec)))
                .thenApply(written -> {
                    guarded = written instanceof Written.Done;
                    snapshotAt = offset();
                    return guarded;
                });
    }

    /** Tells whether a command with a key was done before. */
    private static boolean answered(DurableCommand<?, ?, ?> command, Written written) {
        if (written instanceof Written.Repeated repeated) {
            command.repeat(repeated.reply());
            return true;
        }
        if (written instanceof Written.KeyReused) {
            command.fail(new KeyReusedException(command.once().orElseThrow().key()));
            return true;
        }
        return false;
    }

    /** A command with a key has thrown, perhaps because it was done before. What it throws is not kept. */
    private CompletableFuture<Boolean> decideRefused(
            List<DurableCommand<S, E, ?>> batch, DurableCommand<S, E, ?> command) {
        Write.Once once = command.once().orElseThrow();
        return journal.write(new Write.Claim(stream, once, LEASE))
                .thenCompose(written -> answered(command, written)
                        ? CompletableFuture.completedFuture(true)
                        : journal.write(new Write.Release(stream, once)).thenCompose(released -> ifLatest(batch)));
    }

    private CompletableFuture<Boolean> ifLatest(List<DurableCommand<S, E, ?>> batch) {
        if (latest) {
            batch.forEach(DurableCommand::complete);
            return CompletableFuture.completedFuture(true);
        }
        return journal.standing(stream, Optional.ofNullable(position)).thenApply(standing -> {
            boolean is = standing.head().offset() == offset() && standing.since() != Verdict.UNKNOWN;
            if (is) {
                batch.forEach(DurableCommand::complete);
            }
            return is;
        });
    }

    private long offset() {
        return position == null ? 0 : position.offset();
    }

    private void snapshotIfDue() {
        if (spec.snapshotEvery == 0 || offset() - snapshotAt < spec.snapshotEvery) {
            return;
        }
        long at = offset();
        snapshotAt = at;
        CompletableFuture<Written> kept;
        try {
            kept = journal.write(
                    new Write.Snapshot(stream, at, Payload.of(state).encoded(codec)));
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

    // The state.

    /** Brings the state up to date: from what it is if that is still of the store's history, else from the snapshot, or the beginning. */
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
        state = spec.initial;
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
        state = (S) snapshot.state().as(Objects.requireNonNull(spec.snapshotType), codec);
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
            state = applied(entry);
            position = entry.position();
        }
        return page.upTo() < page.head();
    }

    private S applied(Entry entry) {
        Class<? extends E> type = spec.types.get(entry.event());
        if (type == null && spec.ignoresOthers) {
            return state;
        }
        if (type == null) {
            throw new IllegalStateException("stream " + stream + ": an event " + entry.event() + " at "
                    + entry.position() + " (expected: one of " + spec.types.keySet()
                    + "; see DurableSpec.Builder.event and ignoreOthers)");
        }
        try {
            return Objects.requireNonNull(
                    spec.apply.apply(state, entry.payload().as(type, codec)), "the state after an event");
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "stream " + stream + ": the event " + entry.event() + " at " + entry.position()
                            + " cannot be applied",
                    e);
        }
    }
}
