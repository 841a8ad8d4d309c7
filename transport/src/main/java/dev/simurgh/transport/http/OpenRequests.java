package dev.simurgh.transport.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests of a server that are being answered, so that it can let them finish before it ends, and those that it refuses. For any thread. */
public final class OpenRequests {
    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<Void> none = new CompletableFuture<>();
    private final LongAdder refused = new LongAdder();
    private volatile boolean awaited;

    /** One is being answered. */
    public void begun() {
        open.incrementAndGet();
    }

    /** The answer has gone, or its client has. */
    public void ended() {
        if (open.decrementAndGet() == 0 && awaited) {
            none.complete(null);
        }
    }

    /** One is answered with an error before any route has seen it. */
    public void refused() {
        refused.increment();
    }

    /** How many were. */
    public long refusedTotal() {
        return refused.sum();
    }

    /** Completes once there is none, from now on. */
    public CompletableFuture<Void> whenNone() {
        awaited = true;
        if (open.get() == 0) {
            none.complete(null);
        }
        return none.copy();
    }
}
