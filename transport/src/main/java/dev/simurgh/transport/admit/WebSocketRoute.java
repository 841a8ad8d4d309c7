package dev.simurgh.transport.admit;

import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.Exchange;
import dev.simurgh.transport.http.Route;
import java.util.List;
import java.util.Optional;

/**
 * The handshake of one socket.
 *
 * <p>Checks in Phoenix's order: what can be refused with 403, which is origin, sub-protocol, vsn and the application's
 * connect, is decided before the upgrade headers are looked at. So connect also runs for a plain GET.
 *
 * @param <E> the requests that can become WebSockets
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455, section 4.2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8441#section-5">RFC 8441, section 5</a>
 */
public final class WebSocketRoute<E extends Exchange> implements Route<E> {
    private final Admission admission;
    private final List<String> subprotocols;
    private final Upgrade<E> upgrade;

    /**
     * What makes a WebSocket of a request.
     *
     * @param <E> the requests of which it can
     */
    @FunctionalInterface
    public interface Upgrade<E extends Exchange> {
        /**
         * Answers with 101, and opens the client's connection when the answer is on its way, now or later; or abandons the client. What is thrown
         * abandons it, too. On the event loop.
         *
         * @param subprotocol what is agreed on
         */
        void upgrade(E exchange, Admitted client, Optional<String> subprotocol);
    }

    /** Makes one. */
    public WebSocketRoute(Admission admission, WebSocketOptions options, Upgrade<E> upgrade) {
        this.admission = admission;
        this.subprotocols =
                Subprotocols.spoken(options.subprotocols(), admission.options().takesAuthToken());
        this.upgrade = upgrade;
    }

    @Override
    public void serve(E exchange) {
        if (exchange.isMethod("GET") || exchange.isTunnel()) {
            admission.examine(exchange).ifPresent(client -> agree(exchange, client));
        } else {
            exchange.respond(Answer.empty(400));
        }
    }

    @Override
    public boolean upgrades() {
        return true;
    }

    private void agree(E exchange, Candidate client) {
        String offer = String.join(",", exchange.headers("sec-websocket-protocol"));
        Subprotocols agreed;
        try {
            agreed = Subprotocols.agree(offer, subprotocols, admission.options().takesAuthToken());
        } catch (IllegalArgumentException e) {
            admission.say("refused a client of {}: its auth token is not in base64", admission.mountPath());
            Answer asPhoenixDoes = Answer.error(500);
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
            admission.refuse(exchange, ConnectOutcome.WRONG_SUBPROTOCOL, Answer.empty(403));
        } else {
            admission.connect(client, agreed.authToken(), admitted -> upgrade(exchange, admitted, agreed.chosen()));
        }
    }

    private void upgrade(E exchange, Admitted admitted, Optional<String> subprotocol) {
        Optional<String> missing = missing(exchange);
        if (missing.isPresent()) {
            admission.say(
                    "a client of {} is answered with 400: {}, so it cannot become a WebSocket. If there is a proxy between, have"
                            + " it pass on Upgrade and Connection, by HTTP/1.1",
                    admission.mountPath(),
                    missing.get());
            admitted.abandon(); // first, so that it is counted when its client knows
            exchange.respond(Answer.error(400, missing.get()).set("sec-websocket-version", "13"));
            return;
        }
        upgrade.upgrade(exchange, admitted, subprotocol);
    }

    /** What a request does not have that would make it one for a WebSocket. */
    private static Optional<String> missing(Exchange exchange) {
        if (!exchange.isTunnel()) {
            if (!exchange.protocol().equals("HTTP/1.1")) {
                return Optional.of("version " + exchange.protocol() + " (expected: HTTP/1.1)");
            }
            if (!exchange.lists("upgrade", "websocket")) {
                return missing("Upgrade", "websocket");
            }
            if (!exchange.lists("connection", "upgrade")) {
                return missing("Connection", "Upgrade");
            }
        }
        if (!exchange.headers("sec-websocket-version").contains("13")) {
            return missing("Sec-WebSocket-Version", "13");
        }
        return !exchange.isTunnel() && exchange.headers("sec-websocket-key").isEmpty()
                ? missing("Sec-WebSocket-Key", "16 random bytes in base64")
                : Optional.empty();
    }

    private static Optional<String> missing(String header, String expected) {
        return Optional.of("header " + header + " (expected: " + expected + ")");
    }
}
