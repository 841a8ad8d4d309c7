package dev.simurgh.transport.serve;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.ServerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a server tells of itself in numbers; {@link ServerStats} and {@link ServerLimits} say more of each. For any thread. */
public final class ServerMetrics {
    private static final String PREFIX = "simurgh.server.";
    private static final String SERVER = "server";
    private static final String HOSTED = "application";
    private static final String BYTES = "bytes";

    private final ServerLimits limits;
    private final Supplier<ServerStats> stats;
    private final List<Metric> all = new ArrayList<>();

    private ServerMetrics(ServerLimits limits, Supplier<ServerStats> stats) {
        this.limits = limits;
        this.stats = stats;
    }

    /**
     * Adds those of a server with sockets of its own to its endpoint's.
     *
     * @param at host and port, by which it is told from others
     * @param memory how much is in use of what {@link ServerLimits#maxQueuedBytes} limits
     * @return takes them away
     */
    public static Runnable ofOwnPort(Serving serving, String at, Supplier<ServerStats> stats, LongSupplier memory) {
        ServerMetrics made = new ServerMetrics(serving.limits(), stats);
        made.clients(memory);
        made.requests();
        made.pending();
        return made.addTo(serving.endpoint(), at);
    }

    /**
     * Adds those of what serves clients of an application's server to its endpoint's; there are none of connections that are not admitted, which are that
     * server's. It is told from others as {@code application}, the next of the same endpoint as {@code application-2}.
     *
     * @param memory how much is in use of what {@link ServerLimits#maxQueuedBytes} limits
     * @return takes them away
     */
    public static Runnable ofApplication(Serving serving, Supplier<ServerStats> stats, LongSupplier memory) {
        ServerMetrics made = new ServerMetrics(serving.limits(), stats);
        made.clients(memory);
        made.requests();
        synchronized (ServerMetrics.class) { // two at once would find the same name free
            return made.addTo(serving.endpoint(), freeName(serving.endpoint()));
        }
    }

    private static String freeName(Endpoint endpoint) {
        Set<String> taken = endpoint.backstage().metrics().stream()
                .filter(metric -> metric.name().startsWith(PREFIX))
                .map(metric -> String.valueOf(metric.tags().get(SERVER)))
                .collect(Collectors.toSet());
        String name = HOSTED;
        for (int number = 2; taken.contains(name); number++) {
            name = HOSTED + "-" + number;
        }
        return name;
    }

    private Runnable addTo(Endpoint endpoint, String server) {
        return endpoint.backstage()
                .addMetrics(all.stream()
                        .map(metric -> metric.tagged(SERVER, server))
                        .toList());
    }

    private void clients(LongSupplier memory) {
        gauge(
                "connections",
                "",
                "WebSockets and long-poll sessions, with those that are about to be",
                () -> stats.get().connections());
        gauge("connections.max", "", "how many connections there may be", limits::maxConnections);
        gauge("sessions", "", "long-poll sessions", () -> stats.get().sessions());
        gauge("sessions.max", "", "how many long-poll sessions there may be", limits::maxLongPollSessions);
        gauge(
                "queued",
                BYTES,
                "what waits to go out to clients that do not take it at once",
                () -> stats.get().queuedBytes());
        gauge(
                "memory",
                BYTES,
                "memory in use for what goes out: with Netty direct memory, of all servers of the process",
                memory);
        gauge(
                "memory.max",
                BYTES,
                "how much memory may be in use for what goes out before slow clients have to go",
                limits::maxQueuedBytes);
    }

    private void requests() {
        gauge(
                "requests",
                BYTES,
                "requests that have not come to their end, and bodies that handlers work on",
                () -> stats.get().pendingBytes());
        gauge("requests.max", BYTES, "how much requests and bodies may take", limits::maxPendingBytes);
        counter(
                "requests.refused",
                "requests that were answered with an error before any route saw them",
                () -> stats.get().refused());
    }

    private void pending() {
        gauge(
                "pending",
                "",
                "connections that are not admitted, as they have not asked for anything yet",
                () -> stats.get().pendingConnections());
        gauge(
                "pending.max",
                "",
                "how many connections may be there that are not admitted",
                limits::maxPendingConnections);
        counter(
                "turned.away",
                "connections that were ended for want of room",
                () -> stats.get().turnedAway());
    }

    private void gauge(String name, String unit, String description, LongSupplier reading) {
        all.add(Metric.gauge(PREFIX + name, unit, description, reading::getAsLong));
    }

    private void counter(String name, String description, LongSupplier reading) {
        all.add(Metric.counter(PREFIX + name, "", description, reading::getAsLong));
    }
}
