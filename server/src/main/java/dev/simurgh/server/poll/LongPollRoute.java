package dev.simurgh.server.poll;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.spi.Backstage;
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
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private final LongPollSessions sessions;
    private final Forwarding forwarding;
    private final SessionTokens tokens;
    private final LongPollTerms terms;
    private final int maxBodyBytes;
    private final int waitTicks;
    private final int lookupTicks;

    /**
     * Makes one.
     *
     * @param limits a body is limited as a message
     * @param backstage hears of each limit that a client reaches, and of what cannot be carried
     */
    public LongPollRoute(
            Admission admission,
            LongPollOptions options,
            LongPollSessions sessions,
            Forwarding forwarding,
            Limits limits,
            Backstage backstage) {
        this.admission = admission;
        this.options = options;
        this.sessions = sessions;
        this.forwarding = forwarding;
        this.tokens = new SessionTokens(options, admission.mountPath());
        this.terms = LongPollTerms.of(
                options.window(),
                limits,
                limit -> backstage.limited(admission.mountPath(), LongPollSession.NAME, limit),
                backstage::dropped);
        this.maxBodyBytes = limits.maxMessageBytes();
        this.waitTicks =
                terms.windowTicks() + IdleWheel.ticks(options.lookupTimeout().plus(GRACE));
        this.lookupTicks = IdleWheel.ticks(options.lookupTimeout());
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
            complete(headers);
            return;
        }
        complete(headers, ""); // first: what the policy throws takes no more than the permission
        String origin = exchange.header(HttpHeaderNames.ORIGIN);
        if (!origin.isEmpty() && admission.allowsOrigin(exchange)) {
            complete(headers, origin);
        }
    }

    /** What completes the answers to a client that may come from where it comes. It keeps no more of its request than that. */
    private Consumer<HttpHeaders> completing(HttpExchange exchange) {
        if (!options.allowsCredentials()) {
            return LongPollRoute::complete;
        }
        String origin = exchange.header(HttpHeaderNames.ORIGIN);
        return headers -> complete(headers, origin);
    }

    private static void complete(HttpHeaders headers) {
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    }

    private static void complete(HttpHeaders headers, String allowedOrigin) {
        headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        if (!allowedOrigin.isEmpty()) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowedOrigin);
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

    /** Where the session takes what its client asks for; empty if there is none. */
    private Optional<Desk> desk(Optional<Place> place) {
        return place.flatMap(where -> where.node().equals(forwarding.self())
                ? forwarding.onThisNode(where.id()).map(LocalDesk::new)
                : forwarding.desk(where, this::transitFull));
    }

    /** Too much is on its way to clients of sessions elsewhere: one of them, which takes its answer slowly, is cut off. */
    private void transitFull() {
        terms.limited().accept(Limit.LONG_POLL_BYTES);
        admission.say(
                "a client of {} is cut off in its answer: too much is on its way from sessions on other nodes",
                admission.mountPath());
    }

    private void get(Candidate client) {
        String token = token(client);
        Optional<Place> place = tokens.read(token);
        Optional<Desk> desk = desk(place);
        HttpExchange exchange = client.exchange();
        if (desk.isPresent()) {
            new Poll(client, desk.get(), token).begin();
        } else if (!exchange.draining()) {
            connect(client);
        } else if (place.isPresent()) {
            exchange.respond(LongPollForm.answer(PollAnswer.gone(), Optional.empty()));
        } else {
            admission.refuseDraining(exchange);
        }
    }

    private void connect(Candidate client) {
        admission.connect(client, authToken(client.exchange()), admitted -> open(client, admitted));
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
        String token = tokens.sign(new Place(forwarding.self(), session.id()));
        exchange.respond(LongPollForm.answer(PollAnswer.gone(), Optional.of(token)));
    }

    private void post(Candidate client) {
        HttpExchange exchange = client.exchange();
        Optional<Desk> desk = desk(tokens.read(token(client)));
        if (desk.isEmpty()) {
            exchange.respond(LongPollForm.status(Post.GONE));
            return;
        }
        Batch batch = new Batch(exchange.body(), Batch.isLines(exchange.header(HttpHeaderNames.CONTENT_TYPE)));
        Post post = new Post(batch, status -> exchange.respond(LongPollForm.status(status)));
        Runnable withdraw = () -> desk.get().withdraw(post);
        if (desk.get().isElsewhere()) {
            exchange.ifLate(() -> LongPollForm.status(Post.GONE));
            desk.get().ifFound(() -> stillWaiting(exchange, () -> exchange.waitForAnswer(waitTicks, withdraw)));
            exchange.waitForAnswer(lookupTicks, withdraw);
        } else {
            exchange.waitForAnswer(waitTicks, withdraw);
        }
        desk.get().post(post);
    }

    private static void stillWaiting(HttpExchange exchange, Runnable task) {
        exchange.loop().tryExecute(() -> {
            if (exchange.isWaiting()) {
                task.run();
            }
        });
    }

    private static FullHttpResponse gone() {
        return LongPollForm.answer(PollAnswer.gone(), Optional.empty());
    }

    /**
     * A poll of a session. One that is on another node is looked up there first: until there is a sign of it, the request is kept, and
     * if it is not there, its client gets a new one here, as if it had come with no token.
     */
    private final class Poll implements Asker {
        private final HttpExchange exchange;
        private final Desk desk;
        private final String token;
        /** Until the session is found. */
        private volatile @Nullable Candidate lookedUp;

        Poll(Candidate client, Desk desk, String token) {
            this.exchange = client.exchange();
            this.desk = desk;
            this.token = token;
            this.lookedUp = desk.isElsewhere() ? client : null;
        }

        void begin() {
            if (desk.isElsewhere()) {
                exchange.ifLate(LongPollRoute::gone);
                desk.ifFound(() -> stillWaiting(exchange, this::park));
                exchange.waitForAnswer(lookupTicks, () -> desk.cancel(this));
            } else {
                park();
            }
            desk.poll(this);
        }

        private void park() {
            lookedUp = null;
            exchange.park(waitTicks, completing(exchange), () -> desk.cancel(this));
        }

        @Override
        public void answer(PollAnswer answer) {
            Candidate client = lookedUp;
            if (answer.status() != PollAnswer.GONE) {
                exchange.respond(
                        LongPollForm.answer(answer, Optional.of(token)), written -> desk.settled(this, written));
            } else if (client == null || exchange.draining()) {
                exchange.respond(gone());
            } else {
                stillWaiting(exchange, () -> {
                    exchange.waitForAnswer(waitTicks, () -> {});
                    connect(client);
                });
            }
        }

        @Override
        public void settle() {
            exchange.settle();
        }
    }
}
