package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;

/**
 * Lets clients in behind everything else, and sends them away before anything else stops: the web server of the application goes on, and says
 * that it is not ready.
 */
public final class ServerLifecycle implements SmartLifecycle, ApplicationContextAware {
    /** The property that tells the port, as {@code local.server.port} does. */
    public static final String PORT_PROPERTY = "local.simurgh.port";

    private static final Logger log = LoggerFactory.getLogger(ServerLifecycle.class);
    private static final String PORTS = "server.ports"; // Spring Boot's own name for it

    private final EndpointLifecycle around;
    private final Endpoint endpoint;
    private final Door door;
    private volatile @Nullable ApplicationContext context;
    private volatile boolean running;

    ServerLifecycle(EndpointLifecycle around, Endpoint endpoint, Door door) {
        this.around = around;
        this.endpoint = endpoint;
        this.door = door;
    }

    @Override
    public void setApplicationContext(ApplicationContext itsOwn) {
        context = itsOwn;
    }

    /** Simurgh's own port; -1 if there is none, or it is closed. */
    public int port() {
        return door.port();
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    @Override
    public void start() {
        if (around.isEnding()) { // something has closed the context while it starts
            return;
        }
        door.open();
        running = true;
        log.info("{}", served());
        ApplicationContext known = context;
        if (known != null && door.port() > 0) {
            publish(known, door.port());
        }
    }

    /** Where, what and with whom, in one line. */
    private String served() {
        String sockets = endpoint.backstage().mounts().stream()
                .map(mount ->
                        mount.path() + " (" + String.join(", ", mount.spec().patterns()) + ")")
                .collect(Collectors.joining(", "));
        int nodes = endpoint.node().otherCount() + 1;
        return "serving " + sockets + " on " + door.place() + " as "
                + endpoint.node().self() + ", " + (nodes == 1 ? "alone" : "one of " + nodes + " nodes");
    }

    private static void publish(ApplicationContext context, int port) {
        if (context instanceof ConfigurableApplicationContext configurable) {
            publish(configurable.getEnvironment(), port);
        }
        ApplicationContext parent = context.getParent();
        if (parent != null) {
            publish(parent, port);
        }
    }

    @SuppressWarnings("unchecked")
    private static void publish(ConfigurableEnvironment environment, int port) {
        MutablePropertySources sources = environment.getPropertySources();
        PropertySource<?> ports = sources.get(PORTS);
        if (ports == null) {
            ports = new MapPropertySource(PORTS, new HashMap<>());
            sources.addFirst(ports);
        }
        ((Map<String, Object>) ports.getSource()).put(PORT_PROPERTY, port);
    }

    @Override
    public void stop() {
        stopped().join();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failure is logged
    public void stop(Runnable whenStopped) {
        stopped().whenComplete((done, failure) -> {
            if (failure != null) {
                log.error("clients not sent away", failure);
            }
            whenStopped.run();
        });
    }

    /** A context that is closed drains its endpoint; one that is stopped sends away who came by this door. */
    private CompletableFuture<Void> stopped() {
        // First, so that parts hear of it before clients go.
        CompletableFuture<?> drained = around.isEnding() ? endpoint.drain() : CompletableFuture.completedFuture(null);
        CompletableFuture<Void> closed = door.close();
        return CompletableFuture.allOf(closed, drained).whenComplete((done, failure) -> running = false);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** See {@link EndpointLifecycle#isPauseable}. */
    public boolean isPauseable() {
        return false;
    }
}
