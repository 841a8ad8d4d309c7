package dev.simurgh.server.http;

/** What answers the requests for a path. */
@FunctionalInterface
public interface Route {
    /** Answers a request; on the connection's event loop, so without blocking it. */
    void serve(HttpExchange exchange);
}
