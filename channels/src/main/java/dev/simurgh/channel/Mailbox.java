package dev.simurgh.channel;

import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jctools.queues.atomic.unpadded.MpscLinkedAtomicUnpaddedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles items one at a time, in the order in which they came, on the threads of an executor.
 *
 * <p>The owner of the state BUSY is the one who may handle items; whoever adds to an idle mailbox takes that ownership and passes it
 * to the executor. Handing it on through the atomic state is also what makes plain fields visible from one thread to the next. A
 * run handles at most {@value #BATCH} items, so that a chatty channel does not starve others.
 */
abstract class Mailbox implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
    private static final int BATCH = 128;
    private static final int IDLE = 0;
    private static final int BUSY = 1;
    private static final AtomicIntegerFieldUpdater<Mailbox> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "state");

    private final Queue<Object> items = new MpscLinkedAtomicUnpaddedQueue<>();

    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    abstract Executor executor();

    abstract void handle(Object item);

    /** Adds an item, from any thread. */
    final void post(Object item) {
        items.add(item);
        wake();
    }

    /**
     * Handles an item at once if nothing is before it. Only on a thread of the executor, when that is a single thread.
     *
     * @return whether it was handled; if not, it is still the caller's
     */
    final boolean handleNow(Object item) {
        if (!items.isEmpty() || !STATE.compareAndSet(this, IDLE, BUSY)) {
            return false;
        }
        try {
            handle(item);
        } finally {
            release();
        }
        return true;
    }

    @Override
    public final void run() {
        try {
            Object item = items.poll();
            for (int n = 1; item != null; n++) {
                handle(item);
                item = n < BATCH ? items.poll() : null;
            }
        } finally {
            release();
        }
    }

    private void release() {
        state = IDLE;
        if (!items.isEmpty()) {
            wake();
        }
    }

    private void wake() {
        if (state == IDLE && STATE.compareAndSet(this, IDLE, BUSY)) {
            try {
                executor().execute(this);
            } catch (RejectedExecutionException e) {
                // At shutdown, or of a scheduler with a bound: no business of whoever posts. The next post tries again.
                state = IDLE;
                log.warn("no thread for a mailbox: {}", e.toString());
            }
        }
    }
}
