package hello;

import hello.Tally.Change;
import hello.TallyLog.Appended;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Tally} that survives kill -9: in memory for speed, each change in the {@link TallyLog} before it is answered.
 *
 * <p>Group commit: one thread takes all that is waiting and makes it one transaction. While the disk syncs that one, the next
 * group gathers, so a slow disk makes groups larger and not the queue longer. Only after the commit do the changes reach the
 * tally and are the callers answered, in the order in which they asked: whoever has an answer can count on it, and
 * {@link #count} never shows what a crash could still undo.
 *
 * <p>The file may be shared by the nodes of one machine. An answer has the changes of all of them, since each group reads the
 * others' before it counts; {@link #count} has those that were seen by then. On several machines a database server would have to take
 * the file's place.
 */
final class TallyStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TallyStore.class);
    private static final int CAPACITY = 10_000;
    private static final int MAX_GROUP = 1_000;

    /** Somebody who waits for the count of a name, after this change if there is one. */
    private record Waiting(String name, Optional<Change> change, CompletableFuture<Long> answer) {}

    private final TallyLog log;
    private final Tally tally = new Tally();
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>(); // guarded by lock
    private boolean closed; // guarded by lock
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final LongAdder transactions = new LongAdder();

    private TallyStore(TallyLog log, int capacity) {
        this.log = log;
        this.capacity = capacity;
    }

    /**
     * Opens the store and rebuilds its counts from the file, which it creates if there is none.
     *
     * @throws java.io.UncheckedIOException if the file cannot be used
     */
    static TallyStore open(Path file) {
        return open(file, CAPACITY, writer -> {
            var thread = new Thread(writer, "tally-writer");
            thread.setDaemon(true);
            return thread;
        });
    }

    static TallyStore open(Path file, int capacity, ThreadFactory threads) {
        TallyLog log = TallyLog.open(file);
        try {
            var store = new TallyStore(log, capacity);
            log.news().forEach(store.tally::apply);
            threads.newThread(store::writeUntilClosed).start();
            return store;
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /** Returns the count of a name as last seen, without waiting; 0 for a name never heard of. */
    long count(String name) {
        return tally.count(name);
    }

    /** Answers with the count of a name as it is in the file now, whoever has changed it. Fails as {@link #add} does. */
    CompletionStage<Long> current(String name) {
        return ask(() -> new Waiting(name, Optional.empty(), new CompletableFuture<>()));
    }

    /**
     * Adds to a name, and answers with its new count once the change is on the disk.
     *
     * <p>An id that the name has seen before changes nothing and is answered with the count as it stands: a client that never
     * saw the answer may just ask again. Never blocks. Every failure comes through the stage, so that a caller has one place to
     * handle it: {@link IllegalArgumentException} for input out of bounds, {@link RejectedExecutionException} if too many
     * changes are waiting, {@link IllegalStateException} after {@link #close}, {@link java.io.UncheckedIOException} if the disk
     * refuses. The stage completes on the writer's thread: what hangs on it must not block.
     */
    CompletionStage<Long> add(String name, long by, String id) {
        return ask(() -> new Waiting(name, Optional.of(new Change(name, by, id)), new CompletableFuture<>()));
    }

    private CompletionStage<Long> ask(Supplier<Waiting> question) {
        try {
            Waiting waiting = question.get();
            enqueue(waiting);
            return waiting.answer();
        } catch (IllegalArgumentException | IllegalStateException | RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void enqueue(Waiting waiting) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("add after close (expected: close the store after the server)");
            }
            if (queue.size() >= capacity) {
                throw new RejectedExecutionException("waiting changes: " + queue.size() + " (expected: fewer than "
                        + capacity + "; the disk is behind, try again later)");
            }
            queue.add(waiting);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void writeUntilClosed() {
        try (log) {
            for (List<Waiting> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
                try {
                    write(group);
                } catch (RuntimeException e) {
                    LOG.error("{} changes refused", group.size(), e);
                    group.forEach(waiting -> waiting.answer().completeExceptionally(e));
                }
            }
        } finally {
            stopped.complete(null);
        }
    }

    /** Waits for work; an empty group means that the store is closed and all is written. */
    private List<Waiting> nextGroup() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed) {
                work.awaitUninterruptibly();
            }
            var group = new ArrayList<Waiting>(Math.min(queue.size(), MAX_GROUP));
            while (!queue.isEmpty() && group.size() < MAX_GROUP) {
                group.add(queue.remove());
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Waiting> group) {
        List<Change> changes =
                group.stream().flatMap(waiting -> waiting.change().stream()).toList();
        if (changes.isEmpty()) {
            log.news().forEach(tally::apply);
            group.forEach(waiting -> waiting.answer().complete(tally.count(waiting.name())));
            return;
        }
        Appended appended = log.append(changes);
        transactions.increment();
        appended.others().forEach(tally::apply);
        int next = 0;
        for (Waiting waiting : group) {
            if (waiting.change().isPresent() && appended.fresh()[next++]) {
                waiting.answer().complete(tally.apply(waiting.change().get()));
            } else {
                waiting.answer().complete(tally.count(waiting.name()));
            }
        }
    }

    /** How many transactions were committed: fewer than changes, if groups form. */
    long transactions() {
        return transactions.sum();
    }

    /** Refuses further changes, writes and answers the waiting ones, and returns when the file is closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        stopped.join();
    }
}
