package dev.simurgh.testkit;

import dev.simurgh.pubsub.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done for one endpoint: the tasks of its scheduler and of its event loop, in one queue and in the order in which they came.
 * They are run by the thread of the test, when it asks; any thread may add some.
 */
final class Work implements Executor {
    /** More than any test that comes to rest will ever need in one go. */
    private static final int MOST = 250_000;

    /** Other endpoints of the clock have queues of their own, so a wait for one's own is cut into pieces. */
    private static final long PIECE_MILLIS = 10;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger elsewhere = new AtomicInteger();
    private final AtomicLong begun = new AtomicLong();
    private final Semaphore news = new Semaphore(0);
    private final Logs logs;
    private boolean running;
    private volatile @Nullable Thread loop;
    private volatile boolean threaded;
    private volatile boolean closing;

    Work(Logs logs) {
        this.logs = logs;
    }

    @Override
    public void execute(Runnable task) {
        begun.incrementAndGet();
        tasks.add(task);
        signal();
    }

    /** The event loop whose turns stand in the same queue. */
    EventLoop eventLoop() {
        return new EventLoop() {
            @Override
            public boolean inEventLoop() {
                return loop == Thread.currentThread();
            }

            @Override
            public void execute(Runnable task) {
                Work.this.execute(new Turn(task));
            }
        };
    }

    private final class Turn implements Runnable {
        private final Runnable task;

        Turn(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            turn(task);
        }

        @Override
        public String toString() {
            return task.toString();
        }
    }

    /** Runs something as the event loop, now. */
    void turn(Runnable task) {
        logs.hearing(() -> turnOfThisThread(task)).run();
    }

    private void turnOfThisThread(Runnable task) {
        Thread before = loop;
        loop = Thread.currentThread();
        try {
            task.run();
        } finally {
            loop = before;
        }
    }

    /** A scheduler on threads of its own, whose tasks are counted until they are done. */
    Executor on(Executor threads) {
        threaded = true;
        return task -> {
            Runnable heard = logs.hearing(task);
            begun.incrementAndGet();
            elsewhere.incrementAndGet();
            try {
                threads.execute(() -> {
                    try {
                        heard.run();
                    } finally {
                        elsewhere.decrementAndGet();
                        signal();
                    }
                });
            } catch (RuntimeException e) {
                elsewhere.decrementAndGet();
                if (!closing) {
                    throw e;
                }
                execute(task);
            }
        };
    }

    /** Runs here from now on what the scheduler does not take: a test may have shut it down, and channels are to terminate all the same. */
    void closing() {
        closing = true;
    }

    /** Whether there is a scheduler on threads of its own. */
    boolean isThreaded() {
        return threaded;
    }

    /** How many tasks there were so far, here and elsewhere. */
    long begun() {
        return begun.get();
    }

    /** How many tasks other threads have not finished. */
    int elsewhere() {
        return elsewhere.get();
    }

    /** Elsewhere first: a task there leaves others here before it is done. */
    boolean isQuiet() {
        return elsewhere.get() == 0 && tasks.isEmpty();
    }

    /**
     * Runs tasks until there is none. Called from within a task it does nothing: that one is run to its end first.
     *
     * @return whether there was one
     */
    boolean runAll() {
        if (running || tasks.isEmpty()) {
            return false;
        }
        running = true;
        try {
            logs.hearing(this::drain).run();
        } finally {
            running = false;
        }
        return true;
    }

    /** A task that throws does not keep the others from running, as on an executor. Those that never rest are dropped. */
    private void drain() {
        Failures failures = new Failures();
        int done = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            if (++done > MOST) {
                tasks.clear();
                throw failures.instead(new NeverRestsException("more than " + MOST
                        + " tasks in a row (expected: channels that come to rest; does one send to itself without end?);"
                        + " the last: " + task));
            }
            failures.guard(task);
        }
        failures.rethrow();
    }

    private void signal() {
        news.release();
    }

    /** Waits a little, in real time, for something new to do or to look at. */
    void await() {
        try {
            if (news.tryAcquire(PIECE_MILLIS, TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
