package dev.simurgh.conformance;

import java.util.concurrent.CompletableFuture;

/** A server for one scenario, in this process; its {@code stop} stands for SIGTERM. */
final class OwnServer implements ServerUnderTest {
    private final ConformanceServer server;
    private CompletableFuture<?> stopped = new CompletableFuture<>();

    OwnServer() {
        this(On.SERVER);
    }

    OwnServer(On on) {
        server = ConformanceServer.start("--port", "0", "--on", on.option());
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void signal(Step step) {
        stopped = server.stop();
    }

    @Override
    public void awaitExit() {
        stopped.join();
    }

    @Override
    public void close() {
        server.stop().join();
    }
}
