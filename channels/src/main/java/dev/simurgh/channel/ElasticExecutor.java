package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks that may block, on a Java without virtual threads.
 *
 * <p>A thread for each task that finds the others busy would answer a burst of short tasks with hundreds of threads; a fixed
 * number would let a few slow handlers hold up everybody. So there are a few threads, and a look every {@value #TICK_MILLIS} ms while
 * tasks wait: if fewer were done since the last look than are waiting, half as many threads again are added, up to a limit.
 *
 * <p>Of the threads beyond the first few, a quarter of those that are idle ends each second in which nothing waits. To wait until one
 * has had nothing to do for a while would not do: idle threads take tasks in turn, so a few tasks a second keep hundreds of them.
 */
final class ElasticExecutor implements Executor, AutoCloseable {
    private static final int TICK_MILLIS = 20;
    private static final int FEWEST = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    private static final int MOST = 512;
    private static final Duration LOOK = Duration.ofMillis(TICK_MILLIS);
    private static final Duration EASE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ElasticExecutor.class);

    private final ThreadPoolExecutor pool;
    private final Timers timers;
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicBoolean easing = new AtomicBoolean();
    private volatile long doneAtLastLook;

    ElasticExecutor(Timers timers) {
        this(timers, daemons());
    }

    ElasticExecutor(Timers timers, ThreadFactory threads) {
        this.timers = timers;
        pool = new ThreadPoolExecutor(FEWEST, FEWEST, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        pool.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory daemons() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "simurgh-handler-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Runs a task. If the system has no more threads, it waits for one of those that are there.
     *
     * @throws RejectedExecutionException if the executor was closed, or there is no thread at all
     */
    @Override
    public void execute(Runnable task) {
        try {
            pool.execute(task);
        } catch (OutOfMemoryError e) { // "unable to create native thread": the pool has not taken the task
            if (pool.getPoolSize() == 0 || pool.isShutdown()) {
                throw new RejectedExecutionException("no thread for a task", e);
            }
            pool.getQueue().add(task);
        }
        watchIfWaiting();
    }

    private void watchIfWaiting() {
        if (!pool.getQueue().isEmpty() && watching.compareAndSet(false, true)) {
            watch();
        }
    }

    private void watch() {
        doneAtLastLook = pool.getCompletedTaskCount();
        timers.schedule(LOOK, this::look);
    }

    private void look() {
        int waiting = pool.getQueue().size();
        if (waiting == 0) {
            fewer(pool.getPoolSize()); // what was not needed is not started later
            watching.set(false);
            watchIfWaiting();
            easeIfMany();
            return;
        }
        int size = Math.max(pool.getCorePoolSize(), pool.getPoolSize());
        if (pool.getCompletedTaskCount() - doneAtLastLook < waiting && size < MOST) {
            grow(Math.min(MOST, size + size / 2));
        }
        watch();
    }

    private synchronized void grow(int size) {
        try {
            pool.setMaximumPoolSize(size);
            pool.setCorePoolSize(size); // starts threads
            pool.prestartCoreThread(); // if all have ended
        } catch (OutOfMemoryError e) {
            log.warn(
                    "{} threads and no more: {}; {} tasks wait",
                    pool.getPoolSize(),
                    e.getMessage(),
                    pool.getQueue().size());
        }
    }

    /** Those beyond so many, and beyond the first few, end as soon as they are idle. To change it wakes all that are idle, so not without need. */
    private synchronized void fewer(int wanted) {
        int size = Math.max(FEWEST, wanted);
        if (size < pool.getMaximumPoolSize()) {
            pool.setCorePoolSize(size);
            pool.setMaximumPoolSize(size);
        }
    }

    private void easeIfMany() {
        if (pool.getPoolSize() > FEWEST && easing.compareAndSet(false, true)) {
            timers.schedule(EASE, this::ease);
        }
    }

    private void ease() {
        easing.set(false);
        if (pool.getQueue().isEmpty()) {
            int size = pool.getPoolSize();
            int idle = Math.max(0, size - pool.getActiveCount());
            fewer(size - (idle + 3) / 4);
        }
        easeIfMany();
    }

    /** How many threads there may be. */
    static int most() {
        return MOST;
    }

    /** Its threads, to be looked at. */
    ThreadPoolExecutor pool() {
        return pool;
    }

    int threads() {
        return pool.getPoolSize();
    }

    @Override
    public void close() {
        Schedulers.close(pool);
    }
}
