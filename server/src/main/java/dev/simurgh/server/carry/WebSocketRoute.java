package dev.simurgh.server.carry;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.Handshake;
import dev.simurgh.channel.RequestUri;
import dev.simurgh.channel.SocketMount;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.server.TrustedProxies;
import dev.simurgh.server.WebSocketOptions;
import dev.simurgh.server.admit.ClientSide;
import dev.simurgh.server.admit.Subprotocols;
import dev.simurgh.server.http.HttpExchange;
import dev.simurgh.server.http.PathPattern;
import dev.simurgh.server.http.Query;
import dev.simurgh.server.http.Responses;
import dev.simurgh.server.http.Route;
import dev.simurgh.server.http.Routes;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The handshake of one socket.
 *
 * <p>Checks in Phoenix's order: what can be refused with 403, which is origin, sub-protocol, vsn and the application's
 * connect, is decided before the upgrade headers are looked at. So connect also runs for a plain GET.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455, section 4.2</a>
 */
public final class WebSocketRoute implements Route {
    private static final Logger log = LoggerFactory.getLogger(WebSocketRoute.class);
    private static final String TRANSPORT = "websocket";

    private final SocketMount mount;
    private final PathPattern path;
    private final WebSocketOptions options;
    private final TrustedProxies proxies;
    private final WebSocketTerms terms;
    private final FrameLoops loops;
    private final ClientLog clientLog;

    public WebSocketRoute(
            SocketMount mount,
            PathPattern path,
            WebSocketOptions options,
            TrustedProxies proxies,
            FrameLoops loops,
            ClientLog clientLog) {
        this.mount = mount;
        this.path = path;
        this.options = options;
        this.proxies = proxies;
        this.terms = WebSocketTerms.of(options);
        this.loops = loops;
        this.clientLog = clientLog;
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (!exchange.isMethod(HttpMethod.GET)) {
            exchange.respond(Responses.empty(HttpResponseStatus.BAD_REQUEST));
            return;
        }
        Optional<Query> query = query(exchange);
        ClientSide client = ClientSide.of(exchange, proxies);
        if (query.isEmpty()) {
            mount.refused(TRANSPORT, ConnectOutcome.MALFORMED);
            exchange.respond(Responses.error(HttpResponseStatus.BAD_REQUEST));
        } else if (exchange.draining()) {
            mount.refused(TRANSPORT, ConnectOutcome.DRAINING);
            exchange.respond(Responses.empty(HttpResponseStatus.SERVICE_UNAVAILABLE));
        } else if (!originAllowed(exchange, client)) {
            refuse(exchange, ConnectOutcome.WRONG_ORIGIN);
        } else {
            agree(exchange, query.get(), client);
        }
    }

