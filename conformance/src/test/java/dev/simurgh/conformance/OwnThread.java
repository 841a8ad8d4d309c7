package dev.simurgh.conformance;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A thread for one scenario. While a thread of JUnit's pool waits for a future, such as for the stop of a server, the pool lets another
 * one begin a scenario: the slower the machine, the more of them at the same time, many more than the parallelism. While it waits for
 * this thread, it does not.
 */
final class OwnThread {
    interface Body {
        void run() throws Exception;
    }

    private OwnThread() {}

    /** Returns when the body has ended; throws what it throws. */
    static void run(String name, Body body) throws Exception {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            body.run();
            return true;
        });
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof Exception failure) {
                throw failure;
            }
            throw e;
        }
    }
}
