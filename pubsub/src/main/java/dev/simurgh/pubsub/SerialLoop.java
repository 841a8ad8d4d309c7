package dev.simurgh.pubsub;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop for those who have none: runs its tasks in order on the threads of another executor. */
public final class SerialLoop implements EventLoop {
    private static final Logger log = LoggerFactory.getLogger(SerialLoop.class);

    private final Executor executor;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile @Nullable Thread runner;

    private SerialLoop(Executor executor) {
        this.executor = executor;
    }

    /** Makes a loop whose tasks run on the given executor, never two at once. */
    public static SerialLoop on(Executor executor) {
        return new SerialLoop(executor);
    }

    @Override
    public boolean inEventLoop() {
        return runner == Thread.currentThread();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        try {
            schedule();
        } catch (RejectedExecutionException e) {
            if (tasks.remove(task)) { // else another thread has had it run meanwhile
                throw e;
            }
        }
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException e) {
                scheduled.set(false);
                throw e;
            }
        }
    }

    private void drain() {
        runner = Thread.currentThread();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            run(task);
        }
        runner = null;
        scheduled.set(false);
        if (!tasks.isEmpty()) {
            schedule();
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) { // an Error, too, must not stop the loop for good
            log.error("task on a serial loop failed", thrown);
        }
    }
}
