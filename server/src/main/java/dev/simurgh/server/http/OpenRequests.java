package dev.simurgh.server.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests of a server that are being answered, so that it can let them finish before it ends. For any thread. */
final class OpenRequests {
    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<Void> none = new CompletableFuture<>();
    private volatile boolean awaited;

    void begun() {
        open.incrementAndGet();
    }

    /** The answer has gone, or its client has. */
    void ended() {
        if (open.decrementAndGet() == 0 && awaited) {
            none.complete(null);
        }
    }

    /** Completes once there is none, from now on. */
    CompletableFuture<Void> whenNone() {
        awaited = true;
        if (open.get() == 0) {
            none.complete(null);
        }
        return none.copy();
    }
}
