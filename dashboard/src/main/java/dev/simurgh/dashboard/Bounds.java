package dev.simurgh.dashboard;

import dev.simurgh.channel.Limit;
import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How near a node is to what it may hold, all clients together. Servers and parts tell so in their metrics: beside {@code simurgh.server.connections} there is
 * {@code simurgh.server.connections.max}.
 */
final class Bounds {
    private static final String PREFIX = "simurgh.";
    private static final String MOST = ".max";
    /** Those that are a {@link Limit}, too. */
    private static final Map<String, Limit> LIMITS = Map.of(
            "server.connections", Limit.CONNECTIONS,
            "server.sessions", Limit.LONG_POLL_SESSIONS,
            "server.memory", Limit.QUEUED_BYTES,
            "server.pending", Limit.PENDING_CONNECTIONS,
            "server.requests", Limit.PENDING_BYTES);

    /**
     * One of them.
     *
     * @param limit as its {@link Limit}, in lower case, or as its metric
     * @param at of which server, or whatever else it is told from others by; empty if there is one
     */
    record Bound(String limit, String at, long now, long most) {
        double share() {
            return most <= 0 ? 0 : Math.max(0, Math.min(1, (double) now / most));
        }
    }

    private Bounds() {}

    private record Key(String name, Map<String, String> tags) {}

    static List<Bound> of(List<Metric> metrics) {
        Map<Key, Metric> all = new HashMap<>();
        metrics.forEach(metric -> all.put(new Key(metric.name(), metric.tags()), metric));
        List<Bound> bounds = new ArrayList<>();
        for (Metric most : metrics) {
            if (most.name().startsWith(PREFIX) && most.name().endsWith(MOST)) {
                String name = most.name().substring(0, most.name().length() - MOST.length());
                Metric now = all.get(new Key(name, most.tags()));
                if (now != null) {
                    bounds.add(bound(name.substring(PREFIX.length()), now, most));
                }
            }
        }
        return bounds;
    }

    private static Bound bound(String name, Metric now, Metric most) {
        Limit limit = LIMITS.get(name);
        return new Bound(
                limit == null ? name : Pages.lower(limit.name()),
                String.join(" ", most.tags().values()),
                (long) Pages.read(now),
                (long) Pages.read(most));
    }
}
