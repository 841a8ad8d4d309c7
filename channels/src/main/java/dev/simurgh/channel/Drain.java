package dev.simurgh.channel;

import dev.simurgh.protocol.CloseCode;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends all connections of an endpoint away, a batch at a time: their clients all come back at once, to whichever node is left, and
 * only the server can spread them (phoenix.js has no jitter). Counts connections, so that those without a channel go too.
 */
final class Drain {
    private final Endpoint endpoint;
    private final DrainOptions options;
    private volatile List<Connection> connections = List.of();
    private final CompletableFuture<DrainReport> done = new CompletableFuture<>();
    private volatile Runnable cancelLimit = () -> {};

    Drain(Endpoint endpoint, DrainOptions options) {
        this.endpoint = endpoint;
        this.options = options;
    }

    CompletableFuture<DrainReport> done() {
        return done;
    }

    /** Sends away those that are there. Whoever opens from now on is sent away by {@link #opened}, so none is missed. */
    void start(Collection<Connection> present) {
        connections = List.copyOf(present);
        cancelLimit = endpoint.timers().schedule(options.limit(), () -> complete(false));
        batch(0);
        connectionGone();
    }

    private void batch(int n) {
        int batches = batches();
        if (n >= batches || done.isDone()) {
            return;
        }
        int from = n * options.batchSize();
        int to = Math.min(from + options.batchSize(), connections.size());
        for (Connection connection : connections.subList(from, to)) {
            connection.onLoop(() -> sendAway(connection));
        }
        endpoint.listener().drained(to - from, n + 1, batches);
        if (n + 1 < batches) {
            endpoint.timers().schedule(options.batchInterval(), () -> batch(n + 1));
        }
    }

    private int batches() {
        return (connections.size() + options.batchSize() - 1) / options.batchSize();
    }

    private static void sendAway(Connection connection) {
        connection.close(CloseCode.SERVICE_RESTART, "", StopReason.DRAINED);
    }

    /** Sends a latecomer away, once its transport is ready for that. On its event loop. */
    void opened(Connection connection) {
        connection.execute(() -> sendAway(connection));
    }

    /** Completes when the last connection has gone. */
    void connectionGone() {
        if (endpoint.connectionCount() == 0) {
            complete(true);
        }
    }

    private void complete(boolean all) {
        cancelLimit.run();
        done.complete(new DrainReport(connections.size(), batches(), all));
    }
}
