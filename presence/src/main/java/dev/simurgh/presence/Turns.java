package dev.simurgh.presence;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on the endpoint's scheduler, only so many at once: what hangs in all of them leaves the scheduler's other threads alone. If the scheduler has no
 * thread, it is asked again a little later.
 */
final class Turns implements Executor {
    private static final Logger log = LoggerFactory.getLogger(Turns.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final Executor scheduler;
    private final Timers timers;
    private final Queue<Runnable> waiting = new ArrayDeque<>(); // guarded by itself
    private int free; // guarded by waiting
    private volatile boolean stopped;

    Turns(Executor scheduler, Timers timers, int most) {
        this.scheduler = scheduler;
        this.timers = timers;
        this.free = most;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (waiting) {
            if (free == 0) {
                waiting.add(task);
                return;
            }
            free--;
        }
        start(task);
    }

    /** From now on the scheduler may have ended, and no timer go off: what it does not take is run by whoever wants it. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    private void start(Runnable task) {
        AtomicBoolean started = new AtomicBoolean(); // a scheduler that throws may have kept it, and run it later
        try {
            scheduler.execute(() -> {
                if (started.compareAndSet(false, true)) {
                    run(task);
                }
            });
        } catch (Throwable thrown) { // an Error, too: "unable to create native thread"
            if (!started.compareAndSet(false, true)) {
                return;
            } else if (stopped) {
                run(task);
            } else {
                timers.schedule(RETRY, () -> start(task));
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) { // an Error, too, must not cost the others their turn
            log.error("task of presence failed", thrown);
        }
        Runnable next;
        synchronized (waiting) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        start(next);
    }
}
