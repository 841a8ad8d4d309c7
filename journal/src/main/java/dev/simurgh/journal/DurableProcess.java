package dev.simurgh.journal;

import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * One durable state at work. While what was decided is being stored, commands gather; then they are decided one after the other, each by what
 * those before it have made of the state, and what they have decided is appended as a whole, expecting that nobody else has appended since. If somebody has,
 * they are decided again, by the state that there is then. A command with a key is a batch of its own.
 *
 * <p>Commands that decide nothing are answered when it is known that the state was the latest, since another process may have changed it.
 */
final class DurableProcess<S, E> {
    private static final int MAX_BATCH = 100;
    private static final long MAX_BATCH_BYTES = 1 << 20;
    private static final Duration LEASE = Duration.ofSeconds(1);

    private static final CompletableFuture<Boolean> NOT_LATEST = CompletableFuture.completedFuture(false);

    private final String stream;
    private final Journal journal;
    private final Consumer<DurableProcess<S, E>> retired;

    private final ArrayDeque<DurableCommand<S, E, ?>> queue = new ArrayDeque<>(); // guarded by this
    private boolean busy; // guarded by this
    private boolean gone; // guarded by this
    private volatile long lastAsked;

    // What follows belongs to whoever has made it busy.
    private final DurableState<S, E> state;
    private final Patience patience;
    private final Steps steps;

    DurableProcess(
            String stream,
            Journal journal,
            PayloadCodec codec,
            DurableSpec<S, E> spec,
            Consumer<DurableProcess<S, E>> retired) {
        this.stream = stream;
        this.journal = journal;
        this.retired = retired;
        state = new DurableState<>(stream, journal, codec, spec);
        patience = new Patience(stream);
        steps = new Steps("durable state " + stream, journal.executor());
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
            steps.execute(this::work);
        } catch (Throwable e) { // an Error, too, as of a lack of threads, must not leave them without an answer
            JournalException failure = notAsked(e);
            for (List<DurableCommand<S, E, ?>> batch = take(); !batch.isEmpty(); batch = take()) {
                batch.forEach(command -> command.fail(failure));
            }
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
            state.age();
            patience.begin(journal.timers().nanoTime());
            attempt(batch);
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
        while (!queue.isEmpty() && Patience.isOver(queue.element().asked(), now)) {
            impatient.add(queue.remove());
        }
        return impatient;
    }

    // Deciding.

    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen to here
    private void attempt(List<DurableCommand<S, E, ?>> batch) {
        CompletableFuture<Boolean> done;
        try {
            done = state.ready().thenCompose(ready -> decide(batch));
        } catch (Throwable e) { // an Error, too, must not leave them without an answer
            done = CompletableFuture.failedFuture(e);
        }
        done.whenComplete((settled, failure) -> {
            if (failure != null) {
                failed(batch, cause(failure));
            } else if (!settled && patience.mayTryAgain(journal.timers().nanoTime())) {
                tryAgain(batch);
                return;
            } else if (!settled) {
                JournalException gaveUp = patience.gaveUp(state.offset());
                batch.forEach(command -> command.fail(gaveUp));
                takeImpatient().forEach(command -> command.fail(gaveUp));
            }
            next();
        });
    }

    private void failed(List<DurableCommand<S, E, ?>> batch, Throwable cause) {
        if (!(cause instanceof JournalException)) {
            state.unload();
        }
        state.doubt();
        batch.forEach(command -> command.fail(cause));
    }

    private void tryAgain(List<DurableCommand<S, E, ?>> batch) {
        state.doubt();
        try {
            steps.execute(() -> attempt(batch));
        } catch (Throwable e) { // an Error, too, must not leave them without an answer
            JournalException failure = notAsked(e);
            batch.forEach(command -> command.fail(failure));
            next();
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Tells whether the commands have their answers; if not, the state was not the latest. */
    private CompletableFuture<Boolean> decide(List<DurableCommand<S, E, ?>> batch) {
        S after = state.value();
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
                after = state.after(after, event, encoded);
            }
        } catch (Throwable e) { // an Error, too: it must not cost the others their answers
            command.threw(e);
            return before;
        }
        entries.addAll(encoded);
        return after;
    }

    private CompletableFuture<Boolean> append(
            List<DurableCommand<S, E, ?>> batch, List<Write.NewEntry> entries, S after) {
        if (!state.isGuarded() && !entries.isEmpty()) {
            return state.guard().thenCompose(written -> {
                if (written instanceof Written.Done) {
                    return append(batch, entries, after);
                }
                patience.refused(contradicts(written));
                return NOT_LATEST;
            });
        }
        return journal.write(state.append(entries, batch.get(0).onceWithAnswer()))
                .thenApply(written -> {
                    if (written instanceof Written.Appended appended) {
                        state.become(after, appended.last());
                        patience.stored();
                        batch.forEach(DurableCommand::complete);
                        state.snapshotIfDue();
                        return true;
                    }
                    patience.refused(contradicts(written));
                    if (contradicts(written)) {
                        state.unload();
                    }
                    return answered(batch.get(0), written);
                });
    }

    /** Whether the store refuses what is made of the state, and says that it ends where the state is. */
    private boolean contradicts(Written written) {
        return written instanceof Written.Conflict conflict && conflict.last().offset() == state.offset();
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
        return state.isLatest().thenApply(is -> {
            if (is) {
                batch.forEach(DurableCommand::complete);
            }
            return is;
        });
    }
}
