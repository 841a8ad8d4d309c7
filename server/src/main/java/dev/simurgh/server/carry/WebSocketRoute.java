package dev.simurgh.server.carry;

import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.server.WebSocketOptions;
import dev.simurgh.server.admit.Admission;
import dev.simurgh.server.admit.Admitted;
import dev.simurgh.server.admit.Candidate;
import dev.simurgh.server.admit.Subprotocols;
import dev.simurgh.server.http.HttpExchange;
import dev.simurgh.server.http.Responses;
import dev.simurgh.server.http.Route;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The handshake of one socket.
 *
 * <p>Checks in Phoenix's order: what can be refused with 403, which is origin, sub-protocol, vsn and the application's
 * connect, is decided before the upgrade headers are looked at. So connect also runs for a plain GET.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455, section 4.2</a>
 */
public final class WebSocketRoute implements Route {
    private final Admission admission;
    private final WebSocketOptions options;
    private final List<String> subprotocols;
    private final WebSocketTerms terms;
    private final FrameLoops loops;

    /**
     * Makes one.
     *
     * @param limited hears of each limit that a client reaches
     */
    public WebSocketRoute(
            Admission admission, WebSocketOptions options, Limits limits, Consumer<Limit> limited, FrameLoops loops) {
        this.admission = admission;
        this.options = options;
        this.subprotocols =
                Subprotocols.spoken(options.subprotocols(), admission.options().takesAuthToken());
        this.terms = WebSocketTerms.of(options, limits, limited);
        this.loops = loops;
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (exchange.isMethod(HttpMethod.GET)) {
            admission.examine(exchange).ifPresent(this::agree);
        } else {
            exchange.respond(Responses.empty(HttpResponseStatus.BAD_REQUEST));
        }
    }

    @Override
    public boolean upgrades() {
        return true;
    }

    private void agree(Candidate client) {
        HttpExchange exchange = client.exchange();
        String offer = String.join(",", exchange.request().headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        Subprotocols agreed;
        try {
            agreed = Subprotocols.agree(offer, subprotocols, admission.options().takesAuthToken());
        } catch (IllegalArgumentException e) {
            admission.say("refused a client of {}: its auth token is not in base64", admission.mountPath());
            FullHttpResponse asPhoenixDoes = Responses.error(HttpResponseStatus.INTERNAL_SERVER_ERROR);
            admission.refuse(exchange, ConnectOutcome.MALFORMED, asPhoenixDoes);
            return;
        }
        if (agreed.tokenIgnored()) {
            admission.say(
                    "a client of {} offers an auth token, which is not taken, and browsers end a WebSocket whose offer is not"
                            + " answered (expected: SocketOptions.builder().takeAuthToken())",
                    admission.mountPath());
        }
        if (agreed.refused()) {
            admission.say(
                    "refused a client of {}: sub-protocols {} (expected: one of {})",
                    admission.mountPath(),
                    offer,
                    subprotocols);
            admission.refuse(exchange, ConnectOutcome.WRONG_SUBPROTOCOL, Responses.empty(HttpResponseStatus.FORBIDDEN));
        } else {
            admission.connect(client, agreed.authToken(), admitted -> {
                upgrade(exchange, admitted, agreed.chosen());
                admitted.abandon(); // which does nothing once the connection is open
            });
        }
    }

    private void upgrade(HttpExchange exchange, Admitted admitted, Optional<String> subprotocol) {
        HttpRequest request = exchange.request();
        HttpHeaders headers = request.headers();
        Optional<String> missing = missing(request);
        if (missing.isPresent()) {
            admission.say(
                    "a client of {} is answered with 400: {}, so it cannot become a WebSocket. If there is a proxy between, have"
                            + " it pass on Upgrade and Connection, by HTTP/1.1",
                    admission.mountPath(),
                    missing.get());
            var response = Responses.error(HttpResponseStatus.BAD_REQUEST, missing.get());
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
            admitted.abandon(); // first, so that it is counted when its client knows
            exchange.respond(response);
            return;
        }
        String key = exchange.header(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        FullHttpResponse answer = Responses.switchingProtocols(key, subprotocol);
        Optional<DeflateTerms> deflate = deflate(headers);
        deflate.ifPresent(agreed -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, agreed.response()));
        FrameLoop frames = loops.of(exchange.loop());
        WebSocketConnection connection = deflate.isPresent()
                ? new DeflatingConnection(frames, terms, deflate.get())
                : new WebSocketConnection(frames, terms);
        exchange.upgrade(answer, connection, () -> connection.open(admitted));
    }

    /** What a request does not have that would make it one for a WebSocket. */
    private static Optional<String> missing(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return Optional.of("version " + request.protocolVersion() + " (expected: HTTP/1.1)");
        }
        if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            return missing("Upgrade", "websocket");
        }
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            return missing("Connection", "Upgrade");
        }
        if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13", true)) {
            return missing("Sec-WebSocket-Version", "13");
        }
        return headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                ? Optional.empty()
                : missing("Sec-WebSocket-Key", "16 random bytes in base64");
    }

    private static Optional<String> missing(String header, String expected) {
        return Optional.of("header " + header + " (expected: " + expected + ")");
    }

    private Optional<DeflateTerms> deflate(HttpHeaders headers) {
        return options.compress()
                ? DeflateTerms.negotiate(
                        headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS), options.contextTakeover())
                : Optional.empty();
    }
}
