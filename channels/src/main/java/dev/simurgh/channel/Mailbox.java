package dev.simurgh.channel;

import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jctools.queues.atomic.unpadded.MpscLinkedAtomicUnpaddedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Handles items one at a time, in the order in which they came, on the threads of an executor.
 *
 * <p>Only who has turned HANDED_OVER, or an idle mailbox, into RUNNING may handle items; whoever adds to an idle mailbox hands it over to
 * the executor. Handing it on through the atomic state is also what makes plain fields visible from one thread to the next. A
 * run handles at most {@value #BATCH} items, so that a chatty channel does not starve others.
 */
abstract class Mailbox implements Runnable {
    private static final int BATCH = 128;
    private static final int IDLE = 0;
    private static final int HANDED_OVER = 1;
    private static final int RUNNING = 2;
    private static final int PUT_OFF = 3;
    private static final int HELD = 4;
    private static final AtomicIntegerFieldUpdater<Mailbox> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "state");

    private final Queue<Object> items = new MpscLinkedAtomicUnpaddedQueue<>();

    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    /** How it goes on, once it does; of who handles items. */
    private @Nullable Runnable held;

    private volatile boolean goesOn;

    /** Who runs it. Asked anew at each hand-over. */
    abstract Executor executor();

    abstract void handle(Object item);

    /** Hears that the executor would not take the mailbox, whose items wait; runs the task in a while, to try again. */
    abstract void putOff(Throwable why, Runnable again);

    /** How many items wait. Counts them one by one. */
    final int waitingItems() {
        return items.size();
    }

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
        if (!items.isEmpty() || !STATE.compareAndSet(this, IDLE, RUNNING)) {
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
        if (!STATE.compareAndSet(this, HANDED_OVER, RUNNING)) {
            return; // taken by an executor that has thrown all the same, and handed over again since
        }
        try {
            Runnable next = held;
            if (next != null) {
                held = null;
                next.run();
            }
            Object item = held == null ? items.poll() : null; // how it goes on may be to wait again
            for (int n = 1; item != null; n++) {
                handle(item);
                item = n < BATCH && held == null ? items.poll() : null;
            }
        } finally {
            release();
        }
    }

    /** From within {@link #handle}: nothing more is handled before {@link #goOn}, and then the given task first. */
    final void hold(Runnable next) {
        held = next;
    }

    /** Ends the hold of this mailbox, or lets none begin, for good. From any thread. */
    final void goOn() {
        goesOn = true;
        if (STATE.compareAndSet(this, HELD, HANDED_OVER)) {
            handOver();
        }
    }

    private void release() {
        if (held != null) {
            state = HELD;
            if (goesOn) { // it may have been said before anybody could see that this is held
                goOn();
            }
            return;
        }
        state = IDLE;
        if (!items.isEmpty()) {
            wake();
        }
    }

    private void wake() {
        if (state == IDLE && STATE.compareAndSet(this, IDLE, HANDED_OVER)) {
            handOver();
        }
    }

    /**
     * An executor with a bound rejects, one that is out of memory or native threads throws an Error, and a thread pool may have queued the
     * task before it does. None of it is the business of whoever posts, and no item may stay behind for want of a next one.
     */
    private void handOver() {
        try {
            executor().execute(this);
        } catch (Throwable thrown) {
            if (STATE.compareAndSet(this, HANDED_OVER, PUT_OFF)) {
                putOff(thrown, this::tryAgain);
            }
        }
    }

    private void tryAgain() {
        if (STATE.compareAndSet(this, PUT_OFF, HANDED_OVER)) {
            handOver();
        }
    }
}
