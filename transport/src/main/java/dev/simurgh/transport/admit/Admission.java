package dev.simurgh.transport.admit;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.RequestUri;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Query;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.transport.SocketOptions;
import dev.simurgh.transport.TrustedProxies;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.Exchange;
import dev.simurgh.transport.http.PathPattern;
import dev.simurgh.transport.http.Routes;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Who may come in to one socket, whatever will carry it. A transport asks in two steps, in Phoenix's order, and may refuse for
 * reasons of its own between them: {@link #examine} looks at parameters and origin, {@link #connect} at the version, and
 * asks the application. Who is refused has its answer, and the endpoint's listener is told, when nothing comes back.
 */
public final class Admission {
    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    private final String transport;
    private final SocketMount mount;
    private final PathPattern path;
    private final SocketOptions options;
    private final TrustedProxies proxies;
    private final Seats seats;
    private final Backstage backstage;
    private final ClientLog clientLog;
    private final RefusalForm form;

    /**
     * Makes one.
     *
     * @param transport what will carry the clients, such as {@code websocket}
     * @param path where they ask
     * @param seats the server's, where each of them needs one
     * @param backstage the endpoint's, for its log and its counts
     * @param form how those are answered that may not come in
     */
    public Admission(
            String transport,
            SocketMount mount,
            PathPattern path,
            SocketOptions options,
            TrustedProxies proxies,
            Seats seats,
            Backstage backstage,
            RefusalForm form) {
        this.transport = transport;
        this.mount = mount;
        this.path = path;
        this.options = options;
        this.proxies = proxies;
        this.seats = seats;
        this.backstage = backstage;
        this.clientLog = backstage.clientLog();
        this.form = form;
        mount.carriedBy(transport);
    }

    /** The socket's options. */
    public SocketOptions options() {
        return options;
    }

    /** Looks at what a request of a client that wants to come in says by itself; empty if it was refused. On the event loop. */
    public Optional<Candidate> examine(Exchange exchange) {
        return exchange.draining() ? drained(exchange) : look(exchange);
    }

    private Optional<Candidate> drained(Exchange exchange) {
        refuseDraining(exchange);
        return Optional.empty();
    }

    /** Answers a client that comes while all are sent away. */
    public void refuseDraining(Exchange exchange) {
        refuse(exchange, ConnectOutcome.DRAINING, draining());
    }

    /** As {@link #examine}, for a request of a client that may be in already. */
    public Optional<Candidate> look(Exchange exchange) {
        Optional<Query> query = query(exchange);
        ClientSide side = ClientSide.of(exchange, proxies);
        if (query.isEmpty()) {
            refuse(exchange, ConnectOutcome.MALFORMED, form.malformed());
        } else if (!originAllowed(exchange, side)) {
            refuse(exchange, ConnectOutcome.WRONG_ORIGIN, form.forbidden());
        } else {
            return Optional.of(new Candidate(exchange, query.get(), side));
        }
        return Optional.empty();
    }

    /** The parameters of the query and, over them, those of the path. */
    private Optional<Query> query(Exchange exchange) {
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

    /** Whether the page that a request comes from, if it comes from one, may connect. On the event loop. */
    public boolean allowsOrigin(Exchange exchange) {
        return allowsOrigin(exchange, ClientSide.of(exchange, proxies));
    }

    private boolean allowsOrigin(Exchange exchange, ClientSide side) {
        List<String> origin = exchange.headers("origin");
        return origin.isEmpty() || options.checkOrigin().allows(origin.get(0), side.authority());
    }

    private boolean originAllowed(Exchange exchange, ClientSide side) {
        if (allowsOrigin(exchange, side)) {
            return true;
        }
        String origin = exchange.header("origin");
        Optional<String> pattern = OriginPattern.forOrigin(origin);
        if (pattern.isPresent()) {
            say(
                    "refused a client of {} for a page of {} (expected: {}). If that page is yours, allow it with"
                            + " SocketOptions.builder().checkOrigin(OriginPolicy.of(\"{}\"))",
                    mount.path(),
                    origin,
                    options.checkOrigin(),
                    pattern.get());
        } else {
            say(
                    "refused a client of {}: Origin {} (expected: {}). No browser sends such a header",
                    mount.path(),
                    origin,
                    options.checkOrigin());
        }
        return false;
    }

    /**
     * Finds the version that a client speaks, takes a seat for it, and asks the application. On the event loop.
     *
     * @param whenAdmitted is called on the event loop, unless the client is refused
     */
    public void connect(Candidate client, Optional<String> authToken, Consumer<Admitted> whenAdmitted) {
        Object vsn = client.query().nested().get("vsn");
        Optional<Serializer> serializer = vsn == null || vsn instanceof String
                ? mount.negotiate(Optional.ofNullable((String) vsn))
                : Optional.empty();
        Exchange exchange = client.exchange();
        if (serializer.isEmpty()) {
            say("refused a client of {}: vsn {} (expected: 1.0.0 or 2.0.0)", mount.path(), String.valueOf(vsn));
            refuse(exchange, ConnectOutcome.WRONG_VERSION, form.forbidden());
            return;
        }
        Seats.Answer answer = seats.take(client.side().peer(), transport.equals("longpoll"));
        if (answer instanceof Overload overload) {
            say(overload.line(), mount.path(), client.side().peer().getAddress().getHostAddress());
            backstage.limited(mount.path(), transport, overload.limit());
            refuse(exchange, ConnectOutcome.OVER_LIMIT, overload.answer());
        } else if (answer instanceof Seats.Seat seat) {
            connect(client, authToken, serializer.get(), seat, whenAdmitted);
        }
    }

    private void connect(
            Candidate client,
            Optional<String> authToken,
            Serializer serializer,
            Seats.Seat seat,
            Consumer<Admitted> whenAdmitted) {
        Exchange exchange = client.exchange();
        ConnectRequest request;
        try {
            request = ConnectRequest.of(client.query().nested(), info(client, authToken));
        } catch (Throwable thrown) {
            seat.leave();
            throw thrown;
        }
        mount.connect(
                request,
                serializer,
                exchange.loop(),
                exchange::isThere,
                handshake -> finish(exchange, handshake, seat, whenAdmitted));
    }

    private ConnectInfo info(Candidate client, Optional<String> authToken) {
        Exchange exchange = client.exchange();
        ClientSide side = client.side();
        ConnectInfo.Builder info = ConnectInfo.builder()
                .transport(transport)
                .peer(side.peer())
                .uri(RequestUri.of(
                        side.scheme(),
                        side.host(),
                        side.port(),
                        exchange.target().toString()))
                .headers(headers(exchange))
                .values(exchange.values());
        authToken.ifPresent(info::authToken);
        exchange.principal().ifPresent(info::principal);
        return info.build();
    }

    /** Headers by lower-case name; the values of one that came several times are joined, RFC 9110 section 5.3. */
    private static Map<String, String> headers(Exchange exchange) {
        Map<String, String> byName = new HashMap<>();
        exchange.eachHeader((sent, value) -> {
            String name = sent.toLowerCase(Locale.ROOT);
            String before = byName.put(name, value);
            if (before != null) {
                byName.put(name, before + (name.equals("cookie") ? "; " : ", ") + value);
            }
        });
        return byName;
    }

    private void finish(Exchange exchange, Handshake handshake, Seats.Seat seat, Consumer<Admitted> whenAdmitted) {
        if (handshake instanceof Handshake.Accepted accepted && !exchange.draining()) {
            come(new Admitted(accepted, seat, exchange::draining), whenAdmitted);
            return;
        }
        seat.leave(); // before there is an answer, so that a client that has it can come again
        if (handshake instanceof Handshake.Accepted accepted) {
            accepted.abandon();
        }
        if (exchange.draining()) {
            exchange.respond(draining());
        } else if (handshake instanceof Handshake.Refused refused) {
            exchange.respond(answer(refused));
        } else {
            exchange.respond(form.crashed());
        }
    }

    private static void come(Admitted client, Consumer<Admitted> whenAdmitted) {
        try {
            whenAdmitted.accept(client);
        } catch (Throwable thrown) {
            client.abandon();
            throw thrown;
        }
    }

    private static Answer draining() {
        return Answer.later(503, "draining", 1);
    }

    private Answer answer(Handshake.Refused refused) {
        try {
            return refused.reason()
                    .map(reason -> form.refused(options.refusal().apply(reason)))
                    .orElseGet(form::forbidden);
        } catch (Throwable thrown) { // an Error leaves no request without an answer, either
            clientLog.failure(log, thrown, "the answer to a client that {} refused failed", mount.path());
            return form.crashed();
        }
    }

    /** Answers a client that the transport, or a look at its request, refuses. */
    public void refuse(Exchange exchange, ConnectOutcome outcome, Answer answer) {
        mount.refused(transport, outcome);
        exchange.respond(answer);
    }

    /** Writes a line about a client that is refused, if there is room for one of its kind. */
    public void say(String text, Object... args) {
        clientLog.line(log, Level.WARN, text, args);
    }

    /** Where the socket is mounted. */
    public String mountPath() {
        return mount.path();
    }
}
