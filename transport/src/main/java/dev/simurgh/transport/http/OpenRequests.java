package dev.simurgh.transport.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests of a server that are being answered, so that it can let them finish before it ends. For any thread. */
public final class OpenRequests {
    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<Void> none = new CompletableFuture<>();
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

    /** Completes once there is none, from now on. */
    public CompletableFuture<Void> whenNone() {
        awaited = true;
        if (open.get() == 0) {
            none.complete(null);
        }
        return none.copy();
    }
}
