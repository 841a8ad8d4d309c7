package dev.simurgh.server.http;

/** What answers the requests for a path. */
@FunctionalInterface
public interface Route {
    /** Answers a request; on the connection's event loop, so without blocking it. */
    void serve(HttpExchange exchange);

    /**
     * How many bytes of a body it takes, which {@link HttpExchange#body} has then; a longer one is answered with 413. If it
     * is 0, bodies are thrown away, up to a mebibyte.
     */
    default int maxBodyBytes() {
        return 0;
    }

    /** Whether it takes requests for a WebSocket. */
    default boolean upgrades() {
        return false;
    }
}
