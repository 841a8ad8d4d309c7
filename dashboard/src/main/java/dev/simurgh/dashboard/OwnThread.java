package dev.simurgh.dashboard;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread of the dashboard, which ends when it has had nothing to do for {@value #KEEP_ALIVE_SECONDS} s. The endpoint's scheduler would not do: where all of its threads
 * wait for a database, somebody wants to see that.
 */
final class OwnThread implements Executor, AutoCloseable {
    private static final int MAX_WAITING = 256;
    private static final long KEEP_ALIVE_SECONDS = 30;

    private final ThreadPoolExecutor pool;

    OwnThread(String name) {
        pool = new ThreadPoolExecutor(
                1, 1, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread made = new Thread(task, name);
                    made.setDaemon(true);
                    return made;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    /** @throws RejectedExecutionException if {@value #MAX_WAITING} tasks wait, or it has ended */
    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
