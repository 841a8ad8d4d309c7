package dev.simurgh.reactor;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.netty.FrameLoops;
import dev.simurgh.transport.ServerStats;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.HostedBodies;
import dev.simurgh.transport.http.HostedTerms;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.http.Target;
import dev.simurgh.transport.loop.IdleWheel;
import dev.simurgh.transport.serve.ServerMetrics;
import dev.simurgh.transport.serve.Serving;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * Carries an endpoint on the port of an application's own Reactor Netty server, version 1.2 or 1.3.
 *
 * <pre>{@code
 * SimurghRoutes simurgh = SimurghRoutes.builder(endpoint).build();
 * DisposableServer server = HttpServer.create().port(8080).route(routes -> {
 *     simurgh.accept(routes);
 *     routes.get("/hello", (request, response) -> response.sendString(Mono.just("hello")));
 * }).bindNow();
 * }</pre>
 *
 * <p>Each socket of the endpoint is served over WebSocket at its path with {@code /websocket} behind it, and over long polling
 * if it is told to. A connection stays on the event loop on which Reactor Netty has accepted it, and there is no thread more for it: what a channel
 * declares to be {@code nonBlocking} runs there. TLS, the PROXY protocol, forwarded headers and how long a request may take are that server's.
 *
 * <p>{@link #close} comes before the server's end, and the endpoint's own after both. For any thread.
 */
public final class SimurghRoutes implements Consumer<HttpServerRoutes>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SimurghRoutes.class);

    /** How long the requests may take that are being answered, once the other clients have gone. */
    private static final int ANSWER_SECONDS = 5;

    private static final int STOP_SECONDS = 60;

    private final Serving serving;
    private final HostedTerms terms;
    private final NettyLoops loops = new NettyLoops();
    private final FrameLoops frames;
    private final Routes<ReactorExchange> routes;
    private final Duration bodyPatience;
    private final Runnable endMetrics;
    private @Nullable CompletableFuture<Void> stopped;

    SimurghRoutes(SimurghRoutesBuilder builder, Serving serving) {
        Backstage backstage = serving.endpoint().backstage();
        this.serving = serving;
        this.frames = new FrameLoops(backstage.clientLog(), serving.limits().maxQueuedBytes(), serving.eventLoops());
        this.terms = new HostedTerms(
                serving.openRequests(),
                new HostedBodies(serving.limits().maxPendingBytes()),
                IdleWheel.ticks(serving.answerTimeout()),
                serving::draining,
                backstage.clientLog(),
                limit -> backstage.limited("", "", limit));
        try {
            this.routes = builder.routes(serving, frames);
        } catch (RuntimeException e) {
            serving.close(); // else other nodes would go on asking it for sessions
            throw e;
        }
        this.bodyPatience = serving.limits().handshakeTimeout();
        this.endMetrics = ServerMetrics.ofApplication(serving, this::stats, frames::memory);
    }

    /** Starts the description of what carries an endpoint. */
    public static SimurghRoutesBuilder builder(Endpoint endpoint) {
        return new SimurghRoutesBuilder(endpoint);
    }

    /** What it holds now that its endpoint does not know of. */
    public ServerStats stats() {
        return serving.stats(frames.waitingBytes(), terms.bodies().bytes());
    }

    /** Adds the routes to those of a server. */
    @Override
    public void accept(HttpServerRoutes server) {
        server.route(this::serves, this::handle);
    }

    /** Tells whether a request is for this: its path is that of a socket or of a handler. */
    public boolean serves(HttpServerRequest request) {
        return serves(request, "");
    }

    /**
     * As above, for an application below a path of its server.
     *
     * @param contextPath that path, such as {@code /app}; empty if there is none
     */
    public boolean serves(HttpServerRequest request, String contextPath) {
        return target(request, contextPath).filter(this::serves).isPresent();
    }

    private boolean serves(Target asked) {
        return !asked.isServer() && routes.route(asked.path()).isPresent();
    }

    /** Answers a request that is for this; who asks for anything else gets 404. */
    public Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return handle(request, response, "", Optional.empty(), Mono.empty());
    }

    /**
     * As above, for a framework on top of Reactor Netty.
     *
     * @param contextPath as in {@link #serves(HttpServerRequest, String)}
     * @param principal who the client is, as the framework knows it; {@code connect} finds it in its connect info
     * @param beforeAnswer what the framework has to do before there is an answer, such as setting headers on the response
     */
    public Mono<Void> handle(
            HttpServerRequest request,
            HttpServerResponse response,
            String contextPath,
            Optional<Principal> principal,
            Mono<Void> beforeAnswer) {
        Channel channel = channel(response);
        return onLoop(channel.eventLoop(), Mono.defer(() -> {
            Optional<Target> target = target(request, contextPath);
            if (target.isEmpty()) {
                terms.openRequests().refused();
                return response.status(HttpResponseStatus.BAD_REQUEST).send();
            }
            ReactorExchange exchange = new ReactorExchange(
                    loops.of(channel.eventLoop()),
                    terms,
                    channel,
                    target.get(),
                    request,
                    response,
                    principal,
                    beforeAnswer);
            serve(exchange, request, routes.find(target.get()));
            return exchange.outcome();
        }));
    }

    /** Whatever the framework has asked on other threads before, such as a database: on them, the first messages of a client would be lost. */
    private static Mono<Void> onLoop(EventLoop loop, Mono<Void> served) {
        return Mono.defer(() -> loop.inEventLoop() ? served : served.subscribeOn(Schedulers.fromExecutor(loop)));
    }

    private static Channel channel(HttpServerResponse response) {
        Channel[] found = new Channel[1];
        response.withConnection(connection -> found[0] = connection.channel());
        return found[0];
    }

    /** Once the request is all there, whatever its route takes of it: Reactor Netty has ended its time limits for it by then. */
    private void serve(ReactorExchange exchange, HttpServerRequest request, Route<? super ReactorExchange> route) {
        RequestBody body = new RequestBody(terms.bodies(), route.maxBodyBytes(), bodyPatience, exchange.channelLoop());
        body.gather(request, whole -> exchange.serve(route, whole), (status, more) -> {
            terms.refused(status, exchange.peer());
            exchange.serve(refusing(status, more));
        });
    }

    /** @param more whether there is more of the body: Reactor Netty would read it behind the answer, however much it is and however long that takes */
    private static Route<ReactorExchange> refusing(int status, boolean more) {
        return exchange -> {
            Answer answer = Answer.text(status, Answer.phrase(status));
            exchange.respond(more ? answer.set("connection", "close") : answer);
        };
    }

    private static Optional<Target> target(HttpServerRequest request, String contextPath) {
        String uri = request.uri();
        return uri.startsWith(contextPath)
                ? Target.parse(request.method().name(), uri.substring(contextPath.length()))
                : Optional.empty();
    }

    /**
     * Stops: {@linkplain Backstage#drain sends away} the clients that came by these routes, with 1012 so that they go elsewhere, and lets requests
     * that are being answered finish for 5 s more. The endpoint stays as it is, and so does Reactor Netty's server: who comes meanwhile is answered with
     * 503.
     *
     * @return completed when that is over; the same one every time
     */
    public synchronized CompletableFuture<Void> stop() {
        CompletableFuture<Void> before = stopped;
        if (before != null) {
            return before;
        }
        serving.stopping();
        CompletableFuture<Void> ending = serving.endpoint()
                .backstage()
                .drain(transport -> loops.has(transport.eventLoop()))
                .handle((report, failure) -> drained(failure))
                .thenRun(serving::release)
                .thenCompose(drained ->
                        serving.openRequests().whenNone().completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS))
                .whenComplete((answered, failure) -> ended());
        stopped = ending;
        return ending;
    }

    private static boolean drained(@Nullable Throwable failure) {
        if (failure != null) {
            log.error("endpoint not drained", failure);
        }
        return failure == null;
    }

    private void ended() {
        endMetrics.run();
        serving.close();
        loops.forEach(loop -> {
            serving.endpoint().backstage().forget(loop);
            if (!loop.tryExecute(() -> frames.release(loop))) {
                frames.release(loop); // it has ended, and nobody else is there
            }
        });
    }

    /** Stops, and waits for it, but no longer than a minute. Not to be called on an event loop or in a callback of a channel. Harmless when repeated. */
    @Override
    public void close() {
        try {
            stop().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.warn("not stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
