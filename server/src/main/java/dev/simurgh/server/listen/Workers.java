package dev.simurgh.server.listen;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads for what may block: files and handlers. */
public final class Workers {
    private static final int THREADS = 16;
    private static final int MAX_WAITING = 4096;

    private Workers() {}

    /** Starts an executor that refuses what it has no room for. */
    public static ExecutorService start() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                new DefaultThreadFactory("simurgh-http", true));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
