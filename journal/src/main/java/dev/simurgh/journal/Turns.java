package dev.simurgh.journal;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Work that one thread of an executor does at a time, whenever there is some. */
final class Turns {
    private final Executor executor;
    private final BooleanSupplier work;
    private final AtomicInteger wakings = new AtomicInteger();
    private final ReentrantLock turn = new ReentrantLock();

    /**
     * Makes it.
     *
     * @param work does a piece of it, and tells whether there was one; throws nothing
     */
    Turns(Executor executor, BooleanSupplier work) {
        this.executor = executor;
        this.work = work;
    }

    /**
     * Has the work done that is there now.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the executor takes nothing
     */
    void wake() {
        if (wakings.getAndIncrement() == 0) {
            try {
                executor.execute(this::run);
            } catch (RuntimeException e) {
                wakings.set(0);
                throw e;
            }
        }
    }

    private void run() {
        turn.lock();
        try {
            int seen = wakings.get();
            do {
                workAll();
                seen = wakings.addAndGet(-seen);
            } while (seen != 0);
        } finally {
            turn.unlock();
        }
    }

    /**
     * Does what is left on this thread, so that it does not matter whether the executor still has one.
     *
     * @return whether that was possible: not if another thread has the turn and does not come back within the time
     */
    boolean finish(Duration patience) {
        try {
            if (!turn.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            workAll();
            return true;
        } finally {
            turn.unlock();
        }
    }

    @SuppressWarnings("StatementWithEmptyBody")
    private void workAll() {
        while (work.getAsBoolean()) {}
    }
}
