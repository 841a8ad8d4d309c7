package dev.simurgh.channel;

import dev.simurgh.protocol.CloseCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends all connections of an endpoint away, a batch at a time: their clients all come back at once, to whichever node is left, and
 * only the server can spread them (phoenix.js has no jitter). Counts connections, so that those without a channel go too.
 */
final class Drain {
    private final Endpoint endpoint;
    private final DrainOptions options;
    private final List<Connection> connections;
    private final int batches;
    private final CompletableFuture<DrainReport> done = new CompletableFuture<>();
    private volatile Runnable cancelLimit = () -> {};

    Drain(Endpoint endpoint, DrainOptions options, List<Connection> connections) {
        this.endpoint = endpoint;
        this.options = options;
        this.connections = connections;
        this.batches = (connections.size() + options.batchSize() - 1) / options.batchSize();
    }

    CompletableFuture<DrainReport> done() {
        return done;
    }

    void start() {
        cancelLimit = endpoint.timers().schedule(options.limit(), () -> complete(false));
        batch(0);
        connectionGone();
    }

    private void batch(int n) {
        if (n >= batches || done.isDone()) {
            return;
        }
        int from = n * options.batchSize();
        int to = Math.min(from + options.batchSize(), connections.size());
        for (Connection connection : connections.subList(from, to)) {
            connection.loop().execute(() -> connection.close(CloseCode.SERVICE_RESTART, "", StopReason.DRAINED));
        }
        endpoint.listener().drained(to - from, n + 1, batches);
        if (n + 1 < batches) {
            endpoint.timers().schedule(options.batchInterval(), () -> batch(n + 1));
        }
    }

    /** Completes when the last connection has gone. */
    void connectionGone() {
        if (endpoint.connectionCount() == 0) {
            complete(true);
        }
    }

    private void complete(boolean all) {
        cancelLimit.run();
        done.complete(new DrainReport(connections.size(), batches, all));
    }
}
