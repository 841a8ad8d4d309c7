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
     * Has the work done that is there now. Throws what the executor does if it takes nothing, or has no thread for it; the next
     * time it is tried again.
     */
    void wake() {
        if (wakings.getAndIncrement() == 0) {
            boolean taken = false;
            try {
                executor.execute(this::run);
                taken = true;
            } finally {
                if (!taken) {
                    wakings.set(0);
                }
            }
        }
    }

    private void run() {
        turn.lock();
        boolean done = false;
        try {
            int seen = wakings.get();
            do {
                workAll();
                seen = wakings.addAndGet(-seen);
            } while (seen != 0);
            done = true;
        } finally {
            if (!done) { // such as by a lack of memory
                wakings.set(0);
            }
            turn.unlock();
        }
    }

    /**
     * Does what is left on this thread, so that it does not matter whether the executor still has one.
     *
     * @return whether that was possible: not if another thread has the turn and does not come back within the time
     */
    boolean finish(Duration patience) {
        if (!take(patience)) {
            return false;
        }
        try {
            workAll();
            return true;
        } finally {
            turn.unlock();
        }
    }

    /** Whoever is interrupted waits all the same: what was taken is to be done. */
    private boolean take(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return turn.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("StatementWithEmptyBody")
    private void workAll() {
        while (work.getAsBoolean()) {}
    }
}
