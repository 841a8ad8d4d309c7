package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The time and the threads of an endpoint: those that it was given, and its own, which end with it. */
final class OwnThreads {
    private final List<AutoCloseable> own = new ArrayList<>();
    private final Timers timers;
    private final Executor scheduler;
    private final boolean realTime;

    OwnThreads(@Nullable Timers givenTimers, @Nullable Executor givenScheduler) {
        realTime = givenTimers == null;
        timers = givenTimers == null ? ownTimers() : givenTimers;
        scheduler = givenScheduler == null ? ownScheduler() : givenScheduler;
    }

    private Timers ownTimers() {
        SystemTimers system = new SystemTimers();
        own.add(system); // behind the scheduler, which grows by them while it ends
        return system;
    }

    private Executor ownScheduler() {
        Executor made = Schedulers.create(timers);
        if (made instanceof ExecutorService threads) {
            own.add(0, () -> Schedulers.close(threads));
        } else if (made instanceof AutoCloseable closeable) {
            own.add(0, closeable);
        }
        return made;
    }

    Timers timers() {
        return timers;
    }

    Executor scheduler() {
        return scheduler;
    }

    /** Whether time passes by itself, and not by somebody else's clock, such as a test's. */
    boolean isRealTime() {
        return realTime;
    }

    /** Ends its own, one after the other, by the caller's way to do so. */
    void end(BiConsumer<String, AutoCloseable> guarded) {
        own.forEach(thing -> guarded.accept("closing " + thing, thing));
    }
}
