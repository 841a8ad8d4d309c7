package dev.simurgh.server.http;

import dev.simurgh.channel.Limit;
import dev.simurgh.transport.http.Target;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * Why a request is answered, and its connection closed, before any route looks at it.
 *
 * @param text what its client gets
 * @param level of the line for the log
 * @param line with a place for the connection
 * @param limit that was reached, if one was
 */
record Refusal(HttpResponseStatus status, String text, Level level, String line, Optional<Limit> limit) {
    private Refusal(HttpResponseStatus status, String text, Level level, String line) {
        this(status, text, level, line, Optional.empty());
    }

    static final Refusal TOO_LARGE = limit(
            Limit.BODY_BYTES,
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
            "{} is answered with 413: its request has a longer body than is taken there. ServerLimits.maxBodyBytes says how"
                    + " much handlers take, Limits.maxMessageBytes how much long polling does");
    static final Refusal TOO_SLOW = limit(
            Limit.HANDSHAKE_TIMEOUT,
            HttpResponseStatus.REQUEST_TIMEOUT,
            "{} is answered with 408: the body of its request did not come within ServerLimits.handshakeTimeout");

    static final Refusal BAD_TARGET = bad("target of the request", "a path, or an address with http or https");
    private static final Refusal BAD_HOST = bad("header Host", "exactly one, with a host and perhaps a port");
    private static final Refusal UNREADABLE = bad("request", "one of HTTP/1.1");

    private static final Refusal LINE_TOO_LONG = limit(
            Limit.REQUEST_LINE_BYTES,
            HttpResponseStatus.REQUEST_URI_TOO_LONG,
            "{} is answered with 414: the first line of its request is too long. Let the client send less in its parameters, or"
                    + " raise ServerLimits.maxRequestLineBytes");
    private static final Refusal HEADERS_TOO_LONG = limit(
            Limit.HEADER_BYTES,
            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "{} is answered with 431: the headers of its request, cookies among them, are too long, or more than "
                    + CountedHeaders.MAX + ". ServerLimits.maxHeaderBytes says how long they may be");
    private static final Refusal UNKNOWN_EXPECTATION = new Refusal(
            HttpResponseStatus.EXPECTATION_FAILED,
            "Expectation Failed: header Expect (expected: 100-continue)",
            Level.INFO,
            "{} is answered with 417: header Expect (expected: 100-continue)");
    private static final Refusal NO_TUNNEL = new Refusal(
            HttpResponseStatus.NOT_IMPLEMENTED,
            "Not Implemented: CONNECT (expected: a request for this server, which is no proxy)",
            Level.INFO,
            "{} is answered with 501: CONNECT (expected: a request for this server, which is no proxy)");

    private static final Refusal UNKNOWN_CODING = new Refusal(
            HttpResponseStatus.NOT_IMPLEMENTED,
            "Not Implemented: header Transfer-Encoding (expected: chunked)",
            Level.INFO,
            "{} is answered with 501: header Transfer-Encoding (expected: chunked)");

    private static final Refusal OTHER_VERSION = new Refusal(
            HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
            "HTTP Version Not Supported (expected: HTTP/1.1)",
            Level.INFO,
            "{} is answered with 505: another version of HTTP (expected: HTTP/1.1)");

    private static Refusal limit(Limit limit, HttpResponseStatus status, String line) {
        return new Refusal(status, status.reasonPhrase(), Level.WARN, line, Optional.of(limit));
    }

    private static Refusal bad(String what, String expected) {
        String rule = what + " (expected: " + expected + ")";
        return new Refusal(
                HttpResponseStatus.BAD_REQUEST, "Bad Request: " + rule, Level.INFO, "{} is answered with 400: " + rule);
    }

    /** For what could not be decoded: the head of a request, or what came behind it. */
    static Refusal undecodable(boolean head, Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return head ? LINE_TOO_LONG : UNREADABLE; // behind it that is the line in front of a chunk
        }
        return cause instanceof TooLongHttpHeaderException ? HEADERS_TOO_LONG : UNREADABLE;
    }

    /** Looks at the head of a request. */
    static Optional<Refusal> of(HttpRequest head, boolean hasTarget) {
        if (head.protocolVersion().majorVersion() != 1) {
            return Optional.of(OTHER_VERSION);
        }
        if (head.method().equals(HttpMethod.CONNECT)) {
            return Optional.of(NO_TUNNEL);
        }
        if (!hasTarget) {
            return Optional.of(BAD_TARGET);
        }
        boolean http11 = !head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (!isHostRight(head.headers().getAll(HttpHeaderNames.HOST), http11)) {
            return Optional.of(BAD_HOST);
        }
        if (!isCodingKnown(head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING))) {
            return Optional.of(UNKNOWN_CODING);
        }
        String expectation = head.headers().get(HttpHeaderNames.EXPECT);
        return Optional.of(UNKNOWN_EXPECTATION)
                .filter(any -> http11
                        && expectation != null
                        && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation));
    }

    /** RFC 9112, section 6.1: what is compressed is not what a handler would take it for. */
    private static boolean isCodingKnown(List<String> codings) {
        return codings.isEmpty()
                || (codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0)));
    }

    /** RFC 9112, section 3.2: one that is empty is that of an address without a host. */
    private static boolean isHostRight(List<String> hosts, boolean required) {
        if (hosts.isEmpty()) {
            return !required;
        }
        String host = hosts.get(0);
        return hosts.size() == 1 && (host.isEmpty() || Target.isAuthority(host));
    }
}