    /** The parameters of the query and, over them, those of the path. */
    private Optional<Query> query(HttpExchange exchange) {
        Map<String, String> inPath = new HashMap<>();
        try {
            for (var entry : path.match(Routes.normalize(exchange.path()))
                    .orElse(Map.of())
                    .entrySet()) {
                inPath.put(entry.getKey(), Query.decode(entry.getValue(), false));
            }
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        return Query.parse(exchange.rawQuery()).map(query -> query.with(inPath));
    }

    private boolean originAllowed(HttpExchange exchange, ClientSide client) {
        String origin = exchange.request().headers().get(HttpHeaderNames.ORIGIN);
        if (origin == null || options.checkOrigin().allows(origin, client.authority())) {
            return true;
        }
        clientLog.line(
                log,
                Level.WARN,
                "refused a WebSocket to {} for a page of {} (expected: {}). If that page is yours, allow it with"
                        + " WebSocketOptions.builder().checkOrigin(OriginPolicy.of(\"{}\"))",
                mount.path(),
                origin,
                options.checkOrigin(),
                origin);
        return false;
    }

    private void agree(HttpExchange exchange, Query query, ClientSide client) {
        String offer = String.join(",", exchange.request().headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        Subprotocols agreed;
        try {
            agreed = Subprotocols.agree(offer, options.subprotocols(), options.takesAuthToken());
        } catch (IllegalArgumentException e) {
            clientLog.line(log, Level.WARN, "refused a WebSocket to {}: its auth token is not in base64", mount.path());
            mount.refused(TRANSPORT, ConnectOutcome.MALFORMED);
            exchange.respond(Responses.error(HttpResponseStatus.INTERNAL_SERVER_ERROR)); // as Phoenix does
            return;
        }
        Object vsn = query.nested().get("vsn");
        Optional<Serializer> serializer = vsn == null || vsn instanceof String
                ? mount.negotiate(Optional.ofNullable((String) vsn))
                : Optional.empty();
        if (agreed.refused()) {
            clientLog.line(
                    log,
                    Level.WARN,
                    "refused a WebSocket to {}: sub-protocols {} (expected: one of {})",
                    mount.path(),
                    offer,
                    options.subprotocols());
            refuse(exchange, ConnectOutcome.WRONG_SUBPROTOCOL);
        } else if (serializer.isEmpty()) {
            clientLog.line(
                    log,
                    Level.WARN,
                    "refused a WebSocket to {}: vsn {} (expected: 1.0.0 or 2.0.0)",
                    mount.path(),
                    String.valueOf(vsn));
            refuse(exchange, ConnectOutcome.WRONG_VERSION);
        } else {
            mount.connect(
                    ConnectRequest.of(query.nested(), info(exchange, client, agreed)),
                    serializer.get(),
                    exchange.loop(),
                    handshake -> finish(exchange, handshake, agreed.chosen()));
        }
    }

    private void refuse(HttpExchange exchange, ConnectOutcome outcome) {
        mount.refused(TRANSPORT, outcome);
        exchange.respond(Responses.empty(HttpResponseStatus.FORBIDDEN));
    }

    private static ConnectInfo info(HttpExchange exchange, ClientSide client, Subprotocols agreed) {
        HttpRequest request = exchange.request();
        ConnectInfo.Builder info = ConnectInfo.builder()
                .transport(TRANSPORT)
                .peer(client.peer())
                .uri(RequestUri.of(client.scheme(), client.host(), client.port(), request.uri()))
                .headers(headers(request));
        agreed.authToken().ifPresent(info::authToken);
        return info.build();
    }

    /** Headers by lower-case name; the values of one that came several times are joined, RFC 9110 section 5.3. */
    private static Map<String, String> headers(HttpRequest request) {
        Map<String, String> byName = new HashMap<>();
        request.headers().forEach(header -> {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            String separator = name.equals("cookie") ? "; " : ", ";
            byName.merge(name, header.getValue(), (one, two) -> one + separator + two);
        });
        return byName;
    }

    private void finish(HttpExchange exchange, Handshake handshake, Optional<String> subprotocol) {
        if (exchange.draining()) {
            exchange.respond(Responses.empty(HttpResponseStatus.SERVICE_UNAVAILABLE));
        } else if (handshake instanceof Handshake.Accepted accepted) {
            upgrade(exchange, accepted, subprotocol);
        } else if (handshake instanceof Handshake.Refused refused) {
            exchange.respond(answer(refused));
        } else {
            exchange.respond(Responses.error(HttpResponseStatus.INTERNAL_SERVER_ERROR));
        }
    }

    private FullHttpResponse answer(Handshake.Refused refused) {
        try {
            return refused.reason()
                    .map(reason -> Responses.of(options.refusal().apply(reason)))
                    .orElseGet(() -> Responses.empty(HttpResponseStatus.FORBIDDEN));
        } catch (Throwable thrown) { // an Error leaves no request without an answer, either
            clientLog.failure(log, thrown, "the answer to a client that {} refused failed", mount.path());
            return Responses.error(HttpResponseStatus.INTERNAL_SERVER_ERROR);
        }
    }

    private void upgrade(HttpExchange exchange, Handshake.Accepted accepted, Optional<String> subprotocol) {
        HttpRequest request = exchange.request();
        HttpHeaders headers = request.headers();
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
        String key = exchange.header(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        FullHttpResponse answer = Responses.switchingProtocols(key, subprotocol);
        Optional<DeflateTerms> deflate = deflate(headers);
        deflate.ifPresent(agreed -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, agreed.response()));
        FrameLoop frames = loops.of(exchange.loop());
        WebSocketConnection connection = deflate.isPresent()
                ? new DeflatingConnection(frames, terms, deflate.get())
                : new WebSocketConnection(frames, terms);
        exchange.upgrade(answer, connection, () -> connection.open(accepted));
    }

    private Optional<DeflateTerms> deflate(HttpHeaders headers) {
        return options.compress()
                ? DeflateTerms.negotiate(
                        headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS), options.contextTakeover())
                : Optional.empty();
    }
}
