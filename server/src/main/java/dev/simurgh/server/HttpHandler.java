package dev.simurgh.server;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers GET requests for one path: enough for a token or a metric, no web framework.
 *
 * <p>Runs on a worker thread of the server, up to 16 at a time, and may block. If it throws, or its stage fails or completes
 * with null, the client gets 500; if it takes longer than {@link ServerBuilder#answerTimeout}, 503.
 */
@FunctionalInterface
public interface HttpHandler {

    /** Answers a request, now or later. */
    CompletionStage<Response> handle(Request request) throws Exception;

    /** Makes a handler that returns its answer. */
    static HttpHandler of(Returning function) {
        return request -> CompletableFuture.completedFuture(function.handle(request));
    }

    /** A handler that returns its answer. */
    @FunctionalInterface
    interface Returning {
        /** Answers a request. */
        Response handle(Request request) throws Exception;
    }

    /**
     * A GET request.
     *
     * @param path as the client sent it
     * @param params the query's parameters, decoded; of several with one name the last
     */
    record Request(String path, Map<String, String> params) {}

    /**
     * An answer.
     *
     * @param status such as 200
     * @param contentType such as {@code application/json}
     * @param body not copied
     * @param headers more headers by name
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Response(int status, String contentType, byte[] body, Map<String, String> headers) {
        /**
         * Refuses a status that cannot end a request.
         *
         * @throws IllegalArgumentException if the status is not within 200 to 599
         */
        public Response {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
            }
            headers = Map.copyOf(headers);
        }

        /** Makes an answer without headers of its own. */
        public Response(int status, String contentType, byte[] body) {
            this(status, contentType, body, Map.of());
        }

        /** Returns a 200 with plain text. */
        public static Response text(String text) {
            return new Response(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }

        /** Returns a 200 with JSON, which is taken as it is. */
        public static Response json(String json) {
            return new Response(200, "application/json; charset=utf-8", json.getBytes(StandardCharsets.UTF_8));
        }

        /** Returns the same answer with another status. */
        public Response withStatus(int other) {
            return new Response(other, contentType, body, headers);
        }

        /** Returns the same answer with one header more, or with another value for it. */
        public Response withHeader(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Response(status, contentType, body, more);
        }
    }
}
