package dev.simurgh.jakarta;

import dev.simurgh.transport.loop.TimedLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An event loop that runs when a test says so, on its thread, and whose clock the test turns. */
final class HandLoop extends TimedLoop {
    private final AtomicLong nanos;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private Runnable tick = () -> {};

    HandLoop() {
        this(new AtomicLong());
    }

    private HandLoop(AtomicLong nanos) {
        super(nanos::get);
        this.nanos = nanos;
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    protected void schedule(Runnable task, long millis) {
        tick = task;
    }

    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets so many ticks of 100 ms pass. */
    void ticks(int number) {
        for (int i = 0; i < number; i++) {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            tick.run();
            run();
        }
    }
}
