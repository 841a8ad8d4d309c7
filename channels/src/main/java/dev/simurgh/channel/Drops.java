package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.pubsub.BacklogListener;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was dropped at an endpoint, and tells its listener, as of all overload. For any thread. */
final class Drops implements BacklogListener {
    private final GuardedListener listener;
    private final LongAdder count = new LongAdder();

    Drops(GuardedListener listener) {
        this.listener = listener;
    }

    void dropped(Drop kind) {
        count.increment();
        listener.dropped(kind);
    }

    long count() {
        return count.sum();
    }

    @Override
    public void behind(long bytes) {
        listener.behind(bytes);
    }

    @Override
    public void caughtUp(long nanos) {
        listener.caughtUp(nanos);
    }

    @Override
    public void broadcastDropped() {
        dropped(Drop.EVENT_LOOP_BEHIND);
    }
}
