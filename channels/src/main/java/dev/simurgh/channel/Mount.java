package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.EventLoop;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A socket at its path of an endpoint: asks the application whether a client may connect, and tells what came of it. */
final class Mount implements SocketMount {
    private static final Logger log = LoggerFactory.getLogger(Mount.class);

    private static final Duration FOR_GOOD = ChronoUnit.FOREVER.getDuration();

    private final Endpoint endpoint;
    private final String path;
    private final SocketSpec spec;
    private final JoinRate joins;
    private final Newcomers newcomers;

    Mount(Endpoint endpoint, String path, SocketSpec spec) {
        this.endpoint = endpoint;
        this.path = path;
        this.spec = spec;
        this.joins =
                new JoinRate(spec.limits().joinsPerSecond(), endpoint.timers().nanoTime());
        this.newcomers = new Newcomers(endpoint.timers(), spec.limits().joinWithin());
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public SocketSpec spec() {
        return spec;
    }

    @Override
    public void carriedBy(String transport) {
        endpoint.connections().expect(path, transport);
        endpoint.environment().expect(path, transport);
    }

    @Override
    public Limits limits() {
        return spec.limits();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Makes the connection of a client that has been accepted. */
    ClientConnection connection(Line line, Assigns assigns) {
        return new ClientConnection(line, spec, assigns, joins, newcomers, endpoint.connections());
    }

    @Override
    public Optional<Serializer> negotiate(Optional<String> vsn) {
        return Serializers.negotiate(vsn.orElse(Serializers.DEFAULT_VERSION));
    }

    @Override
    public void connect(
            ConnectRequest request,
            Serializer serializer,
            EventLoop loop,
            BooleanSupplier waits,
            Consumer<Handshake> whenDone) {
        long disconnects = endpoint.disconnects().count();
        if (spec.connect() == null || spec.isNonBlocking()) {
            answer(decideAtOnce(request, serializer, disconnects), loop, whenDone);
            return;
        }
        AtomicBoolean begun = new AtomicBoolean();
        try {
            endpoint.scheduler().execute(() -> {
                if (begun.compareAndSet(false, true)) {
                    answer(
                            waits.getAsBoolean() ? decide(request, serializer, disconnects) : shed(request),
                            loop,
                            whenDone);
                }
            });
        } catch (Throwable thrown) { // rejected, or an Error: "unable to create native thread"
            endpoint.clientLog().failure(log, thrown, "no thread for the connect to {}", path);
            if (begun.compareAndSet(false, true)) { // a thread pool may have queued the task before it threw
                refused(request.info().transport(), ConnectOutcome.CRASHED);
                answer(new Handshake.Crashed(thrown), loop, whenDone);
            }
        }
    }

    /** In a storm clients go while they wait for a thread, and others wait behind them. */
    private Handshake shed(ConnectRequest request) {
        refused(request.info().transport(), ConnectOutcome.NOT_OPENED);
        return new Handshake.Refused(Optional.empty());
    }

    private static void answer(Handshake handshake, EventLoop loop, Consumer<Handshake> whenDone) {
        if (loop.inEventLoop()) {
            whenDone.accept(handshake);
        } else if (!loop.tryExecute(() -> whenDone.accept(handshake))
                && handshake instanceof Handshake.Accepted accepted) {
            accepted.abandon();
        }
    }

    /** On the event loop, which it must not hold up. */
    private Handshake decideAtOnce(ConnectRequest request, Serializer serializer, long disconnects) {
        long start = endpoint.timers().nanoTime();
        Handshake handshake = decide(request, serializer, disconnects);
        long nanos = endpoint.timers().nanoTime() - start;
        if (nanos > TimeUnit.MILLISECONDS.toNanos(LoopWatch.LIMIT_MILLIS)) {
            endpoint.environment().heldUp(path, "", "", nanos);
            endpoint.clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "connect to {} held up its event loop, and all connections there, for {} (expected: under {} ms;"
                                    + " sockets without nonBlocking() may block)",
                            path,
                            Elapsed.shown(nanos),
                            LoopWatch.LIMIT_MILLIS);
        }
        return handshake;
    }

    /** @param disconnects how many there have been before anything is asked */
    private Handshake decide(ConnectRequest request, Serializer serializer, long disconnects) {
        long start = endpoint.timers().nanoTime();
        Handshake handshake = observed(request, serializer, disconnects);
        if (!(handshake instanceof Handshake.Accepted)) { // who tells itself, when the connection is open or cannot be
            long nanos = endpoint.timers().nanoTime() - start;
            Optional<Object> reason =
                    handshake instanceof Handshake.Refused refused ? refused.reason() : Optional.empty();
            ConnectOutcome outcome =
                    handshake instanceof Handshake.Refused ? ConnectOutcome.REFUSED : ConnectOutcome.CRASHED;
            tell(request, serializer, outcome, nanos, reason);
        }
        return handshake;
    }

    private Handshake observed(ConnectRequest request, Serializer serializer, long disconnects) {
        Environment environment = endpoint.environment();
        if (environment.observer() == null) {
            return ask(request, serializer, disconnects, Optional.empty());
        }
        Optional<String> traceparent = ObservedCallback.traceparent(request);
        ObservedCallback observed =
                spec.connect() == null ? null : ObservedCallback.connect(environment, path, traceparent);
        Handshake handshake = ask(request, serializer, disconnects, traceparent);
        if (observed != null) {
            if (handshake instanceof Handshake.Crashed crashed) {
                observed.threw(crashed.cause());
            } else if (handshake instanceof Handshake.Accepted) {
                observed.answered(CallbackObserver.Outcome.OK);
            }
            observed.end();
        }
        return handshake;
    }

    private Handshake ask(
            ConnectRequest request, Serializer serializer, long disconnects, Optional<String> traceparent) {
        long start = endpoint.timers().nanoTime();
        try {
            SocketSpec.Connect connect = spec.connect();
            ConnectRequest complete = connect == null ? request : spec.complete(request);
            ConnectResult result = connect == null ? ConnectResult.ok() : connect.connect(complete);
            if (result instanceof ConnectResult.Accepted accepted) {
                Assigns assigns = spec.assigns(complete, accepted.assigns());
                Optional<String> id = spec.id(assigns);
                long now = endpoint.timers().nanoTime();
                long nanos = now - start;
                Duration lifetime = accepted.lifetime().orElse(FOR_GOOD);
                if (lifetime.isNegative() || lifetime.isZero()) {
                    return new Handshake.Refused(Optional.of("expired"));
                }
                return new AcceptedClient(
                        this,
                        serializer,
                        assigns,
                        id,
                        traceparent,
                        Durations.isForever(lifetime) ? null : now + lifetime.toNanos(),
                        id.map(name -> endpoint.disconnects().butItsOwn(disconnects, name))
                                .orElse(disconnects),
                        outcome -> tell(request, serializer, outcome, nanos, Optional.empty()));
            }
            if (result instanceof ConnectResult.Refused refused) {
                return new Handshake.Refused(refused.reason());
            }
            throw new IllegalStateException("connect returned null (expected: a ConnectResult)");
        } catch (Throwable thrown) { // whatever connect throws refuses this client and hurts nothing else
            endpoint.clientLog().failure(log, thrown, "connect to {} crashed", path);
            return new Handshake.Crashed(thrown);
        }
    }

    /** A reason may be an object of the application's, whose own text would tell what is secret. */
    private String shown(Object reason) {
        if (reason instanceof Map || reason instanceof List || reason instanceof CharSequence) {
            return endpoint.filter().show(reason);
        }
        try {
            Environment environment = endpoint.environment();
            return environment.filter().show(Payload.of(reason).encoded(environment.codec()));
        } catch (Throwable thrown) { // the refusal does not depend on it
            return reason.getClass().getName();
        }
    }

    @Override
    public void refused(String transport, ConnectOutcome outcome) {
        endpoint.listener().connected(path, transport, outcome, 0);
    }

    private void tell(
            ConnectRequest request,
            Serializer serializer,
            ConnectOutcome outcome,
            long nanos,
            Optional<Object> reason) {
        String transport = request.info().transport();
        endpoint.listener().connected(path, transport, outcome, nanos);
        Level level = spec.logLevel();
        if (level != null && log.isEnabledForLevel(level)) {
            log.atLevel(level)
                    .log(
                            "connect {}: {} in {}, {}, vsn {}, params {}{}",
                            path,
                            outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            Elapsed.shown(nanos),
                            transport,
                            serializer.version(),
                            endpoint.filter().show(request.nested()),
                            reason.map(why -> ", reason " + shown(why)).orElse(""));
        }
    }
}
