package dev.simurgh.server;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.server.carry.FrameLoops;
import dev.simurgh.server.http.HttpTerms;
import dev.simurgh.server.http.LobbyCounters;
import dev.simurgh.server.http.Routes;
import dev.simurgh.server.listen.Listener;
import dev.simurgh.server.listen.Pipelines;
import dev.simurgh.server.listen.Tls;
import dev.simurgh.server.listen.Workers;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>Each socket of the endpoint is served over WebSocket at its path with {@code /websocket} behind it; {@code
 * /health} tells load balancers whether to send clients here. Threads: a few event loops carry all connections;
 * requests for files and handlers run on worker threads. The methods of a running server are for any thread.
 */
public final class Server {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    private final Endpoint endpoint;
    private final InetSocketAddress address;
    private final Duration stopTimeout;
    private final ExecutorService workers;
    private final Listener listener;
    private final AtomicBoolean draining;
    private final HttpTerms http;
    private final FrameLoops frames;
    private final @Nullable Tls tls;
    private @Nullable CompletableFuture<Void> stopped;

    Server(ServerBuilder builder) {
        IoTransport transport = builder.transport().resolve();
        AtomicBoolean stopping = new AtomicBoolean();
        this.endpoint = builder.endpoint();
        this.address = builder.address();
        this.stopTimeout = builder.stopTimeout();
        this.draining = stopping;
        this.frames = new FrameLoops(endpoint.clientLog(), builder.maxQueuedBytes(), builder.eventLoops());
        this.workers = Workers.start();
        try {
            Routes routes = builder.routes(workers, stopping::get, frames);
            this.http = new HttpTerms(
                    routes, builder.httpLimits(), builder.eventLoops(), stopping::get, endpoint.clientLog());
            this.tls = builder.tls(workers);
            this.listener = new Listener(
                    builder.eventLoops(),
                    address,
                    new Pipelines(tls, builder.proxyProtocol(), transport, endpoint.clientLog(), http::serve));
        } catch (RuntimeException e) {
            workers.shutdown();
            throw e;
        }
        if (tls != null) {
            listener.repeat(tls.files().checkInterval(), () -> workers.execute(tls::reload));
        }
        log.info("listening on {} ({}, event loops: {})", uri(), transport, builder.eventLoops());
    }

    /** Starts the description of a server for an endpoint. */
    public static ServerBuilder builder(Endpoint endpoint) {
        return new ServerBuilder(endpoint);
    }

    /** The port that it listens on. */
    public int port() {
        return listener.port();
    }

    /**
     * Where it can be reached, such as {@code http://127.0.0.1:4000}, or {@code https} with TLS; a server on all
     * addresses gives the loopback one.
     */
    public URI uri() {
        String host = address.getHostString();
        String name = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        String scheme = tls == null ? "http" : "https";
        return URI.create(scheme + "://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port());
    }

    /** What the server holds now that its endpoint does not know of. */
    public ServerStats stats() {
        LobbyCounters pending = http.counters();
        return new ServerStats(pending.guests(), pending.pinnedBytes(), pending.turnedAwayTotal());
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
     * Stops: gives the port back at once, {@linkplain Endpoint#drain drains} the endpoint, which closes its clients
     * with 1012 so that they go elsewhere, and then cuts what is left. The endpoint itself stays as it is.
     *
     * @return completed when the last connection has gone and the event loops have ended; the same one every time
     */
    public synchronized CompletableFuture<Void> stop() {
        CompletableFuture<Void> before = stopped;
        if (before != null) {
            return before;
        }
        log.info("stopping {}", uri());
        draining.set(true);
        CompletableFuture<Void> stopping = listener.stopAccepting()
                .thenCompose(closed -> endpoint.drain())
                .handle((report, failure) -> drained(failure))
                .thenCompose(drained -> listener.close())
                .whenComplete((closed, failure) -> ended());
        stopped = stopping;
        return stopping;
    }

    private static boolean drained(@Nullable Throwable failure) {
        if (failure != null) {
            log.error("endpoint not drained", failure);
        }
        return failure == null;
    }

    private void ended() {
        workers.shutdown();
        frames.release();
        listener.forEachLoop(endpoint::forget);
        log.info("stopped {}", uri());
    }

    /**
     * Has the server stop when the JVM is told to, as by SIGTERM or Ctrl-C, and the JVM then exit with status 0.
     *
     * @see #stopOnShutdown(Runnable)
     */
    public void stopOnShutdown() {
        stopOnShutdown(() -> {});
    }

    /**
     * Has the server stop when the JVM is told to, as by SIGTERM or Ctrl-C: waits for {@link #stop}, but no longer than
     * the stop timeout, closes the endpoint, runs what you give it, such as the closing of a store, and ends the JVM
     * with status 0.
     *
     * <p>The JVM by itself would report 143 after SIGTERM, which process managers take for a failure. It is ended with
     * {@link Runtime#halt}, so shutdown hooks of your own may not come to their end: use {@code afterwards} instead.
     * The status is 0 for {@code System.exit} too, whatever it was given.
     */
    public void stopOnShutdown(Runnable afterwards) {
        Thread hook = new Thread(() -> stopAndHalt(afterwards), "simurgh-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stopAndHalt(Runnable afterwards) {
        try {
            stop().get(stopTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn("not stopped within {}", stopTimeout);
        } catch (InterruptedException | ExecutionException e) {
            log.warn("not stopped", e);
        }
        try {
            endpoint.close();
            afterwards.run();
        } catch (RuntimeException e) {
            log.error("what was to run after the server failed", e);
        }
        Runtime.getRuntime().halt(0);
    }
}
