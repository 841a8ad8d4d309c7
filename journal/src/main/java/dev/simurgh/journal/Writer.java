package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes by group commit: one thread gives the store all that has gathered while it was busy with the group before. A slow disk makes
 * groups larger, and not the queue longer. Answers are given by another turn, in the order of the store, while the next group is
 * written; their bytes count until then, so that who is slow to take them bounds what comes in.
 *
 * <p>Between groups a piece of what need not be kept is removed, when it is time for that.
 */
final class Writer {
    private static final Logger log = LoggerFactory.getLogger(Writer.class);
    private static final long MAX_GROUP_BYTES = 4 << 20;

    private static final Duration TRIM_EVERY = Duration.ofSeconds(1);
    /** So that a busy stream is not much longer than it may be. */
    private static final int TRIM_AFTER = 1_000;

    private record Answer(
            Pending to, @Nullable Written written, @Nullable JournalException failure) {}

    private final Store store;
    private final Timers timers;
    private final Duration timeout;
    private final long maxWaitingBytes;
    private final int maxGroup;
    private final Turns turns;
    private final Turns answering;
    private final Deadlines deadlines;
    private final List<Consumer<Stored>> listeners = new CopyOnWriteArrayList<>();
    final LongAdder stored = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final LongAdder failed = new LongAdder();

    private final Object lock = new Object();
    private final ArrayDeque<Pending> queue = new ArrayDeque<>(); // guarded by lock
    private final ArrayDeque<Answer> answers = new ArrayDeque<>(); // guarded by lock
    private volatile long waitingBytes; // written under lock
    private boolean closed; // guarded by lock
    private boolean trimDue; // guarded by lock
    private int storedSinceTrim; // guarded by lock
    private Function<String, Retention> retention = stream -> Retention.forever(); // guarded by lock
    private boolean trimFails; // only in a turn
    private boolean retentionFails; // only in a turn

    Writer(Store store, Journal.Builder options, Timers timers, Executor executor) {
        this.store = store;
        this.timers = timers;
        timeout = options.writeTimeout;
        maxWaitingBytes = options.maxWaitingBytes;
        maxGroup = options.maxGroup;
        turns = new Turns(executor, this::turn);
        answering = new Turns(executor, this::answerNext);
        deadlines = new Deadlines(timers, executor, timeout);
    }

    void onStored(Consumer<Stored> listener) {
        listeners.add(listener);
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // under the lock only
    CompletableFuture<Written> write(Write write) {
        Pending pending;
        try {
            pending = new Pending(Checked.write(write), this);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedFuture(new JournalException("the journal is closed", false, null));
            }
            if (waitingBytes + pending.bytes > maxWaitingBytes) {
                refused.increment();
                return CompletableFuture.failedFuture(full(pending));
            }
            waitingBytes += pending.bytes;
            queue.add(pending);
            deadlines.add(pending);
        }
        wake();
        return pending.answer;
    }

    private JournalException full(Pending pending) {
        return new JournalException(
                "not stored: " + waitingBytes + " bytes wait for the store, and this is " + pending.bytes
                        + " (expected: at most " + maxWaitingBytes
                        + "; the store is too slow, or see Journal.Builder.maxWaitingBytes)",
                false,
                null);
    }

    private void wake() {
        try {
            turns.wake();
        } catch (Throwable thrown) { // an Error, too: there may be no thread for it
            failQueued("not stored: the journal's executor takes nothing", thrown);
        }
    }

    private void failQueued(String message, @Nullable Throwable cause) {
        for (Pending pending = next(); pending != null; pending = next()) {
            settle(new Answer(pending, null, new JournalException(message, false, cause)));
        }
    }

    private @Nullable Pending next() {
        synchronized (lock) {
            return queue.poll();
        }
    }

    // In a turn.

    private boolean turn() {
        List<Pending> group = group();
        if (!group.isEmpty()) {
            write(group);
        }
        return trim() || !group.isEmpty();
    }

    private List<Pending> group() {
        List<Pending> group = new ArrayList<>();
        synchronized (lock) {
            long bytes = 0;
            for (Pending next = queue.peek();
                    next != null
                            && group.size() < maxGroup
                            && (bytes += next.bytes) <= Math.max(MAX_GROUP_BYTES, next.bytes);
                    next = queue.peek()) {
                next.begun = true;
                group.add(queue.remove());
            }
        }
        return group;
    }

    private void write(List<Pending> group) {
        List<Written> written;
        try {
            written = store.write(group.stream().map(pending -> pending.write).toList());
            if (written.size() != group.size()) {
                throw new IllegalStateException(
                        store + " has answered " + written.size() + " of " + group.size() + " writes");
            }
        } catch (IllegalArgumentException e) {
            separately(group, e);
            return;
        } catch (Throwable thrown) { // an Error, too, must not leave callers without an answer
            JournalException failure = failure(thrown);
            answer(group.stream()
                    .map(pending -> new Answer(pending, null, failure))
                    .toList());
            return;
        }
        List<Answer> all = new ArrayList<>(group.size());
        for (int i = 0; i < written.size(); i++) {
            all.add(new Answer(group.get(i), written.get(i), null));
        }
        answer(all);
    }

