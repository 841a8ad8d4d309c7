package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.spi.StoreException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks the store, some questions at once; the others wait for their turn. Who waits for too long, or finds too many before it, is refused. */
final class Reader {
    /** What a question that waits takes, about. */
    private static final int OVERHEAD = 300;

    private final class Question<T> extends Deadlines.Waiting implements Runnable {
        private final Supplier<T> call;
        private final CompletableFuture<T> answer = new CompletableFuture<>();

        Question(Supplier<T> call) {
            this.call = call;
        }

        @Override
        public void run() {
            if (answer.isDone()) {
                return; // in vain
            }
            try {
                answer.complete(call.get());
            } catch (Throwable thrown) {
                fail(
                        thrown instanceof StoreException || thrown instanceof IllegalArgumentException
                                ? new JournalException("not read: " + thrown.getMessage(), false, thrown)
                                : new JournalException("not read", false, thrown));
            } finally {
                deadlines.settle(this);
            }
        }

        void fail(JournalException failure) {
            if (answer.completeExceptionally(failure)) {
                failed.increment();
            }
        }

        @Override
        Runnable expired() {
            String why = isClosed()
                    ? "the journal was closed"
                    : "the store did not answer in time (expected: within Journal.Builder.writeTimeout)";
            return () -> fail(new JournalException("not read: " + why, false, null));
        }
    }

    private final Executor executor;
    private final int threads;
    private final int maxWaiting;
    private final Deadlines deadlines;
    final LongAdder failed = new LongAdder();

    private final Object lock = new Object();
    private final ArrayDeque<Question<?>> queue = new ArrayDeque<>(); // guarded by lock
    private int active; // guarded by lock
    private boolean closed; // guarded by lock

    Reader(Journal.Builder options, Timers timers, Executor executor) {
        this.executor = executor;
        threads = options.readThreads;
        maxWaiting = (int) Math.min(options.maxWaitingBytes / OVERHEAD, Integer.MAX_VALUE);
        deadlines = new Deadlines(timers, executor, options.writeTimeout);
    }

    <T> CompletableFuture<T> read(Supplier<T> call) {
        Question<T> question = new Question<>(call);
        boolean start;
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedFuture(new JournalException("the journal is closed", false, null));
            }
            if (queue.size() >= maxWaiting) {
                failed.increment();
                return CompletableFuture.failedFuture(new JournalException(
                        "not read: " + maxWaiting
                                + " reads wait for the store (expected: fewer; the store is too slow)",
                        false,
                        null));
            }
            queue.add(question);
            deadlines.add(question);
            start = active < threads;
            active += start ? 1 : 0;
        }
        if (start) {
            try {
                executor.execute(this::work);
            } catch (Throwable thrown) { // it takes nothing, or there is no thread for it
                notStarted(thrown);
            }
        }
        return question.answer;
    }

    /** If there is no other who works, or is about to, nobody would ask what waits. The caller must not: it may be an event loop. */
    private void notStarted(Throwable thrown) {
        List<Question<?>> rest;
        synchronized (lock) {
            active--;
            if (active > 0) {
                return;
            }
            rest = List.copyOf(queue);
            queue.clear();
        }
        for (Question<?> question : rest) {
            deadlines.settle(question);
            question.fail(new JournalException("not read: the journal's executor takes nothing", false, thrown));
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private void work() {
        for (Question<?> question = next(); question != null; question = next()) {
            question.run();
        }
    }

    private @Nullable Question<?> next() {
        synchronized (lock) {
            Question<?> next = queue.poll();
            active -= next == null ? 1 : 0;
            return next;
        }
    }

    /** Takes nothing more, and answers what waits or is being asked: that it was not read. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
        for (Question<?> question = pending(); question != null; question = pending()) {
            deadlines.settle(question);
            question.fail(new JournalException("not read: the journal was closed", false, null));
        }
        deadlines.close();
    }

    private @Nullable Question<?> pending() {
        synchronized (lock) {
            return queue.poll();
        }
    }
}
