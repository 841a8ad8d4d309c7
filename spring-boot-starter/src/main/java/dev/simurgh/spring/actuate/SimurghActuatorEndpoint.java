package dev.simurgh.spring.actuate;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.spring.autoconfigure.ServerLifecycle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code /actuator/simurgh}: what this node serves, and what it holds. Nothing that clients have named is in it. */
@org.springframework.boot.actuate.endpoint.annotation.Endpoint(id = "simurgh")
final class SimurghActuatorEndpoint {
    private final Endpoint endpoint;
    private final ObjectProvider<ServerLifecycle> server;

    SimurghActuatorEndpoint(Endpoint endpoint, ObjectProvider<ServerLifecycle> server) {
        this.endpoint = endpoint;
        this.server = server;
    }

    @ReadOperation
    Map<String, Object> look() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("node", endpoint.node().self());
        node.put("nodes", endpoint.node().list());
        node.put("draining", endpoint.isDraining());
        server.ifAvailable(lifecycle -> {
            node.put("running", lifecycle.isRunning());
            node.put("port", lifecycle.port());
        });
        node.put(
                "sockets",
                endpoint.backstage().mounts().stream()
                        .map(SimurghActuatorEndpoint::socket)
                        .toList());
        node.put("counts", endpoint.counts());
        node.put("dropped", endpoint.droppedCount());
        Map<String, Long> limited = new LinkedHashMap<>();
        endpoint.limitCounts().forEach((limit, times) -> {
            if (times > 0) {
                limited.put(limit.name(), times);
            }
        });
        node.put("limited", limited);
        return node;
    }

    private static Map<String, Object> socket(SocketMount mount) {
        return Map.of("path", mount.path(), "channels", List.copyOf(mount.spec().patterns()));
    }
}
