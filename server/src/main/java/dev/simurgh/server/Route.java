package dev.simurgh.server;

/** What answers the requests for a path. */
@FunctionalInterface
interface Route {
    /** Answers a request; on the connection's event loop, so without blocking it. */
    void serve(HttpExchange exchange);
}
