package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** Time as connections and channels have it: what they wait for is counted. For any thread. */
final class HeldTimers implements Timers {
    private final Timers timers;
    private final LongAdder held = new LongAdder();

    HeldTimers(Timers timers) {
        this.timers = timers;
    }

    long held() {
        return Math.max(0, held.sum()); // one may be over before it is counted
    }

    @Override
    public long nanoTime() {
        return timers.nanoTime();
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        Held waiting = new Held(task);
        Runnable cancel = timers.schedule(delay, waiting);
        held.increment();
        return () -> {
            cancel.run();
            waiting.over();
        };
    }

    /** Over when it has run or been cancelled, whichever comes first. */
    private final class Held implements Runnable {
        private final Runnable task;
        private final AtomicBoolean over = new AtomicBoolean();

        Held(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            over();
            task.run();
        }

        void over() {
            if (over.compareAndSet(false, true)) {
                held.decrement();
            }
        }

        @Override
        public String toString() {
            return task.toString();
        }
    }
}
