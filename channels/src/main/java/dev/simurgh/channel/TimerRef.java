package dev.simurgh.channel;

import java.util.concurrent.atomic.AtomicBoolean;

/** A message to a channel that comes later. It dies with its channel. */
public final class TimerRef {
    private final SocketSide channel;
    final Object message;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Runnable cancel = () -> {};

    TimerRef(SocketSide channel, Object message) {
        this.channel = channel;
        this.message = message;
    }

    /**
     * Cancels it. Callable from any thread; from a callback of its channel it is certain that a cancelled message does not come any
     * more.
     *
     * @return whether it was still to come
     */
    public boolean cancel() {
        boolean first = end();
        cancel.run();
        channel.forget(this);
        return first;
    }

    void cancelWith(Runnable canceller) {
        cancel = canceller;
        if (over.get()) { // its channel ended in between: nothing of it may wait for its time
            canceller.run();
        }
    }

    /** Ends the wait; true for the first caller only, be it the channel that takes the message or somebody who cancels. */
    boolean end() {
        return over.compareAndSet(false, true);
    }
}
