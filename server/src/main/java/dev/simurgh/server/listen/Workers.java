package dev.simurgh.server.listen;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads for what may block or takes long, apart from each other: an application's handlers that all hang keep nobody
 * from connecting, and no file from being read. Each pool refuses what it has no room for.
 */
public final class Workers {
    private static final int BLOCKING_THREADS = 16;
    /** How many tasks of each pool may wait for a thread. */
    public static final int MAX_WAITING = 4096;

    private final ExecutorService handlers = pool("simurgh-http", BLOCKING_THREADS);
    private final ExecutorService files = pool("simurgh-files", BLOCKING_THREADS);
    // they compute, and do not wait
    private final ExecutorService handshakes =
            pool("simurgh-tls", Math.max(2, Runtime.getRuntime().availableProcessors()));

    private static ExecutorService pool(String name, int threads) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                new DefaultThreadFactory(name, true));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Runs the application's handlers. */
    public Executor handlers() {
        return handlers;
    }

    /** Reads files. */
    public Executor files() {
        return files;
    }

    /** Runs the expensive part of TLS handshakes. */
    public Executor handshakes() {
        return handshakes;
    }

    /** Takes nothing more; what has begun ends by itself. */
    public void stop() {
        handlers.shutdown();
        files.shutdown();
        handshakes.shutdown();
    }
}
