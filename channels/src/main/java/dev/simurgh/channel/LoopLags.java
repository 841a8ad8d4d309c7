package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.pubsub.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long a task waits for its turn on the event loops, at most. Each loop is given a task every {@value #LOOK_MILLIS} ms, unless the last one still waits: of that it is
 * known for how long it has by now, so that a loop that hangs shows, too. That goes on only as long as somebody reads it. For any thread.
 */
final class LoopLags {
    private static final int LOOK_MILLIS = 500;
    private static final int LOOKS_OF_WINDOW = 60;
    private static final Duration LOOK = Duration.ofMillis(LOOK_MILLIS);
    /** Longer than those who look now and then let pass between two looks. */
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(3);

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Timers timers;
    private final Set<EventLoop> loops;
    private final Map<EventLoop, Probe> probes = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long readAt;
    private volatile long windowBefore;
    private volatile long window;
    private int looks; // of the timer

    /** @param loops those that there are, at any time */
    LoopLags(Timers timers, Set<EventLoop> loops) {
        this.timers = timers;
        this.loops = loops;
    }

    /** The longest wait of the last 30 to 60 s, in seconds; nothing is known before it is asked for. */
    double seconds() {
        long now = timers.nanoTime();
        readAt = now;
        if (looking.compareAndSet(false, true)) {
            look();
        }
        return Math.max(waiting(now), Math.max(window, windowBefore)) / SECOND;
    }

    private long waiting(long now) {
        long longest = 0;
        for (Probe probe : probes.values()) {
            longest = Math.max(longest, probe.waiting(now));
        }
        return longest;
    }

    private void look() {
        long now = timers.nanoTime();
        note(now);
        if (now - readAt > PATIENCE) {
            probes.clear();
            windowBefore = 0;
            window = 0;
            looking.set(false);
            return;
        }
        probes.keySet().retainAll(loops);
        for (EventLoop loop : loops) {
            probes.computeIfAbsent(loop, made -> new Probe()).ask(loop, now);
        }
        timers.schedule(LOOK, this::look);
    }

    private void note(long now) {
        long longest = waiting(now);
        for (Probe probe : probes.values()) {
            longest = Math.max(longest, probe.takeLongest());
        }
        if (++looks % LOOKS_OF_WINDOW == 0) {
            windowBefore = window;
            window = 0;
        }
        window = Math.max(window, longest);
    }

    /** The task that one loop was given last. */
    private final class Probe implements Runnable {
        private volatile long askedAt;
        private volatile boolean waits;
        private volatile long longest;

        void ask(EventLoop loop, long now) {
            if (!waits) {
                askedAt = now;
                waits = true;
                if (!loop.tryExecute(this)) {
                    waits = false;
                }
            }
        }

        @Override
        public void run() {
            longest = Math.max(longest, timers.nanoTime() - askedAt);
            waits = false;
        }

        /** For how long it has waited by now. */
        long waiting(long now) {
            return waits ? Math.max(0, now - askedAt) : longest;
        }

        /** The longest since this was last called: written by the loop meanwhile, it is that of the next. */
        long takeLongest() {
            long taken = longest;
            longest = 0;
            return taken;
        }
    }
}
