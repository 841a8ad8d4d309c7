package dev.simurgh.pubsub;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop for those who have none: runs its tasks in order on the threads of another executor. It never ends.
 *
 * <p>The executor may reject, or fail with an {@link Error} for want of a thread. Made with something that calls it back later, the loop
 * keeps its tasks then and tries again. Made without, it rejects the task; what it had taken before stays, and is tried again with the next.
 */
public final class SerialLoop implements EventLoop {
    private static final Logger log = LoggerFactory.getLogger(SerialLoop.class);
    private static final Executor NEVER = task -> {
        throw new RejectedExecutionException("no later");
    };

    private final Executor executor;
    private final Executor later;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Turn> turn = new AtomicReference<>(); // null while idle
    private final AtomicBoolean waitsForLater = new AtomicBoolean();
    private volatile @Nullable Thread runner;

    private SerialLoop(Executor executor, Executor later) {
        this.executor = executor;
        this.later = later;
    }

    /** Makes a loop whose tasks run on the given executor, never two at once. It rejects what the executor rejects. */
    public static SerialLoop on(Executor executor) {
        return new SerialLoop(executor, NEVER);
    }

    /**
     * Makes a loop whose tasks run on the given executor, never two at once. What that rejects is kept, and tried again.
     *
     * @param later runs what it is given after a while, such as {@code task -> timers.schedule(Duration.ofMillis(100), task)}; only if
     *     this rejects, too, does the loop
     */
    public static SerialLoop on(Executor executor, Executor later) {
        return new SerialLoop(executor, later);
    }

    @Override
    public boolean inEventLoop() {
        return runner == Thread.currentThread();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        Throwable refusal = wake();
        if (refusal != null && !wakeLater() && tasks.remove(task)) { // else another thread has had it run meanwhile
            if (!tasks.isEmpty()) {
                wake(); // others came while the executor was asked, and relied on its answer
            }
            throw refusal instanceof RejectedExecutionException rejection
                    ? rejection
                    : new RejectedExecutionException("no thread for a task of a serial loop", refusal);
        }
    }

    /** Asks the executor for a thread if there is something to run; returns what it threw, if it has not given one. */
    private @Nullable Throwable wake() {
        Turn mine = new Turn();
        if (turn.get() != null || !turn.compareAndSet(null, mine)) {
            return null;
        }
        try {
            executor.execute(mine);
            return null;
        } catch (Throwable thrown) { // an Error, too: "unable to create native thread"
            if (!mine.withdrawn()) {
                return null; // it runs all the same
            }
            turn.set(null);
            return thrown;
        }
    }

    private boolean wakeLater() {
        if (waitsForLater.compareAndSet(false, true)) {
            try {
                later.execute(this::wakeAgain);
            } catch (Throwable thrown) { // an Error, too: "unable to create native thread"
                waitsForLater.set(false);
                return false;
            }
        }
        return true;
    }

    private void wakeAgain() {
        waitsForLater.set(false);
        if (!tasks.isEmpty() && wake() != null && !wakeLater()) {
            log.warn(
                    "{} tasks of a serial loop wait for the next: neither a thread nor a later time for them",
                    tasks.size());
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) { // an Error, too, must not stop the loop for good
            log.error("task on a serial loop failed", thrown);
        }
    }

    /** What the executor is given. An executor that throws may have kept it, and run it later: then it does nothing. */
    private final class Turn implements Runnable {
        private final AtomicBoolean used = new AtomicBoolean();

        boolean withdrawn() {
            return used.compareAndSet(false, true);
        }

        @Override
        public void run() {
            if (!used.compareAndSet(false, true)) {
                return;
            }
            do {
                runner = Thread.currentThread();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    SerialLoop.run(task);
                }
                runner = null;
                turn.set(null);
            } while (!tasks.isEmpty() && turn.compareAndSet(null, this));
        }
    }
}
