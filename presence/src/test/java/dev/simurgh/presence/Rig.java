package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.pubsub.BacklogLimits;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** An endpoint with a presence, whose time and whose threads the test is. */
final class Rig implements Timers, AutoCloseable {
    private record Due(long nanos, long number, Runnable task) {}

    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final EventLoop loop = SerialLoop.on(tasks::add);
    final Presence presence;
    final Endpoint endpoint;
    boolean rejecting;
    private long now;
    private long number;

    Rig(UnaryOperator<Presence.Builder> options) {
        this(options, BacklogLimits.defaults());
    }

    Rig(UnaryOperator<Presence.Builder> options, ClusterAdapter node) {
        this(options, BacklogLimits.defaults(), builder -> builder.cluster(node));
    }

    Rig(UnaryOperator<Presence.Builder> options, BacklogLimits backlog) {
        this(options, backlog, builder -> {});
    }

    private Rig(UnaryOperator<Presence.Builder> options, BacklogLimits backlog, Consumer<Endpoint.Builder> more) {
        presence = options.apply(Presence.builder().maxPerOwner(100_000).changesPerSecond(100_000))
                .build();
        Endpoint.Builder builder = Endpoint.builder()
                .timers(this)
                .scheduler(this::schedule)
                .part(presence)
                .backlog(backlog);
        more.accept(builder);
        endpoint = builder.build();
    }

    static Rig create() {
        return new Rig(options -> options);
    }

    private void schedule(Runnable task) {
        if (rejecting) {
            throw new RejectedExecutionException("test");
        }
        tasks.add(task);
    }

    /** A client that has joined a topic, and so hears its diffs; it has no state yet. */
    RoomClient client(String topic) {
        return client(topic, loop);
    }

    /** As {@link #client(String)}, on an event loop of its own. */
    RoomClient client(String topic, EventLoop loopOfItsOwn) {
        RoomClient client = new RoomClient(endpoint, topic, loopOfItsOwn);
        run();
        return client;
    }

    /** Gives a client the state. */
    void state(String topic, RoomClient client) {
        presence.giveState(topic, all -> loop.execute(() -> client.state(all)));
        run();
    }

    /** Has the event loop do something behind what it has got. */
    void onLoop(Runnable task) {
        loop.execute(task);
    }

    /** Does the next of what is to be done now. */
    void step() {
        if (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Runs all that is to be done now. */
    void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    void advance(Duration by) {
        run();
        long until = now + by.toNanos();
        while (!due.isEmpty() && due.peek().nanos <= until) {
            Due next = due.remove();
            now = next.nanos;
            next.task.run();
            run();
        }
        now = until;
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        Due one = new Due(now + delay.toNanos(), number++, task);
        due.add(one);
        return () -> due.remove(one);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void close() {
        rejecting = false;
        run();
        endpoint.close();
    }
}
