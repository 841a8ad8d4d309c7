package dev.simurgh.server.http;

import dev.simurgh.server.HttpHandler;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** The answers of the server itself. */
public final class Responses {
    static final String TEXT = "text/plain; charset=utf-8";
    public static final String JSON = "application/json; charset=utf-8";

    /** RFC 6455, section 1.3. */
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** RFC 9110, section 5.6.7. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private Responses() {}

    /** With a content type of its own. */
    public static FullHttpResponse of(HttpResponseStatus status, String contentType, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        HttpHeaders headers = response.headers();
        if (body.length > 0) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        return response;
    }

    /** An application's own answer. */
    public static FullHttpResponse of(HttpHandler.Response response) {
        FullHttpResponse encoded = of(HttpResponseStatus.valueOf(response.status()), TEXT, response.body());
        response.headers().forEach(encoded.headers()::set); // over the ones above
        if (response.status() == HttpResponseStatus.NOT_MODIFIED.code()) {
            encoded.headers()
                    .remove(HttpHeaderNames.CONTENT_LENGTH); // it would be that of the 200; RFC 9110, section 8.6
        }
        return encoded;
    }

    public static FullHttpResponse empty(HttpResponseStatus status) {
        return of(status, TEXT, new byte[0]);
    }

    public static FullHttpResponse text(HttpResponseStatus status, String text) {
        return of(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * To a client that may come back, but not now: with 503 the server is full, with 429 it is the client that is too many or too fast. RFC
     * 9110, section 10.2.3, and RFC 6585.
     *
     * @param text why
     */
    public static FullHttpResponse later(HttpResponseStatus status, String text, int seconds) {
        FullHttpResponse response = text(status, text);
        response.headers().set(HttpHeaderNames.RETRY_AFTER, seconds);
        return response;
    }

    public static FullHttpResponse json(HttpResponseStatus status, String json) {
        return of(status, JSON, json.getBytes(StandardCharsets.UTF_8));
    }

    /** The form of Phoenix's own error answers. */
    public static FullHttpResponse error(HttpResponseStatus status) {
        return json(status, "{\"errors\":{\"detail\":\"" + status.reasonPhrase() + "\"}}");
    }

    /** The same, with what is wrong; a text without quotes and backslashes, and nothing of the client's. */
    public static FullHttpResponse error(HttpResponseStatus status, String wrong) {
        return json(status, "{\"errors\":{\"detail\":\"" + status.reasonPhrase() + ": " + wrong + "\"}}");
    }

    /** To a method that a route does not have: what it has, which is all that {@code OPTIONS} asks for, and else 405. */
    static FullHttpResponse allowed(HttpExchange exchange, String methods) {
        FullHttpResponse response = exchange.isMethod(HttpMethod.OPTIONS)
                ? empty(HttpResponseStatus.NO_CONTENT)
                : text(HttpResponseStatus.METHOD_NOT_ALLOWED, "Method Not Allowed");
        response.headers().set(HttpHeaderNames.ALLOW, methods);
        return response;
    }

    /** Asks for the body, RFC 9110 section 10.1.1. */
    static FullHttpResponse goOn() {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
    }

    /** RFC 6455, section 4.2.2; extensions are for the caller to add. */
    public static FullHttpResponse switchingProtocols(String key, Optional<String> subprotocol) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
        subprotocol.ifPresent(name -> response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, name));
        return response;
    }

    /** Adds what every answer has. */
    static void addCommonHeaders(HttpHeaders headers) {
        headers.set(HttpHeaderNames.DATE, HTTP_DATE.format(Instant.now()));
        headers.set("x-content-type-options", "nosniff");
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_SALT).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is missing, which every JDK must have", e);
        }
    }
}