    /** One of the group is such that the store cannot take it; none was stored. It must not cost the others, nor make a group for each of them. */
    private void separately(List<Pending> group, IllegalArgumentException e) {
        if (group.size() > 1) {
            int half = group.size() / 2;
            write(group.subList(0, half));
            write(group.subList(half, group.size()));
        } else {
            answer(List.of(
                    new Answer(group.get(0), null, new JournalException("not stored: " + e.getMessage(), false, e))));
        }
    }

    private static JournalException failure(Throwable thrown) {
        boolean unknown = !(thrown instanceof StoreException known) || known.outcomeUnknown();
        return new JournalException(
                (unknown ? "perhaps not stored: " : "not stored: ") + thrown.getMessage(), unknown, thrown);
    }

    private void answer(List<Answer> all) {
        synchronized (lock) {
            for (Answer answer : all) {
                answer.to.written = answer.written;
                answers.add(answer);
                if (answer.written instanceof Written.Appended && ++storedSinceTrim >= TRIM_AFTER) {
                    trimDue = true;
                }
            }
        }
        try {
            answering.wake();
        } catch (Throwable thrown) {
            answering.finish(timeout);
        }
    }

    private boolean trim() {
        Function<String, Retention> how;
        synchronized (lock) {
            how = retention;
            if (!trimDue || closed) {
                return false;
            }
            trimDue = false;
            storedSinceTrim = 0;
        }
        try {
            boolean more = store.trim(stream -> retention(how, stream));
            trimFails = false;
            synchronized (lock) {
                trimDue |= more;
            }
            return more;
        } catch (Throwable thrown) {
            if (!trimFails) {
                log.error("{}: what need not be kept is not removed, and is tried again", store, thrown);
            }
            trimFails = true;
            return false;
        }
    }

    /** What has no answer is kept; it must not keep all other streams from being trimmed, nor keys from being forgotten. */
    private Retention retention(Function<String, Retention> how, String stream) {
        try {
            return Objects.requireNonNull(how.apply(stream), "the retention");
        } catch (Throwable thrown) {
            if (!retentionFails) {
                log.error("how long stream {} is kept is not known, and it is kept", stream, thrown);
            }
            retentionFails = true;
            return Retention.forever();
        }
    }

    // The answers.

    private boolean answerNext() {
        Answer answer;
        synchronized (lock) {
            answer = answers.poll();
        }
        if (answer == null) {
            return false;
        }
        if (answer.written instanceof Written.Appended appended
                && answer.to.write instanceof Write.Append append
                && !append.entries().isEmpty()) {
            stored.add(append.entries().size());
            tell(new Stored(append, appended.last()));
        }
        settle(answer);
        return true;
    }

    private void tell(Stored entries) {
        for (Consumer<Stored> listener : listeners) {
            try {
                listener.accept(entries);
            } catch (Throwable thrown) {
                log.error("a listener of {} failed on {}", store, entries.last(), thrown);
            }
        }
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // under the lock only
    private void settle(Answer answer) {
        deadlines.settle(answer.to);
        synchronized (lock) {
            waitingBytes -= answer.to.bytes;
        }
        if (answer.written != null) {
            answer.to.answer.complete(answer.written);
        } else if (answer.failure != null) {
            failed.increment();
            answer.to.answer.completeExceptionally(answer.failure);
        }
    }

    /** Its time is up. It may still wait here, be with the store, or be stored and wait for those before it to take their answers. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // under the lock only
    Runnable expired(Pending pending) {
        boolean begun;
        Written written;
        synchronized (lock) {
            begun = pending.begun;
            written = pending.written;
            if (!begun && queue.remove(pending)) {
                waitingBytes -= pending.bytes;
            }
        }
        if (written != null) {
            return () -> pending.answer.complete(written);
        }
        timedOut.increment();
        JournalException failure = new JournalException(
                (begun ? "perhaps not stored" : "not stored") + ": the store did not answer within " + timeout
                        + " (expected: a store that answers; see Journal.Builder.writeTimeout)",
                begun,
                null);
        return () -> pending.answer.completeExceptionally(failure);
    }

    // Its life.

    void retain(Function<String, Retention> how) {
        synchronized (lock) {
            retention = how;
        }
    }

    /** Also if all entries are kept: the time of keys comes to its end. */
    void trimLater() {
        timers.schedule(TRIM_EVERY, () -> {
            synchronized (lock) {
                if (closed) {
                    return;
                }
                trimDue = true;
            }
            wake();
            trimLater();
        });
    }

    /** For any thread, without waiting. */
    long waitingBytes() {
        return waitingBytes;
    }

    long maxWaitingBytes() {
        return maxWaitingBytes;
    }

    /** Takes nothing more, and stores and answers what it has taken, unless the store hangs. */
    void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            if (!turns.finish(timeout)) {
                failQueued("not stored: the journal was closed, and the store hangs", null);
            }
            answering.finish(timeout);
        } finally {
            deadlines.close(); // which ends what still waits
        }
    }
}
