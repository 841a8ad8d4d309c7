package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Where handlers that may block run by default: on virtual threads where Java has them, else on an elastic pool. */
final class Schedulers {
    private static final int PATIENCE_SECONDS = 5;

    private Schedulers() {}

    static Executor create(Timers timers) {
        try {
            // Java 21 and newer; this code is compiled for 17.
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return new ElasticExecutor(timers);
        }
    }

    /** Ends an executor: lets what runs finish for a while, such as a terminate, then interrupts it. */
    static void close(ExecutorService executor) {
        executor.shutdown();
        try {
            if (executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
    }
}
