package dev.simurgh.jakarta;

import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.carry.WebSocketTerms;
import dev.simurgh.transport.http.OpenRequests;
import dev.simurgh.transport.loop.IdleWheel;
import dev.simurgh.transport.loop.WheelEntry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A client that has been admitted, until the container has made a WebSocket of its request. If that has not happened after a while, the client has gone.
 */
final class Upgrade extends WheelEntry {
    private static final Logger log = LoggerFactory.getLogger(Upgrade.class);

    private static final int PATIENCE_TICKS = IdleWheel.ticks(Duration.ofSeconds(10));
    private static final String OFFERS = "Sec-WebSocket-Extensions";
    private static final String CONTAINER = "jakarta.websocket.server.ServerContainer";

    /**
     * What all have in common.
     *
     * @param pings runs what may wait for a client
     * @param ends runs what ends connections
     * @param connections counts the open ones, and those that are about to be
     */
    record Terms(Pings pings, Executor ends, OpenRequests connections) {}

    private final ContainerLoop loop;
    private final Terms common;
    private final WebSocketOptions options;
    private final WebSocketTerms terms;
    private final Admitted client;
    private final Optional<String> subprotocol;
    private final String peer;
    private boolean over;

    /** Waits, on the event loop. */
    Upgrade(
            ContainerLoop loop,
            Terms common,
            WebSocketOptions options,
            WebSocketTerms terms,
            Admitted client,
            Optional<String> subprotocol,
            String peer) {
        this.loop = loop;
        this.common = common;
        this.options = options;
        this.terms = terms;
        this.client = client;
        this.subprotocol = subprotocol;
        this.peer = peer;
        common.connections().begun();
        loop.events().watch(this, PATIENCE_TICKS);
    }

    /** Has the container make a WebSocket of the request, on its thread. */
    void perform(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!hasQueryOfUri(request)) {
            String text =
                    "{} is answered with 400: its query (expected: that of a URI, as containers demand for a WebSocket)";
            loop.log().line(log, Level.WARN, text, peer);
            refuse(response, 400);
            return;
        }
        if (!(request.getServletContext().getAttribute(CONTAINER) instanceof ServerContainer container)) {
            loop.log()
                    .line(
                            log,
                            Level.ERROR,
                            "no client can have a WebSocket: the servlet context has no {} (expected: the container's Jakarta WebSocket,"
                                    + " such as tomcat-embed-websocket or jetty-ee10-websocket-jakarta-server, set up for this context)",
                            CONTAINER);
            refuse(response, 500);
            return;
        }
        List<String> offers = Collections.list(request.getHeaders(OFFERS));
        if (!ExtensionOffers.areValid(offers)) {
            loop.log()
                    .line(
                            log,
                            Level.WARN,
                            "{} is answered with 400: {} {} (expected: such as permessage-deflate)",
                            peer,
                            OFFERS,
                            String.join(", ", offers));
            refuse(response, 400);
            return;
        }
        ServerEndpointConfig config = ServerEndpointConfig.Builder.create(WebSocketEndpoint.class, "/simurgh")
                .subprotocols(List.copyOf(subprotocol.stream().toList()))
                .configurator(new Negotiation(new WebSocketEndpoint(this), subprotocol, options))
                .build();
        try {
            container.upgradeHttpToWebSocket(request, response, config, Map.of());
        } catch (DeploymentException | RuntimeException e) {
            // its :protocol, which a servlet is not told, may be any
            if (isTunnel(request) && e instanceof IllegalStateException) {
                String text = "{} is answered with 400: {} (expected: a CONNECT for a WebSocket)";
                loop.log().line(log, Level.WARN, text, peer, String.valueOf(e.getMessage()));
                refuse(response, 400);
                return;
            }
            loop.log().failure(log, e, "{} could not become a WebSocket", peer);
            refuse(response, 500);
            return;
        } catch (IOException e) { // the client has gone meanwhile
            abandonSoon();
            throw e;
        }
        int agreed = isTunnel(request) ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SWITCHING_PROTOCOLS;
        if (response.getStatus() != agreed) {
            abandonSoon(); // the container found something wrong with the request, and has answered it
        }
    }

    private static boolean isTunnel(HttpServletRequest request) {
        return request.getMethod().equals("CONNECT");
    }

    /** A container makes a URI of it, and fails if it cannot. */
    private static boolean hasQueryOfUri(HttpServletRequest request) {
        String query = request.getQueryString();
        try {
            if (query != null) {
                new URI("?" + query);
            }
            return true;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void refuse(HttpServletResponse response, int status) {
        abandonSoon();
        if (!response.isCommitted()) {
            response.setStatus(status);
        }
    }

    /** The connection is there, on the container's thread. */
    ContainerConnection opened(Wire wire) {
        ContainerConnection connection = new ContainerConnection(loop, terms, wire, common.connections());
        if (!loop.events().tryExecute(() -> open(connection))) {
            wire.abort();
        }
        return connection;
    }

    WebSocketTerms terms() {
        return terms;
    }

    JakartaWire wire(jakarta.websocket.Session session) {
        return new JakartaWire(session, peer, terms.slowTicks(), common.pings(), common.ends());
    }

    /** How long so many ticks are. */
    long millis(int ticks) {
        return loop.events().nanos(ticks) / 1_000_000;
    }

    private void open(ContainerConnection connection) {
        if (!end()) {
            connection.abandon();
            return;
        }
        try {
            connection.open(client);
        } catch (Throwable thrown) {
            loop.log().failure(log, thrown, "{} could not be opened", peer);
            client.abandon();
            connection.close(1011, "");
        }
    }

    /** The client does not come in, after all. From any thread. */
    void abandonSoon() {
        loop.events().tryExecute(this::abandon);
    }

    /** As above, on the event loop. */
    void abandon() {
        if (end()) {
            client.abandon();
            common.connections().ended();
        }
    }

    private boolean end() {
        boolean first = !over;
        over = true;
        loop.events().unwatch(this);
        return first;
    }

    @Override
    public int due(int now) {
        abandon();
        return 0;
    }
}
