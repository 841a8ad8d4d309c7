package dev.simurgh.transport.http;

import dev.simurgh.transport.HttpHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer to a request. The server adds what every answer has: its length, the date, what becomes of the connection. For one thread at a time; the body
 * is not copied.
 */
public final class Answer {
    /** Text in UTF-8. */
    public static final String TEXT = "text/plain; charset=utf-8";

    /** JSON. */
    public static final String JSON = "application/json; charset=utf-8";

    /** RFC 9110, section 15, and RFC 6585: those that are answered with by themselves. */
    private static final Map<Integer, String> PHRASES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(413, "Request Entity Too Large"),
            Map.entry(414, "Request-URI Too Long"),
            Map.entry(417, "Expectation Failed"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(505, "HTTP Version Not Supported"));

    private static final int NOT_MODIFIED = 304;

    private final int status;
    private final byte[][] body;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private Answer(int status, byte[]... body) {
        this.status = status;
        this.body = body;
    }

    /** With a body in pieces, and a content type of its own if there is one. */
    public static Answer of(int status, String contentType, byte[]... body) {
        Answer answer = new Answer(status, body);
        if (answer.bodyLength() > 0) {
            answer.set("content-type", contentType);
        }
        answer.set("cache-control", "no-store");
        return answer;
    }

    /** An application's own answer. */
    public static Answer of(HttpHandler.Response response) {
        Answer answer = of(response.status(), TEXT, response.body());
        response.headers().forEach(answer::set); // over the ones above
        return answer;
    }

    /** Without a body. */
    public static Answer empty(int status) {
        return of(status, TEXT);
    }

    /** With plain text. */
    public static Answer text(int status, String text) {
        return of(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * To a client that may come back, but not now: with 503 the server is full, with 429 it is the client that is too many or too fast. RFC
     * 9110, section 10.2.3, and RFC 6585.
     *
     * @param text why
     */
    public static Answer later(int status, String text, int seconds) {
        return text(status, text).set("retry-after", Integer.toString(seconds));
    }

    /** With JSON, which is taken as it is. */
    public static Answer json(int status, String json) {
        return of(status, JSON, json.getBytes(StandardCharsets.UTF_8));
    }

    /** The form of Phoenix's own error answers. */
    public static Answer error(int status) {
        return json(status, "{\"errors\":{\"detail\":\"" + phrase(status) + "\"}}");
    }

    /** The same, with what is wrong; a text without quotes and backslashes, and nothing of the client's. */
    public static Answer error(int status, String wrong) {
        return json(status, "{\"errors\":{\"detail\":\"" + phrase(status) + ": " + wrong + "\"}}");
    }

    /** To a method that a route does not have: what it has, which is all that {@code OPTIONS} asks for, and else 405. */
    public static Answer allowed(Exchange exchange, String methods) {
        Answer answer = exchange.isMethod("OPTIONS") ? empty(204) : text(405, phrase(405));
        return answer.set("allow", methods);
    }

    /** What a status is called. */
    public static String phrase(int status) {
        return PHRASES.getOrDefault(status, "Status " + status);
    }

    /** Sets a header, in the place of what is there. */
    public Answer set(String name, String value) {
        return set(name, List.of(value));
    }

    /** Sets a header with several values. */
    public Answer set(String name, List<String> values) {
        headers.remove(name); // its name, too, is as it was set last
        headers.put(name, values);
        return this;
    }

    /** The status. */
    public int status() {
        return status;
    }

    /** The headers, by name in any case. */
    public Map<String, List<String>> headers() {
        return Collections.unmodifiableMap(headers);
    }

    /** The body, in pieces. */
    public byte[][] body() {
        return body;
    }

    /** How long the body is. */
    public int bodyLength() {
        int length = 0;
        for (byte[] piece : body) {
            length = Math.addExact(length, piece.length);
        }
        return length;
    }

    /** Whether its length is told: to 304 it would be that of the 200; RFC 9110, section 8.6. */
    public boolean tellsLength() {
        return status != NOT_MODIFIED;
    }

    /** Returns the status; headers and body may hold secrets. */
    @Override
    public String toString() {
        return "answer " + status;
    }
}
