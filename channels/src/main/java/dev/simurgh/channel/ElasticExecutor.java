package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks that may block, on a Java without virtual threads.
 *
 * <p>A thread for each task that finds the others busy would answer a burst of short tasks with hundreds of threads; a fixed
 * number would let a few slow handlers hold up everybody. So there are a few threads, and a look every {@value #TICK_MILLIS} ms while
 * tasks wait: if fewer were done since the last look than are waiting, half as many threads again are added, up to a limit. Threads
 * beyond the first few end when they have had nothing to do for a while.
 */
final class ElasticExecutor implements Executor, AutoCloseable {
    private static final int TICK_MILLIS = 20;
    private static final int FEWEST = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    private static final int MOST = 512;

    private final ThreadPoolExecutor pool;
    private final Timers timers;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile long doneAtLastLook;

    ElasticExecutor(Timers timers) {
        this.timers = timers;
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(FEWEST, MOST, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "simurgh-handler-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
        watchIfWaiting();
    }

    private void watchIfWaiting() {
        if (!pool.getQueue().isEmpty() && watching.compareAndSet(false, true)) {
            watch();
        }
    }

    private void watch() {
        doneAtLastLook = pool.getCompletedTaskCount();
        timers.schedule(Duration.ofMillis(TICK_MILLIS), this::look);
    }

    private void look() {
        int waiting = pool.getQueue().size();
        if (waiting == 0) {
            pool.setCorePoolSize(FEWEST);
            watching.set(false);
            watchIfWaiting();
            return;
        }
        int size = Math.max(pool.getCorePoolSize(), pool.getPoolSize());
        if (pool.getCompletedTaskCount() - doneAtLastLook < waiting && size < MOST) {
            pool.setCorePoolSize(Math.min(MOST, size + size / 2));
        }
        watch();
    }

    int threads() {
        return pool.getPoolSize();
    }

    @Override
    public void close() {
        Schedulers.close(pool);
    }
}
