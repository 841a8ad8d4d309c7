package dev.simurgh.server;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Handshake;
import dev.simurgh.channel.SocketMount;
import dev.simurgh.protocol.Serializer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake of one socket.
 *
 * <p>Checks in Phoenix's order: what can be refused with 403, which is origin, vsn and the application's connect, is
 * decided before the upgrade headers are looked at. So connect also runs for a plain GET.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455, section 4.2</a>
 */
final class WebSocketRoute implements Route {
    private static final Logger log = LoggerFactory.getLogger(WebSocketRoute.class);

    private final SocketMount mount;
    private final WebSocketOptions options;

    WebSocketRoute(SocketMount mount, WebSocketOptions options) {
        this.mount = mount;
        this.options = options;
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (!exchange.isMethod(HttpMethod.GET)) {
            exchange.respond(Responses.empty(HttpResponseStatus.BAD_REQUEST));
            return;
        }
        Optional<Query> query = Query.parse(exchange.rawQuery());
        if (query.isEmpty()) {
            exchange.respond(Responses.error(HttpResponseStatus.BAD_REQUEST));
        } else if (exchange.draining()) {
            exchange.respond(Responses.empty(HttpResponseStatus.SERVICE_UNAVAILABLE));
        } else if (!originAllowed(exchange)) {
            exchange.respond(Responses.empty(HttpResponseStatus.FORBIDDEN));
        } else {
            connect(exchange, query.get());
        }
    }

    private boolean originAllowed(HttpExchange exchange) {
        HttpHeaders headers = exchange.request().headers();
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin == null || options.checkOrigin().allows(origin, exchange.header(HttpHeaderNames.HOST))) {
            return true;
        }
        log.error(
                "refused a WebSocket to {} for a page of {} (expected: {}). If that page is yours, allow it with"
                        + " WebSocketOptions.builder().checkOrigin(OriginPolicy.of(\"{}\"))",
                mount.path(),
                origin,
                options.checkOrigin(),
                origin);
        return false;
    }

    private void connect(HttpExchange exchange, Query query) {
        Optional<String> vsn = Optional.ofNullable(query.params().get("vsn"));
        Optional<Serializer> serializer = query.vsnIsText() ? mount.negotiate(vsn) : Optional.empty();
        if (serializer.isEmpty()) {
            log.warn(
                    "refused a WebSocket to {}: vsn {} (expected: 1.0.0 or 2.0.0)",
                    mount.path(),
                    vsn.orElse("in no known form"));
            exchange.respond(Responses.empty(HttpResponseStatus.FORBIDDEN));
            return;
        }
        ConnectInfo info = ConnectInfo.builder()
                .transport("websocket")
                .peer(exchange.peer())
                .uri(exchange.request().uri())
                .headers(headers(exchange.request()))
                .build();
        mount.connect(
                ConnectRequest.of(query.params(), info),
                serializer.get(),
                exchange.loop(),
                handshake -> finish(exchange, handshake));
    }

    private void finish(HttpExchange exchange, Handshake handshake) {
        if (exchange.draining()) {
            exchange.respond(Responses.empty(HttpResponseStatus.SERVICE_UNAVAILABLE));
        } else if (handshake instanceof Handshake.Accepted accepted) {
            upgrade(exchange, accepted);
        } else if (handshake instanceof Handshake.Refused) {
            exchange.respond(Responses.empty(HttpResponseStatus.FORBIDDEN));
        } else {
            exchange.respond(Responses.error(HttpResponseStatus.INTERNAL_SERVER_ERROR));
        }
    }

    private void upgrade(HttpExchange exchange, Handshake.Accepted accepted) {
        HttpRequest request = exchange.request();
        HttpHeaders headers = request.headers();
        String key = exchange.header(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                || !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13", true)
                || !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            var response = Responses.error(HttpResponseStatus.BAD_REQUEST);
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
            exchange.respond(response);
            return;
        }
        exchange.upgrade(key, options, accepted);
    }

    /** Headers by lower-case name; the values of one that came several times are joined, RFC 9110 section 5.3. */
    private static Map<String, String> headers(HttpRequest request) {
        Map<String, String> byName = new HashMap<>();
        request.headers()
                .forEach(header -> byName.merge(
                        header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (one, two) -> one + ", " + two));
        return byName;
    }
}
