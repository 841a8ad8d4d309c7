package dev.simurgh.transport.serve;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for what may block or takes long, as many as are asked for and for as long as they are. Refuses what it has no room for. */
public final class Workers implements Executor {
    /** How many may wait for something outside at a time. */
    public static final int BLOCKING_THREADS = 16;

    /** How many tasks may wait for a thread. */
    public static final int MAX_WAITING = 4096;

    private final ExecutorService executor;

    /** Makes some. */
    public Workers(String name, int threads) {
        this(threads, new Named(name));
    }

    /** As above, with threads of another make. */
    public Workers(int threads, ThreadFactory factory) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), factory);
        pool.allowCoreThreadTimeOut(true);
        this.executor = pool;
    }

    /** Makes daemons. */
    private record Named(String name, AtomicInteger number) implements ThreadFactory {
        Named(String name) {
            this(name, new AtomicInteger());
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Takes nothing more; what has begun ends by itself. */
    public void stop() {
        executor.shutdown();
    }
}
