package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.spi.StoreException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
        void expired() {
            later(() -> fail(new JournalException(
                    "not read: the store did not answer in time (expected: within Journal.Builder.writeTimeout)",
                    false,
                    null)));
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
        deadlines = new Deadlines(timers, options.writeTimeout);
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
            } catch (RejectedExecutionException e) {
                work(); // which is better than no answer; it is about to end
            }
        }
        return question.answer;
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

    private void later(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** Takes nothing more, and answers what waits: that it was not read. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
        for (Question<?> question = pending(); question != null; question = pending()) {
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
