package dev.simurgh.server.http;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

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

    /**
     * The answer to a request that was not served: this threw, it took too long, or it is refused for a limit. On the
     * event loop.
     */
    default FullHttpResponse failure(HttpResponseStatus status) {
        return Responses.error(status);
    }

    /** Adds headers of its own to an answer to a request for its path, whoever gives it. On the event loop. */
    default void complete(HttpExchange exchange, HttpHeaders headers) {}

    /** Whether it takes requests for a WebSocket. */
    default boolean upgrades() {
        return false;
    }
}
