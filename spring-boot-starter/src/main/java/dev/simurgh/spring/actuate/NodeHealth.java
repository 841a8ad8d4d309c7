package dev.simurgh.spring.actuate;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.spring.SimurghHealthProperties;
import dev.simurgh.spring.autoconfigure.ServerLifecycle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;

/** Whether this node should be given clients, and why not. Looks at what is in memory and waits for nobody, or not for long. */
final class NodeHealth {
    /** The name of the bean; what stands before {@code HealthIndicator} is how the Actuator calls it. */
    static final String BEAN = "simurghHealthIndicator";

    static final String NAME = "simurgh";
    static final String READINESS = "readiness";
    static final String GROUP_PROPERTY = "management.endpoint.health.group.readiness.include";

    /** Something whose state is part of the node's. */
    interface Probe {
        String name();

        /** What is wrong with it, in a few words; empty if nothing is. May wait for 50 ms at most. */
        Optional<String> trouble();
    }

    /** Some of them, of one kind. */
    interface Probes extends Supplier<List<Probe>> {}

    /** The words of the Actuator, in the order in which they win. */
    enum Level {
        DOWN,
        OUT_OF_SERVICE,
        UP
    }

    record Seen(Level level, Map<String, Object> details) {}

    private final Endpoint endpoint;
    private final ObjectProvider<ServerLifecycle> server;
    private final List<Probe> probes;
    private final SimurghHealthProperties properties;

    NodeHealth(
            Endpoint endpoint,
            ObjectProvider<ServerLifecycle> server,
            List<Probe> probes,
            SimurghHealthProperties properties) {
        this.endpoint = endpoint;
        this.server = server;
        this.probes = probes;
        this.properties = properties;
    }

    Seen look() {
        Map<String, Object> details = new LinkedHashMap<>();
        Level level = Level.UP;
        details.put("node", endpoint.node().self());
        details.put("connections", endpoint.connectionCount());
        int nodes = endpoint.node().otherCount() + 1;
        details.put("nodes", nodes);
        for (Probe probe : probes) {
            Optional<String> trouble = probe.trouble();
            details.put(probe.name(), trouble.orElse("answers"));
            if (trouble.isPresent() && properties.journal()) {
                level = Level.DOWN;
            }
        }
        Optional<String> away = away(nodes);
        if (away.isPresent()) {
            details.put("reason", away.get());
            level = level == Level.DOWN ? level : Level.OUT_OF_SERVICE;
        }
        return new Seen(level, details);
    }

    private Optional<String> away(int nodes) {
        ServerLifecycle lifecycle = server.getIfAvailable();
        if (endpoint.isDraining()) {
            return Optional.of("clients are being sent away");
        }
        if (lifecycle != null && !lifecycle.isRunning()) {
            return Optional.of("no clients are let in");
        }
        if (endpoint.node().isClusterAway()) {
            return Optional.of("the cluster is away");
        }
        if (nodes < properties.minNodes()) {
            return Optional.of(
                    nodes + " nodes (expected: " + properties.minNodes() + " or more, by simurgh.health.min-nodes)");
        }
        return Optional.empty();
    }
}
