package dev.simurgh.transport.poll;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.admit.Admission;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.Candidate;
import dev.simurgh.transport.admit.RefusalForm;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.Exchange;
import dev.simurgh.transport.http.HeaderSetter;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.loop.IdleWheel;
import dev.simurgh.transport.poll.SessionTokens.Place;
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
public final class LongPollRoute implements Route<Exchange> {
    private static final String TOKEN_HEADER = "x-phoenix-longpoll-token";
    private static final String AUTH_TOKEN_HEADER = "x-phoenix-authtoken";
    private static final String TOKEN_PARAM = "token";
    private static final String METHODS = "get, post, options";
    private static final String PREFLIGHT_SECONDS = "3600";
    private static final String ALLOW_ORIGIN = "access-control-allow-origin";
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
    public Answer failure(int status) {
        return LongPollForm.failure(status);
    }

    @Override
    public void complete(Exchange exchange, HeaderSetter headers) {
        if (!options.allowsCredentials()) {
            complete(headers);
            return;
        }
        complete(headers, ""); // first: what the policy throws takes no more than the permission
        String origin = exchange.header("origin");
        if (!origin.isEmpty() && admission.allowsOrigin(exchange)) {
            complete(headers, origin);
        }
    }

    /** What completes the answers to a client that may come from where it comes. It keeps no more of its request than that. */
    private Consumer<HeaderSetter> completing(Exchange exchange) {
        if (!options.allowsCredentials()) {
            return LongPollRoute::complete;
        }
        String origin = exchange.header("origin");
        return headers -> complete(headers, origin);
    }

    private static void complete(HeaderSetter headers) {
        headers.set(ALLOW_ORIGIN, ANY_ORIGIN);
    }

    private static void complete(HeaderSetter headers, String allowedOrigin) {
        headers.set("vary", "origin");
        if (!allowedOrigin.isEmpty()) {
            headers.set(ALLOW_ORIGIN, allowedOrigin);
            headers.set("access-control-allow-credentials", "true");
        }
    }

    @Override
    public void serve(Exchange exchange) {
        if (exchange.isMethod("OPTIONS")) {
            admission.look(exchange).ifPresent(this::allow);
        } else if (exchange.isMethod("GET")) {
            admission.look(exchange).ifPresent(this::get);
        } else if (exchange.isMethod("POST")) {
            admission.look(exchange).ifPresent(this::post);
        } else {
            exchange.respond(Answer.empty(400));
        }
    }

    /** To a browser that asks whether a page may send such a request. */
    private void allow(Candidate client) {
        Exchange exchange = client.exchange();
        String asked = String.join(", ", exchange.headers("access-control-request-headers"));
        exchange.respond(Answer.empty(200)
                .set("access-control-allow-headers", asked)
                .set("access-control-allow-methods", METHODS)
                .set("access-control-max-age", PREFLIGHT_SECONDS));
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
        Exchange exchange = client.exchange();
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

    private Optional<String> authToken(Exchange exchange) {
        return Optional.of(exchange.header(AUTH_TOKEN_HEADER))
                .filter(token -> admission.options().takesAuthToken() && !token.isEmpty());
    }

    private void open(Candidate client, Admitted admitted) {
        Exchange exchange = client.exchange();
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
        Exchange exchange = client.exchange();
        Optional<Desk> desk = desk(tokens.read(token(client)));
        if (desk.isEmpty()) {
            exchange.respond(LongPollForm.status(Post.GONE));
            return;
        }
        Batch batch = new Batch(exchange.body(), Batch.isLines(exchange.header("content-type")));
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

    private static void stillWaiting(Exchange exchange, Runnable task) {
        exchange.loop().tryExecute(() -> {
            if (exchange.isWaiting()) {
                task.run();
            }
        });
    }

    private static Answer gone() {
        return LongPollForm.answer(PollAnswer.gone(), Optional.empty());
    }

    /**
     * A poll of a session. One that is on another node is looked up there first: until there is a sign of it, the request is kept, and
     * if it is not there, its client gets a new one here, as if it had come with no token.
     */
    private final class Poll implements Asker {
        private final Exchange exchange;
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

        @Override
        public void cutOff() {
            exchange.cutOff();
        }
    }
}
