package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.server.Server;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Starts the server behind all beans, and stops it before them. */
public final class ServerLifecycle implements SmartLifecycle {
    private final Endpoint endpoint;
    private final int wantedPort;
    private volatile @Nullable Server server;

    ServerLifecycle(Endpoint endpoint, int wantedPort) {
        this.endpoint = endpoint;
        this.wantedPort = wantedPort;
    }

    /** The port that it listens on; -1 if it does not. */
    public int port() {
        Server running = server;
        return running == null ? -1 : running.port();
    }

    @Override
    public void start() {
        server = Server.builder(endpoint).port(wantedPort).start();
    }

    @Override
    public void stop() {
        Server running = server;
        if (running != null) {
            endpoint.drain().join();
            running.close();
            server = null;
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }
}
