package dev.simurgh.transport.loop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop with a thread of its own, for servers whose sockets are somebody else's. */
public final class ThreadLoop extends TimedLoop {
    private static final Logger log = LoggerFactory.getLogger(ThreadLoop.class);

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final LongSupplier nanoTime;
    private final Thread thread;
    private volatile boolean closing;
    /** What waits for its time, and when that is; on the thread. */
    private @Nullable Runnable timed;

    private long timedAt;

    /**
     * Starts one.
     *
     * @param name of its thread
     */
    public ThreadLoop(String name) {
        this(name, System::nanoTime);
    }

    /** As above, with another clock for its timeouts. */
    ThreadLoop(String name, LongSupplier nanoTime) {
        super(nanoTime);
        this.nanoTime = nanoTime;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public boolean inEventLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        if (!closing) {
            tasks.add(task);
            if (!closing || !tasks.remove(task)) {
                return; // it has run, or will
            }
        }
        throw new RejectedExecutionException(thread.getName() + " has ended");
    }

    @Override
    protected void schedule(Runnable task, long millis) {
        if (closing) {
            throw new RejectedExecutionException(thread.getName() + " has ended");
        }
        timed = task;
        timedAt = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public boolean hasEnded() {
        return ended.isDone();
    }

    /**
     * Takes nothing more, and ends when what it has taken has run. From any thread; harmless when repeated.
     *
     * @return completed when it has ended
     */
    public CompletableFuture<Void> close() {
        closing = true;
        tasks.add(ThreadLoop::wakeUp);
        return ended.copy();
    }

    /** What a loop does that is to look whether it shall end. */
    private static void wakeUp() {}

    private void run() {
        try {
            while (!closing || !tasks.isEmpty()) {
                runNext();
            }
        } finally {
            ended.complete(null);
        }
    }

    private void runNext() {
        Runnable due = timed;
        long wait = due == null ? Long.MAX_VALUE : timedAt - nanoTime.getAsLong();
        try {
            if (due != null && wait <= 0) {
                timed = null;
                due.run();
            }
            // behind a tick that was due comes a task, if there is one: neither holds up the other
            Runnable task = wait <= 0 ? tasks.poll() : tasks.poll(wait, TimeUnit.NANOSECONDS);
            if (task != null) {
                task.run();
            }
        } catch (InterruptedException e) {
            log.debug(
                    "{} was interrupted, and goes on",
                    thread.getName()); // by whoever was called: it is no way to end it
        } catch (Throwable thrown) {
            log.error("a task of {} failed", thread.getName(), thrown);
        }
    }
}
