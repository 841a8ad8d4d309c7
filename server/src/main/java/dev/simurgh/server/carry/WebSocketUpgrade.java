package dev.simurgh.server.carry;

import dev.simurgh.server.http.HttpExchange;
import dev.simurgh.server.http.Responses;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.WebSocketRoute;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Optional;

/** Makes WebSockets of the requests for one socket, on the connections that these came by. */
public final class WebSocketUpgrade implements WebSocketRoute.Upgrade<HttpExchange> {
    private final WebSocketOptions options;
    private final WebSocketTerms terms;
    private final FrameLoops loops;

    /** Makes one. */
    public WebSocketUpgrade(WebSocketOptions options, WebSocketTerms terms, FrameLoops loops) {
        this.options = options;
        this.terms = terms;
        this.loops = loops;
    }

    @Override
    public void upgrade(HttpExchange exchange, Admitted client, Optional<String> subprotocol) {
        FullHttpResponse answer = Responses.switchingProtocols(exchange.header("sec-websocket-key"), subprotocol);
        Optional<DeflateTerms> deflate = deflate(exchange);
        deflate.ifPresent(agreed -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, agreed.response()));
        FrameLoop frames = loops.of(exchange.loop());
        WebSocketConnection connection = deflate.isPresent()
                ? new DeflatingConnection(frames, terms, deflate.get())
                : new WebSocketConnection(frames, terms);
        exchange.upgrade(answer, connection, () -> connection.open(client));
        client.abandon(); // which does nothing once the connection is open
    }

    private Optional<DeflateTerms> deflate(HttpExchange exchange) {
        return options.compress()
                ? DeflateTerms.negotiate(exchange.headers("sec-websocket-extensions"), options.contextTakeover())
                : Optional.empty();
    }
}
