package dev.simurgh.server.http;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.server.listen.ServerLoop;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.http.OpenRequests;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.loop.IdleWheel;
import dev.simurgh.transport.serve.Serving;
import dev.simurgh.transport.serve.Workers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** How all connections of a server speak HTTP, and what those that do are counted by. For any thread. */
public final class HttpTerms {
    private static final Logger log = LoggerFactory.getLogger(HttpTerms.class);
    /** For so long many that come at once may wait for each other. */
    private static final int PATIENCE_TICKS = IdleWheel.ticks(Duration.ofSeconds(2));

    private final Routes<HttpExchange> routes;
    private final ServerLimits limits;
    private final BooleanSupplier draining;
    private final Backstage backstage;
    private final ClientLog clientLog;
    private final int loops;
    private final int handshakeTicks;
    private final int answerTicks;
    private final HttpDecoderConfig decoding;
    private final LobbyCounters counters = new LobbyCounters();
    private final OpenRequests openRequests;
    private final Map<ServerLoop, Lobby> lobbies = new ConcurrentHashMap<>();

    /** Makes terms for what a server holds. */
    public HttpTerms(Routes<HttpExchange> routes, Serving serving) {
        this.routes = routes;
        this.limits = serving.limits();
        this.loops = serving.eventLoops();
        this.draining = serving::draining;
        this.openRequests = serving.openRequests();
        this.backstage = serving.endpoint().backstage();
        this.clientLog = backstage.clientLog();
        this.handshakeTicks = IdleWheel.ticks(limits.handshakeTimeout());
        this.answerTicks = IdleWheel.ticks(serving.answerTimeout());
        this.decoding = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxRequestLineBytes())
                .setMaxHeaderSize(limits.maxHeaderBytes())
                .setHeadersFactory(new CountedHeaders.Factory(DefaultHttpHeadersFactory.headersFactory()))
                .setTrailersFactory(new CountedHeaders.Factory(DefaultHttpHeadersFactory.trailersFactory()));
    }

    /** Has a new connection speak HTTP: adds the last handlers of its pipeline. */
    public void serve(ChannelPipeline pipeline, ServerLoop loop) {
        new HttpConnection(loop, this, lobbies.computeIfAbsent(loop, this::lobby)).addTo(pipeline);
    }

    private Lobby lobby(ServerLoop loop) {
        return new Lobby(
                share(limits.maxPendingConnections()),
                // however many loops there are, a body that is not too long is taken if there is no other
                Math.max(share(limits.maxPendingBytes()), Math.min(routes.maxBodyBytes(), limits.maxPendingBytes())),
                PATIENCE_TICKS,
                loop::now,
                counters);
    }

    private int share(int limit) {
        return Math.max(1, limit / loops);
    }

    /** What is in the lobbies. */
    public LobbyCounters counters() {
        return counters;
    }

    /** A request is refused before anybody looks at it. */
    void refused(Refusal refusal, Channel channel) {
        openRequests.refused();
        refusal.limit().ifPresent(this::limited);
        clientLog.line(log, refusal.level(), refusal.line(), channel);
    }

    /** A connection has to go for want of room. */
    void turnedAway(Limit limit, Channel channel) {
        limited(limit);
        clientLog.line(
                log,
                Level.WARN,
                limit == Limit.PENDING_BYTES
                        ? "{} is turned away: too much is kept of requests that are not answered (expected: at most"
                                + " ServerLimits.maxPendingBytes)"
                        : "{} is turned away: too many connections are not admitted yet (expected: at most"
                                + " ServerLimits.maxPendingConnections)",
                channel);
    }

    /** A connection has to go, as too many handshakes of TLS wait. */
    void crowdedOut(Channel channel) {
        counters.turnedAway();
        limited(Limit.PENDING_CONNECTIONS);
        clientLog.line(
                log,
                Level.WARN,
                "{} is turned away: too many handshakes of TLS wait for a processor (expected: at most {}; an EC key takes"
                        + " much less than an RSA one)",
                channel,
                Workers.MAX_WAITING);
    }

    /** A client has sent no whole request in time. */
    void tooSlow(Channel channel) {
        limited(Limit.HANDSHAKE_TIMEOUT);
        clientLog.line(
                log, Level.DEBUG, "{} is cut: no whole request came within ServerLimits.handshakeTimeout", channel);
    }

    private void limited(Limit limit) {
        backstage.limited("", "", limit);
    }

    OpenRequests openRequests() {
        return openRequests;
    }

    Routes<HttpExchange> routes() {
        return routes;
    }

    int handshakeTicks() {
        return handshakeTicks;
    }

    int answerTicks() {
        return answerTicks;
    }

    HttpDecoderConfig decoding() {
        return decoding;
    }

    ClientLog clientLog() {
        return clientLog;
    }

    boolean draining() {
        return draining.getAsBoolean();
    }
}
