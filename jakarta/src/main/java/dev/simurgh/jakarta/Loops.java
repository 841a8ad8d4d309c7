package dev.simurgh.jakarta;

import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.transport.carry.QueueBound;
import dev.simurgh.transport.loop.ThreadLoop;
import dev.simurgh.transport.loop.TimedLoop;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The threads of one servlet: event loops, and those for what blocks in a container's WebSocket. For any thread. */
final class Loops {
    private static final int END_THREADS = 4;
    private static final int PING_THREADS = 4;
    private static final AtomicInteger numbers = new AtomicInteger();

    private final List<ThreadLoop> loops = new ArrayList<>();
    private final IdentityHashMap<EventLoop, ContainerLoop> shared = new IdentityHashMap<>();
    private final LongAdder pinned = new LongAdder();
    private final QueueBound bound;
    private final AtomicInteger next = new AtomicInteger();
    private final ThreadPoolExecutor ends;
    private final Pings pings;

    /**
     * Starts them.
     *
     * @param maxQueuedBytes how much may wait for all clients together
     */
    Loops(int number, Backstage backstage, long maxQueuedBytes) {
        String name = "simurgh-servlet-" + numbers.incrementAndGet();
        bound = new QueueBound(maxQueuedBytes, number, pinned::sum);
        pings = new Pings(threads(name + "-ping", PING_THREADS), number);
        for (int i = 1; i <= number; i++) {
            ThreadLoop loop = new ThreadLoop(name + "-loop-" + i);
            loops.add(loop);
            shared.put(loop, new ContainerLoop(loop, backstage.clientLog(), bound, pinned));
            loop.eachTick(pings::look);
        }
        ends = threads(name + "-end", END_THREADS);
    }

    /** As many may wait as there are connections: each pings and ends one at a time. */
    private static ThreadPoolExecutor threads(String name, int number) {
        AtomicInteger made = new AtomicInteger();
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(number, number, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + made.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** The loop for the next client. */
    TimedLoop next() {
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    /** What the connections of a loop share; on it. */
    ContainerLoop of(EventLoop loop) {
        ContainerLoop found = shared.get(loop);
        if (found == null) {
            throw new IllegalArgumentException("loop: " + loop + " (expected: one of this servlet's)");
        }
        return found;
    }

    boolean has(EventLoop loop) {
        return shared.containsKey(loop);
    }

    /** How much waits for clients that do not take it at once, counted for each. */
    long queuedBytes() {
        return bound.counted().sum();
    }

    /** How much memory that takes, with what waits for clients that may take it at once. */
    long memory() {
        return pinned.sum();
    }

    Executor ends() {
        return ends;
    }

    Pings pings() {
        return pings;
    }

    /** Ends them all; completed when that is so. */
    CompletableFuture<Void> close(Backstage backstage) {
        CompletableFuture<?>[] ended = loops.stream().map(ThreadLoop::close).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(ended).whenComplete((all, failure) -> {
            loops.forEach(backstage::forget);
            ends.shutdown();
            pings.shutdown();
        });
    }
}
