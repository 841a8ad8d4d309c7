package dev.simurgh.server;

import dev.simurgh.channel.DrainReport;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.netty.FrameLoops;
import dev.simurgh.server.http.HttpTerms;
import dev.simurgh.server.http.LobbyCounters;
import dev.simurgh.server.listen.Listener;
import dev.simurgh.server.listen.Pipelines;
import dev.simurgh.server.listen.Tls;
import dev.simurgh.transport.ServerStats;
import dev.simurgh.transport.loop.Spans;
import dev.simurgh.transport.serve.ServerMetrics;
import dev.simurgh.transport.serve.Serving;
import dev.simurgh.transport.serve.Workers;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries an endpoint over the network.
 *
 * <pre>{@code
 * Server server = Server.builder(endpoint).port(4000).files("/", "web").start();
 * server.stopOnShutdown();
 * }</pre>
 *
 * <p>Each socket of the endpoint is served over WebSocket at its path with {@code /websocket} behind it, and over long polling
 * if it is told to; {@code /health} tells load balancers whether to send clients here. Threads: a few event loops carry all connections;
 * requests for files and handlers run on worker threads. The methods of a running server are for any thread.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** How long a server that stops lets the requests finish that are being answered, once its other clients have gone. */
    private static final int ANSWER_SECONDS = 5;

    private final Endpoint endpoint;
    private final InetSocketAddress address;
    private final Duration stopTimeout;
    private final Serving serving;
    private final Workers files =
            new Workers(Workers.BLOCKING_THREADS, new DefaultThreadFactory("simurgh-files", true));
    // they compute, and do not wait
    private final Workers handshakes = new Workers(
            Math.max(2, Runtime.getRuntime().availableProcessors()), new DefaultThreadFactory("simurgh-tls", true));
    private final Listener listener;
    private final HttpTerms http;
    private final FrameLoops frames;
    private final @Nullable Tls tls;
    private final Runnable endMetrics;
    private @Nullable CompletableFuture<Void> stopped;

    Server(ServerBuilder builder, Serving serving, IoTransport transport) {
        this.serving = serving;
        this.endpoint = serving.endpoint();
        this.address = builder.address();
        this.stopTimeout = builder.stopTimeout();
        this.frames = new FrameLoops(
                endpoint.backstage().clientLog(), serving.limits().maxQueuedBytes(), serving.eventLoops());
        this.http = new HttpTerms(builder.routes(serving, frames, files), serving);
        this.tls = builder.tls(handshakes);
        this.listener = new Listener(
                serving.eventLoops(),
                address,
                new Pipelines(
                        tls,
                        builder.proxyProtocol(),
                        transport,
                        endpoint.backstage().clientLog(),
                        http::serve));
        if (tls != null) {
            listener.repeat(tls.files().checkInterval(), () -> files.execute(tls::reload));
        }
        this.endMetrics = ServerMetrics.ofOwnPort(serving, uri().getAuthority(), this::stats, frames::memory);
        log.info("listening on {} ({}, event loops: {})", uri(), transport, serving.eventLoops());
    }

    /**
     * Starts the description of a server for an endpoint.
     *
     * @throws ServerStartException if the Netty on the class path is too old for it
     */
    public static ServerBuilder builder(Endpoint endpoint) {
        NettyVersion.check(); // before any class is loaded that wants what an older one does not have
        return new ServerBuilder(endpoint);
    }

    /** The port that it listens on. */
    public int port() {
        return listener.port();
    }

    /**
     * Where it can be reached, such as {@code http://127.0.0.1:4000}, or {@code https} with TLS; a server on all
     * addresses gives the loopback one, of IPv6 if they are all of IPv6 ({@code ::}).
     */
    public URI uri() {
        String scheme = tls == null ? "http" : "https";
        return URI.create(scheme + "://" + reachable(address) + ":" + port());
    }

    private static String reachable(InetSocketAddress bound) {
        InetAddress address = bound.getAddress();
        if (address != null && address.isAnyLocalAddress()) {
            return address instanceof Inet6Address ? "[::1]" : "127.0.0.1";
        }
        String name = bound.getHostString();
        return name.contains(":") ? "[" + (address == null ? name : NetUtil.toAddressString(address)) + "]" : name;
    }

    /** What the server holds now that its endpoint does not know of. */
    public ServerStats stats() {
        LobbyCounters pending = http.counters();
        return serving.stats(frames.waitingBytes(), pending.guests(), pending.pinnedBytes(), pending.turnedAwayTotal());
    }

    /**
     * Reads the files of {@link ServerBuilder#tls} again now, on the calling thread.
     *
     * @return whether new connections get what stands in them; if not, the log says why, and the old certificate stays
     * @throws IllegalStateException if the server has no certificate
     */
    public boolean reloadCertificate() {
        if (tls == null) {
            throw new IllegalStateException("no certificate to reload (expected: a server with tls(TlsOptions))");
        }
        return tls.reload();
    }

    /**
     * Stops: gives the port back at once, {@linkplain dev.simurgh.channel.spi.Backstage#drain sends away} the clients
     * that came through this server, with 1012 so that they go elsewhere, lets requests that are being answered finish for 5 s
     * more, and then cuts what is left. The endpoint stays as it is: other servers of it keep their clients, and a new one can be started for it.
     *
     * @return completed when the last connection has gone and the event loops have ended; the same one every time
     */
    public CompletableFuture<Void> stop() {
        return stop(() -> endpoint.backstage().drain(transport -> listener.isOf(transport.eventLoop())));
    }

    private synchronized CompletableFuture<Void> stop(Supplier<CompletableFuture<DrainReport>> drain) {
        CompletableFuture<Void> before = stopped;
        if (before != null) {
            return before;
        }
        log.info("stopping {}", uri());
        serving.stopping();
        CompletableFuture<Void> ending = listener.stopAccepting()
                .thenCompose(closed -> drain.get())
                .handle((report, failure) -> drained(failure))
                .whenComplete((drained, failure) -> guarded("letting go of polls", serving::release))
                .thenCompose(drained ->
                        serving.openRequests().whenNone().completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS))
                .thenCompose(answered -> listener.close())
                .whenComplete((closed, failure) -> ended());
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
        files.stop();
        handshakes.stop();
        frames.release();
        listener.forEachLoop(endpoint.backstage()::forget);
        log.info("stopped {}", uri());
    }

    /**
     * Stops, and waits for it, but no longer than the {@linkplain ServerBuilder#stopTimeout stop timeout}. Not to be called
     * on an event loop or in a callback of a channel. Harmless when repeated.
     */
    @Override
    public void close() {
        await(stop(), Spans.nanos(stopTimeout));
    }

    private void await(CompletableFuture<Void> end, long nanos) {
        try {
            end.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.warn("{} not stopped within {}", uri(), stopTimeout);
        } catch (ExecutionException e) {
            log.warn("{} not stopped", uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Has the server stop when the JVM ends, as by SIGTERM or Ctrl-C.
     *
     * @see #stopOnShutdown(Runnable)
     */
    public void stopOnShutdown() {
        stopOnShutdown(() -> {});
    }

    /**
     * Has the server stop when the JVM ends, as by SIGTERM or Ctrl-C: {@linkplain Endpoint#drain() drains} the endpoint and
     * waits for {@link #stop}, but no longer than the stop timeout, closes the endpoint, and runs what you give it, such as
     * the closing of a store.
     *
     * <p>After SIGTERM and SIGINT the JVM exits with status 0, where it would report 143 and 130 by itself, which process
     * managers take for failures; handlers of these signals that were there before are replaced. The status of {@code
     * System.exit} stays. All this is in a shutdown hook: others run at the same time, and to their end.
     */
    public void stopOnShutdown(Runnable afterwards) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(afterwards), "simurgh-shutdown"));
        ShutdownSignals.exitWithZero();
    }

    private void shutDown(Runnable afterwards) {
        long start = System.nanoTime();
        long patience = Spans.nanos(stopTimeout);
        await(stop(endpoint::drain), patience);
        // its own drain may have a longer limit than this server's patience
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread closer = new Thread(() -> {
            guarded("closing the endpoint", endpoint::close);
            closed.complete(null);
        });
        closer.setDaemon(true);
        closer.start();
        await(closed, Math.max(CLOSE_NANOS, patience - (System.nanoTime() - start)));
        guarded("what was to run after the server", afterwards);
    }

    private static void guarded(String what, Runnable action) {
        try {
            action.run();
        } catch (Throwable thrown) { // other ends have to come, too
            log.error("{} failed", what, thrown);
        }
    }
}
