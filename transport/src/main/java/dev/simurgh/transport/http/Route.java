package dev.simurgh.transport.http;

/**
 * What answers the requests for a path.
 *
 * @param <E> the requests on which it can
 */
@FunctionalInterface
public interface Route<E extends Exchange> {
    /** Answers a request; on the connection's event loop, so without blocking it. */
    void serve(E exchange);

    /**
     * How many bytes of a body it takes, which {@link Exchange#body} has then; a longer one is answered with 413. If it
     * is 0, bodies are thrown away, up to a mebibyte.
     */
    default int maxBodyBytes() {
        return 0;
    }

    /**
     * The answer to a request that was not served: this threw, it took too long, or it is refused for a limit. On the
     * event loop.
     */
    default Answer failure(int status) {
        return Answer.error(status);
    }

    /** Adds headers of its own to an answer to a request for its path, whoever gives it. On the event loop. */
    default void complete(E exchange, HeaderSetter headers) {}

    /** Whether it takes requests for a WebSocket. */
    default boolean upgrades() {
        return false;
    }
}
