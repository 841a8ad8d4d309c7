package dev.simurgh.server;

import dev.simurgh.pubsub.Metric;
import dev.simurgh.transport.ServerLimits;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What a server tells of itself in numbers; {@link ServerStats} and {@link ServerLimits} say more of each. */
final class ServerMetrics {
    private static final String BYTES = "bytes";

    private final String server;
    private final List<Metric> all = new ArrayList<>();

    private ServerMetrics(String server) {
        this.server = server;
    }

    /**
     * Those of one server.
     *
     * @param at host and port, by which it is told from others
     */
    static List<Metric> of(String at, Server server, ServerLimits limits) {
        ServerMetrics made = new ServerMetrics(at);
        made.clients(server, limits);
        made.pending(server, limits);
        return List.copyOf(made.all);
    }

    private void clients(Server server, ServerLimits limits) {
        gauge(
                "connections",
                "",
                "WebSockets and long-poll sessions, with those that are about to be",
                server.seats()::connections);
        gauge("connections.max", "", "how many connections there may be", limits::maxConnections);
        gauge("sessions", "", "long-poll sessions", server.seats()::sessions);
        gauge("sessions.max", "", "how many long-poll sessions there may be", limits::maxLongPollSessions);
        gauge("queued", BYTES, "what waits to go out to clients that do not take it at once", server::queuedBytes);
        gauge("memory", BYTES, "direct memory in use, of all servers of the process", ServerMetrics::directMemory);
        gauge(
                "memory.max",
                BYTES,
                "how much direct memory may be in use before slow clients have to go",
                limits::maxQueuedBytes);
    }

    private void pending(Server server, ServerLimits limits) {
        gauge(
                "pending",
                "",
                "connections that are not admitted, as they have not asked for anything yet",
                server.pending()::guests);
        gauge(
                "pending.max",
                "",
                "how many connections may be there that are not admitted",
                limits::maxPendingConnections);
        gauge(
                "requests",
                BYTES,
                "requests that have not come to their end, and bodies that handlers work on",
                server.pending()::pinnedBytes);
        gauge("requests.max", BYTES, "how much requests and bodies may take", limits::maxPendingBytes);
        counter("turned.away", "connections that were ended for want of room", server.pending()::turnedAwayTotal);
        counter(
                "requests.refused",
                "requests that were answered with an error before any route saw them",
                server::refused);
    }

    private static long directMemory() {
        return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    }

    private void gauge(String name, String unit, String description, LongSupplier reading) {
        all.add(Metric.gauge("simurgh.server." + name, unit, description, reading::getAsLong)
                .tagged("server", server));
    }

    private void counter(String name, String description, LongSupplier reading) {
        all.add(Metric.counter("simurgh.server." + name, "", description, reading::getAsLong)
                .tagged("server", server));
    }
}
