package dev.simurgh.transport;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.spi.Query;
import dev.simurgh.transport.http.Target;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests for one path: enough for a token, a metric or a web hook, no web framework.
 *
 * <p>Runs on a worker thread of the server, up to 16 at a time, and may block. If it throws, or its stage fails or completes
 * with null, the client gets 500; if it takes longer than {@link TransportBuilder#answerTimeout}, 503.
 *
 * @see TransportBuilder#handler(String, String, HttpHandler)
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

    /** A request, with its whole body. Immutable but for the bytes of {@link #body}. */
    final class Request {
        private final String method;
        private final Target target;
        private final Map<String, Object> nested;
        private final Map<String, String> params;
        private final Map<String, List<String>> headers;
        private final byte[] body;
        private final @Nullable InetSocketAddress peer;

        private Request(Builder builder) {
            this.method = builder.method;
            this.target = builder.target;
            Query all = builder.query.with(builder.params);
            this.nested = all.nested();
            this.params = all.params();
            this.headers = builder.headers.toMap();
            this.body = builder.body;
            this.peer = builder.peer;
        }

        /**
         * Starts a request, for tests of a handler: what the server makes of it is made the same way.
         *
         * @param method such as {@code GET}
         * @param target path and query, such as {@code /token?user=1}
         * @throws IllegalArgumentException if it is no method or no target, or the query is not UTF-8 or beyond its limits
         */
        public static Builder builder(String method, String target) {
            return new Builder(method, target);
        }

        /** The method, such as {@code GET}: in upper case, as all that are in use are. */
        public String method() {
            return method;
        }

        /** The path as the client sent it, with its percent escapes. */
        public String path() {
            return target.path();
        }

        /** The query as the client sent it, without the question mark; empty if there is none. */
        public String rawQuery() {
            return target.rawQuery();
        }

        /** The parameters that are texts, of the query and, over them, of the path; of several with one name the last. */
        public Map<String, String> params() {
            return params;
        }

        /** One parameter; empty if it is not there, or a list or map. */
        public Optional<String> param(String name) {
            return Optional.ofNullable(params.get(name));
        }

        /** All parameters: {@code a[]=1&a[]=2} is a list, {@code c[k]=v} a map. Values are texts, lists and maps. */
        public Map<String, Object> nested() {
            return nested;
        }

        /** The headers, each with its values in order; look-ups do not look at the case of names. */
        public Map<String, List<String>> headers() {
            return headers;
        }

        /** One header, by name in any case; the values of one that came several times are joined with commas. */
        public Optional<String> header(String name) {
            return HeaderFields.joined(headers, name);
        }

        /**
         * The client's cookies by name, as {@link ConnectInfo#cookies} has them. Other sites' pages send them too: check a
         * CSRF token, or the {@code Origin} header, before you change anything for one.
         */
        public Map<String, String> cookies() {
            return header("cookie")
                    .map(text -> ConnectInfo.builder()
                            .headers(Map.of("cookie", text))
                            .build()
                            .cookies())
                    .orElse(Map.of());
        }

        /** The body; empty if there is none, at most {@link ServerLimits#maxBodyBytes}. Not copied. */
        public byte[] body() {
            return body;
        }

        /** The body as text in UTF-8; what is not UTF-8 becomes U+FFFD. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /**
         * The address that the request came from; behind a proxy that the server trusts, the client's own as the proxy says, with port 0 if it
         * does not say the port. Empty in a test that does not set it.
         */
        public Optional<InetSocketAddress> peer() {
            return Optional.ofNullable(peer);
        }

        /** Tells method and path; parameters, headers and body may hold secrets. */
        @Override
        public String toString() {
            return method + " " + target.path();
        }

        /** Collects a request. */
        public static final class Builder {
            private final String method;
            private final Target target;
            private final Query query;
            private final Map<String, String> params = new HashMap<>();
            private final HeaderFields headers = new HeaderFields();
            private byte[] body = {};
            private @Nullable InetSocketAddress peer;

            private Builder(String method, String target) {
                this.method = HeaderFields.checkedMethod(method);
                this.target = Target.parse(method, target)
                        .orElseThrow(() -> new IllegalArgumentException("target: " + target
                                + " (expected: a path and perhaps a query, such as /token?user=1)"));
                this.query = Query.parse(this.target.rawQuery())
                        .orElseThrow(() -> new IllegalArgumentException("target: " + target
                                + " (expected: a query in UTF-8 of at most " + Query.MAX_PARAMS
                                + " parameters, nested at most " + Query.MAX_DEPTH + " deep)"));
            }

            /** Sets a parameter of the path, which goes over one of that name in the query. */
            public Builder param(String name, String value) {
                params.put(name, value);
                return this;
            }

            /**
             * Adds a header; one of that name stays.
             *
             * @throws IllegalArgumentException if name or value cannot stand in a header
             */
            public Builder header(String name, String value) {
                headers.add(name, value);
                return this;
            }

            /** Sets the body, which is not copied; default none. */
            public Builder body(byte[] bytes) {
                this.body = bytes;
                return this;
            }

            /** Sets the body to a text in UTF-8. */
            public Builder body(String text) {
                return body(text.getBytes(StandardCharsets.UTF_8));
            }

            /** Sets the address that it came from; default none. */
            public Builder peer(InetSocketAddress address) {
                this.peer = address;
                return this;
            }

            /** Makes the request. */
            public Request build() {
                return new Request(this);
            }
        }
    }

    /** An answer. Immutable but for the bytes of {@link #body}. */
    final class Response {
        /** What the server sets by itself. */
        private static final Set<String> OF_THE_SERVER = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

        static {
            OF_THE_SERVER.addAll(List.of("Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Date"));
        }

        private static final Set<Integer> WITHOUT_BODY = Set.of(204, 205, 304);
        private static final String CONTENT_TYPE = "Content-Type";

        private final int status;
        private final Map<String, List<String>> headers;
        private final byte[] body;

        private Response(Builder builder) {
            this.status = builder.status;
            this.headers = builder.headers.toMap();
            this.body = builder.body;
        }

        /** Starts an answer: 200, without a body. */
        public static Builder builder() {
            return new Builder();
        }

        /**
         * Returns an answer without a body.
         *
         * @throws IllegalArgumentException if the status is not within 200 to 599
         */
        public static Response of(int status) {
            return builder().status(status).build();
        }

        /** Returns a 200 with plain text. */
        public static Response text(String text) {
            return builder().body("text/plain; charset=utf-8", text).build();
        }

        /** Returns a 200 with JSON, which is taken as it is. */
        public static Response json(String json) {
            return builder().body("application/json; charset=utf-8", json).build();
        }

        /**
         * Returns the same answer with another status.
         *
         * @throws IllegalArgumentException if the status is not within 200 to 599, or has no body where there is one
         */
        public Response withStatus(int other) {
            return toBuilder().status(other).build();
        }

        /**
         * Returns the same answer with one header more; one of that name stays, but of {@code Content-Type} there is one.
         *
         * @throws IllegalArgumentException as {@link Builder#header} does
         */
        public Response withHeader(String name, String value) {
            return toBuilder().header(name, value).build();
        }

        /** The status, such as 200. */
        public int status() {
            return status;
        }

        /** The headers, each with its values in order; look-ups do not look at the case of names. */
        public Map<String, List<String>> headers() {
            return headers;
        }

        /** One header, by name in any case; several values are joined with commas. */
        public Optional<String> header(String name) {
            return HeaderFields.joined(headers, name);
        }

        /** The body; not copied. A request with {@code HEAD} gets its length, and none of it. */
        public byte[] body() {
            return body;
        }

        /** The body as text in UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** Starts from this answer. */
        public Builder toBuilder() {
            return new Builder(status, HeaderFields.of(headers), body);
        }

        /** Tells the status; headers and body may hold secrets. */
        @Override
        public String toString() {
            return "status " + status;
        }

        /** Collects an answer. */
        public static final class Builder {
            private final HeaderFields headers;
            private int status;
            private byte[] body;

            private Builder() {
                this(200, new HeaderFields(), new byte[0]);
            }

            private Builder(int status, HeaderFields headers, byte[] body) {
                this.status = status;
                this.headers = headers;
                this.body = body;
            }

            /**
             * Sets the status; default 200.
             *
             * @throws IllegalArgumentException if it cannot end a request: not within 200 to 599
             */
            public Builder status(int code) {
                if (code < 200 || code > 599) {
                    throw new IllegalArgumentException("status: " + code + " (expected: 200 to 599)");
                }
                this.status = code;
                return this;
            }

            /**
             * Adds a header; one of that name stays, as {@code Set-Cookie} needs it, but of {@code Content-Type} there is one.
             *
             * @throws IllegalArgumentException if name or value cannot stand in a header, or it is one that the server sets
             */
            public Builder header(String name, String value) {
                if (OF_THE_SERVER.contains(name)) {
                    throw new IllegalArgumentException(
                            "header: " + name + " (expected: none of " + OF_THE_SERVER + ", which the server sets)");
                }
                if (name.equalsIgnoreCase(CONTENT_TYPE)) {
                    headers.set(CONTENT_TYPE, value);
                } else {
                    headers.add(name, value);
                }
                return this;
            }

            /**
             * Sets the body, which is not copied, and what it is.
             *
             * @param contentType such as {@code image/png}
             * @throws IllegalArgumentException if the type cannot stand in a header
             */
            public Builder body(String contentType, byte[] bytes) {
                headers.set(CONTENT_TYPE, contentType);
                this.body = bytes;
                return this;
            }

            /** Sets the body to a text in UTF-8, and what it is, such as {@code text/html; charset=utf-8}. */
            public Builder body(String contentType, String text) {
                return body(contentType, text.getBytes(StandardCharsets.UTF_8));
            }

            /**
             * Makes the answer.
             *
             * @throws IllegalArgumentException if the status is one that has no body, and there is one
             */
            public Response build() {
                if (WITHOUT_BODY.contains(status) && body.length > 0) {
                    throw new IllegalArgumentException("status: " + status + " with a body of " + body.length
                            + " bytes (expected: none, which 204, 205 and 304 do not have)");
                }
                return new Response(this);
            }
        }
    }
}
