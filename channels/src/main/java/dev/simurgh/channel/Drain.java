package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.protocol.CloseCode;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Sends connections of an endpoint away, a batch at a time: their clients all come back at once, to whichever node is left, and
 * only the server can spread them (phoenix.js has no jitter). Counts connections, so that those without a channel go too, and is over
 * when all of them have gone and all their channels have terminated.
 */
final class Drain {
    /** So many are told at once: some milliseconds of work, on one event loop or on all. */
    private static final int SLICE = 100;

    private final Connections connections;
    private final Predicate<ClientConnection> which;
    private final DrainOptions options;
    private final Timers timers;
    private final GuardedListener listener;
    private final BiConsumer<Drain, DrainReport> whenOver;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Set<ClientConnection> awaited = ConcurrentHashMap.newKeySet();
    private final Queue<ClientConnection> toGo = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<DrainReport> done = new CompletableFuture<>();
    private volatile boolean started;
    private volatile Runnable cancelLimit = () -> {};
    private int total;
    private int batches;

    Drain(
            Connections connections,
            Predicate<ClientConnection> which,
            DrainOptions options,
            Timers timers,
            GuardedListener listener,
            BiConsumer<Drain, DrainReport> whenOver) {
        this.connections = connections;
        this.which = which;
        this.options = options;
        this.timers = timers;
        this.listener = listener;
        this.whenOver = whenOver;
    }

    /** Completes at the end; a copy for each caller, who may do with it what it likes. */
    CompletableFuture<DrainReport> done() {
        return done.copy();
    }

    /** Sends away those that are there. Whoever opens from now on is sent away by {@link #opened}, so none is missed. */
    void start() {
        for (ClientConnection connection : connections.add(this)) {
            if (which.test(connection) && await(connection)) {
                toGo.add(connection);
            }
        }
        total = toGo.size();
        batches = (total + options.batchSize() - 1) / options.batchSize();
        cancelLimit = timers.schedule(options.limit(), () -> complete(false));
        batch(1);
        started = true;
        completeIfOver();
    }

    /** Waits for a connection, unless it is over already. */
    private boolean await(ClientConnection connection) {
        boolean added = awaited.add(connection);
        if (connection.isOver()) {
            awaited.remove(connection);
            return false;
        }
        return added;
    }

    /** One batch after the other: the timer hands on what the one before has left. */
    private void batch(int number) {
        if (number <= batches) {
            slice(number, 0);
        }
    }

    /** A part of a batch. They are spread over its interval, so that neither event loops nor clients have all of it at once. */
    private void slice(int batch, int toldBefore) {
        if (over.get()) {
            return;
        }
        int told = toldBefore;
        int end = Math.min(told + SLICE, options.batchSize());
        for (ClientConnection next = toGo.poll(); next != null; next = told < end ? toGo.poll() : null) {
            ClientConnection connection = next;
            connection.onLoop(() -> sendAway(connection));
            told++;
        }
        int toldNow = told;
        if (told < options.batchSize() && !toGo.isEmpty()) {
            timers.schedule(share(SLICE), () -> slice(batch, toldNow));
            return;
        }
        listener.drained(told, batch, batches);
        if (batch < batches) {
            timers.schedule(share(options.batchSize() - toldBefore), () -> batch(batch + 1));
        }
    }

    /** What so many connections have of the time for a batch. */
    private Duration share(int connections) {
        return options.batchInterval().multipliedBy(connections).dividedBy(options.batchSize());
    }

    private static void sendAway(ClientConnection connection) {
        connection.close(CloseCode.SERVICE_RESTART, "", StopReason.DRAINED);
    }

    /** Sends a latecomer away, once its transport is ready for that. On its event loop. */
    void opened(ClientConnection connection) {
        if (which.test(connection)) {
            if (!over.get()) {
                await(connection);
            }
            connection.execute(() -> sendAway(connection));
        }
    }

    /** Hears that a connection has gone and its channels have terminated. */
    void over(ClientConnection connection) {
        if (awaited.remove(connection)) {
            completeIfOver();
        }
    }

    private void completeIfOver() {
        if (started && awaited.isEmpty()) {
            complete(true);
        }
    }

    private void complete(boolean all) {
        cancelLimit.run();
        if (over.compareAndSet(false, true)) {
            DrainReport report = new DrainReport(total, batches, all);
            connections.giveUp(awaited);
            awaited.clear();
            for (ClientConnection next = toGo.poll();
                    next != null;
                    next = toGo.poll()) { // whose batch would have come later
                ClientConnection connection = next;
                connection.onLoop(() -> sendAway(connection));
            }
            whenOver.accept(this, report);
            done.complete(report);
        }
    }
}
