package dev.simurgh.journal;

import dev.simurgh.pubsub.Broadcast;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bytes of all tails together. If there are too many, those go that were added first, of whatever topic. For any thread. */
final class Tails {
    /** What a broadcast takes in a tail besides itself. */
    private static final int OVERHEAD = 160;

    /** One broadcast of a topic's tail; told from others by identity. */
    static final class Recent {
        final TopicTail owner;
        final Broadcast broadcast;
        final long nanos;
        final int bytes;

        Recent(TopicTail owner, Broadcast broadcast, long nanos) {
            this.owner = owner;
            this.broadcast = broadcast;
            this.nanos = nanos;
            this.bytes = broadcast.pinnedBytes() + OVERHEAD;
        }
    }

    private final long maxBytes;
    private final Set<Recent> order = new LinkedHashSet<>(); // guarded by this, as is the next
    private volatile long bytes;

    Tails(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized void add(Recent recent) {
        order.add(recent);
        bytes += recent.bytes;
    }

    synchronized void remove(Recent recent) {
        if (order.remove(recent)) {
            bytes -= recent.bytes;
        }
    }

    long maxBytes() {
        return maxBytes;
    }

    boolean hasRoom(long more) {
        return bytes + more <= maxBytes;
    }

    long bytes() {
        return bytes;
    }

    /** Drops what is too much. Not to be called with the lock of a tail. */
    void shrink() {
        while (bytes > maxBytes) {
            Recent oldest = oldest();
            if (oldest == null) {
                return;
            }
            oldest.owner.dropUpTo(oldest);
        }
    }

    private synchronized @Nullable Recent oldest() {
        return order.isEmpty() ? null : order.iterator().next();
    }
}
