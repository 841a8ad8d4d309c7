package dev.simurgh.channel;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Counts to how many clients of one event loop a broadcast goes, and tells the listener once for all of them. Confined to the loop; made
 * only where somebody listens.
 */
final class Deliveries {
    private final EventLoop loop;
    private final GuardedListener listener;
    private @Nullable Broadcast current;
    private int clients;
    private long bytes;

    Deliveries(EventLoop loop, GuardedListener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** The clients of one broadcast come in a row. The last is told of by a task of its own. */
    void count(Broadcast broadcast, int frameBytes) {
        if (broadcast != current) {
            tell();
            loop.tryExecute(this::tell);
            current = broadcast;
        }
        clients++;
        bytes += frameBytes;
    }

    private void tell() {
        Broadcast told = current;
        if (told != null) {
            listener.delivered(told.topic(), told.event(), clients, bytes);
            current = null;
            clients = 0;
            bytes = 0;
        }
    }
}
