package dev.simurgh.conformance;

import dev.simurgh.transport.ServerStats;
import java.util.concurrent.CompletableFuture;

/** What carries the conformance server's endpoint: a server that listens. */
interface Carrier {
    /** Where it can be reached. */
    String uri();

    /** The port that it listens on. */
    int port();

    /** What it holds of its clients. */
    ServerStats stats();

    /** Sends the clients away and stops; completes when the last has gone. */
    CompletableFuture<?> stop();

    /** Waits for its end, if no thread of its own keeps the JVM alive. */
    default void await() {}

    /** Has it stop when the JVM ends, and then something else be done. */
    default void stopOnShutdown(Runnable afterwards) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop().join();
            afterwards.run();
        }));
    }
}
