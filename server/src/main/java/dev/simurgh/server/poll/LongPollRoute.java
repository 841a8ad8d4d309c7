package dev.simurgh.server.poll;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.server.LongPollOptions;
import dev.simurgh.server.admit.Admission;
import dev.simurgh.server.admit.Admitted;
import dev.simurgh.server.admit.Candidate;
import dev.simurgh.server.admit.RefusalForm;
import dev.simurgh.server.http.HttpExchange;
import dev.simurgh.server.http.Responses;
import dev.simurgh.server.http.Route;
import dev.simurgh.server.listen.IdleWheel;
import dev.simurgh.server.poll.SessionTokens.Place;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Long polling of one socket: a GET makes a session, or polls the one that its token names; a POST brings messages to it. The token
 * stands in a header, which goes first, or in the query.
 *
 * @see <a href="https://hexdocs.pm/phoenix/Phoenix.Transports.LongPoll.html">Phoenix.Transports.LongPoll</a>
 */
public final class LongPollRoute implements Route {
    private static final String TOKEN_HEADER = "x-phoenix-longpoll-token";
    private static final String AUTH_TOKEN_HEADER = "x-phoenix-authtoken";
    private static final String TOKEN_PARAM = "token";
    private static final String METHODS = "get, post, options";
    private static final int PREFLIGHT_SECONDS = 3600;
    private static final String ANY_ORIGIN = "*";

    /** By then a session would have answered, if it were going to. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Admission admission;
    private final LongPollOptions options;
    private final NodeId node;
    private final LongPollSessions sessions;
    private final SessionTokens tokens;
    private final LongPollTerms terms;
    private final int maxBodyBytes;
    private final int waitTicks;

    /**
     * Makes one.
     *
     * @param limits a body is limited as a message
     * @param limited hears of each limit that a client reaches
     */
    public LongPollRoute(
            Admission admission,
            LongPollOptions options,
            NodeId node,
            LongPollSessions sessions,
            Limits limits,
            Consumer<Limit> limited) {
        this.admission = admission;
        this.options = options;
        this.node = node;
        this.sessions = sessions;
        this.tokens = new SessionTokens(options, admission.mountPath());
        this.terms = LongPollTerms.of(options.window(), limits, limited);
        this.maxBodyBytes = limits.maxMessageBytes();
        this.waitTicks =
                terms.windowTicks() + IdleWheel.ticks(options.lookupTimeout().plus(GRACE));
    }

    /** How long polling says no. */
    public static RefusalForm refusalForm() {
        return new LongPollForm();
    }

    @Override
    public int maxBodyBytes() {
        return maxBodyBytes;
    }

    @Override
    public FullHttpResponse failure(HttpResponseStatus status) {
        return LongPollForm.failure(status);
    }

    @Override
    public void complete(HttpExchange exchange, HttpHeaders headers) {
        if (!options.allowsCredentials()) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
            return;
        }
        headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        String origin = exchange.header(HttpHeaderNames.ORIGIN);
        if (!origin.isEmpty() && admission.allowsOrigin(exchange)) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (exchange.isMethod(HttpMethod.OPTIONS)) {
            admission.look(exchange).ifPresent(this::allow);
        } else if (exchange.isMethod(HttpMethod.GET)) {
            admission.look(exchange).ifPresent(this::get);
        } else if (exchange.isMethod(HttpMethod.POST)) {
            admission.look(exchange).ifPresent(this::post);
        } else {
            exchange.respond(Responses.empty(HttpResponseStatus.BAD_REQUEST));
        }
    }

    /** To a browser that asks whether a page may send such a request. */
    private void allow(Candidate client) {
        HttpExchange exchange = client.exchange();
        String asked =
                String.join(", ", exchange.request().headers().getAll(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS));
        FullHttpResponse response = Responses.empty(HttpResponseStatus.OK);
        response.headers()
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, asked)
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
        exchange.respond(response);
    }

    private static String token(Candidate client) {
        String inHeader = client.exchange().header(TOKEN_HEADER);
        return inHeader.isEmpty() && client.query().nested().get(TOKEN_PARAM) instanceof String inQuery
                ? inQuery
                : inHeader;
    }

    private Optional<LongPollSession> find(Optional<Place> place) {
        return place.filter(where -> where.node().equals(node)).flatMap(where -> sessions.find(where.id()));
    }

    private void get(Candidate client) {
        String token = token(client);
        Optional<Place> place = tokens.read(token);
        Optional<LongPollSession> session = find(place);
        HttpExchange exchange = client.exchange();
        if (session.isPresent()) {
            poll(exchange, session.get(), token);
        } else if (!exchange.draining()) {
            admission.connect(client, authToken(exchange), admitted -> open(client, admitted));
        } else if (place.isPresent()) {
            exchange.respond(LongPollForm.answer(PollAnswer.gone(), Optional.empty()));
        } else {
            admission.refuseDraining(exchange);
        }
    }

    private Optional<String> authToken(HttpExchange exchange) {
        return Optional.of(exchange.header(AUTH_TOKEN_HEADER))
                .filter(token -> admission.options().takesAuthToken() && !token.isEmpty());
    }

    private void open(Candidate client, Admitted admitted) {
        HttpExchange exchange = client.exchange();
        if (!exchange.isWaiting()) {
            admitted.abandon();
            return;
        }
        LongPollSession session = new LongPollSession(
                sessions.of(exchange.loop()),
                terms,
                sessions.newId(),
                String.valueOf(client.side().peer()));
        session.open(admitted);
        String token = tokens.sign(new Place(node, session.id()));
        exchange.respond(LongPollForm.answer(PollAnswer.gone(), Optional.of(token)));
    }

    private void poll(HttpExchange exchange, LongPollSession session, String token) {
        Asker asker = new Asker() {
            @Override
            public void answer(PollAnswer answer) {
                exchange.respond(
                        LongPollForm.answer(answer, Optional.of(token).filter(t -> answer.status() != PollAnswer.GONE)),
                        written -> onLoop(session, () -> session.settled(this, written)));
            }

            @Override
            public void settle() {
                exchange.settle();
            }
        };
        HttpHeaders kept = options.allowsCredentials() ? exchange.request().headers() : EmptyHttpHeaders.INSTANCE;
        exchange.park(waitTicks, kept, () -> onLoop(session, () -> session.cancel(asker)));
        onLoop(session, () -> session.poll(asker));
    }

    private void post(Candidate client) {
        HttpExchange exchange = client.exchange();
        Optional<LongPollSession> found = find(tokens.read(token(client)));
        if (found.isEmpty()) {
            exchange.respond(LongPollForm.status(Post.GONE));
            return;
        }
        Batch batch = new Batch(exchange.body(), Batch.isLines(exchange.header(HttpHeaderNames.CONTENT_TYPE)));
        if (!batch.isWellFormed()) {
            exchange.respond(LongPollForm.status(Post.MALFORMED));
            return;
        }
        LongPollSession session = found.get();
        Post post = new Post(batch, status -> exchange.respond(LongPollForm.status(status)));
        exchange.waitForAnswer(waitTicks, () -> onLoop(session, () -> session.withdraw(post)));
        onLoop(session, () -> session.post(post));
    }

    /** Does something on a session's event loop; at once, if this is it. */
    private static void onLoop(LongPollSession session, Runnable task) {
        if (session.eventLoop().inEventLoop()) {
            task.run();
        } else {
            session.eventLoop().tryExecute(task); // if the loop has ended, the server has, and nobody waits
        }
    }
}
