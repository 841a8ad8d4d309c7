package dev.simurgh.netty;

import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.WebSocketRoute;
import dev.simurgh.transport.carry.WebSocketTerms;
import dev.simurgh.transport.http.Exchange;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Makes WebSockets of the requests for one socket, on the channels that these came by.
 *
 * @param <E> the requests
 */
public final class WebSocketUpgrade<E extends Exchange> implements WebSocketRoute.Upgrade<E> {
    private final WebSocketOptions options;
    private final WebSocketTerms terms;
    private final FrameLoops loops;
    private final BiConsumer<E, Takeover> answer;

    /**
     * Makes one.
     *
     * @param answer has a request's channel taken over, now or later, or abandons that
     */
    public WebSocketUpgrade(
            WebSocketOptions options, WebSocketTerms terms, FrameLoops loops, BiConsumer<E, Takeover> answer) {
        this.options = options;
        this.terms = terms;
        this.loops = loops;
        this.answer = answer;
    }

    @Override
    public void upgrade(E exchange, Admitted client, Optional<String> subprotocol) {
        Optional<DeflateTerms> deflate = options.compress()
                ? DeflateTerms.negotiate(exchange.headers("sec-websocket-extensions"), options.contextTakeover())
                : Optional.empty();
        FrameLoop frames = loops.of(exchange.loop());
        WebSocketConnection connection = deflate.isPresent()
                ? new DeflatingConnection(frames, terms, deflate.get())
                : new WebSocketConnection(frames, terms);
        answer.accept(exchange, new Takeover(subprotocol, deflate.map(DeflateTerms::response), connection, client));
    }
}
