package dev.simurgh.jakarta;

import dev.simurgh.channel.DrainReport;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.transport.ServerStats;
import dev.simurgh.transport.TransportBuilder;
import dev.simurgh.transport.http.HostedBodies;
import dev.simurgh.transport.http.HostedTerms;
import dev.simurgh.transport.http.OpenRequests;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.http.Target;
import dev.simurgh.transport.loop.IdleWheel;
import dev.simurgh.transport.serve.ServerMetrics;
import dev.simurgh.transport.serve.Serving;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Carries an endpoint on the port of a web container, such as Tomcat and Jetty, with what is there already: TLS, sessions, filters.
 *
 * <pre>{@code
 * SimurghServlet servlet = SimurghServlet.builder(endpoint).build();
 * context.addServletContainerInitializer((classes, context) -> servlet.register(context), null);
 * }</pre>
 *
 * <p>Each socket of the endpoint is served over WebSocket at its path with {@code /websocket} behind it, and over long polling if it is told to. The container
 * has to have Jakarta WebSocket 2.1 and Servlet 6.0, or newer. Threads: a few event loops of its own carry all connections; those of the container only hand
 * over what they read. The methods are for any thread.
 */
public final class SimurghServlet implements Servlet, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SimurghServlet.class);

    private static final String NAME = "simurgh";
    /** How long what is being answered, and close frames, have, once the clients have gone. */
    private static final int LAST_SECONDS = 5;

    private final Endpoint endpoint;
    private final Duration stopTimeout;
    private final Serving serving;
    private final Loops loops;
    private final OpenRequests connections = new OpenRequests();
    /** Those that the container has not seen the end of. */
    private final Set<ServletExchange> requests = ConcurrentHashMap.newKeySet();

    private final HostedTerms terms;
    private final Routes<ServletExchange> routes;
    private final int bodyTicks;
    private final Runnable endMetrics;
    private @Nullable ServletConfig config;
    private @Nullable CompletableFuture<Void> stopped;
    private volatile boolean ended;

    private SimurghServlet(Builder builder) {
        this.serving = builder.startServing();
        this.endpoint = serving.endpoint();
        this.stopTimeout = builder.stopTimeout;
        this.loops = new Loops(
                serving.eventLoops(), endpoint.backstage(), serving.limits().maxQueuedBytes());
        this.terms = new HostedTerms(
                serving.openRequests(),
                new HostedBodies(serving.limits().maxPendingBytes()),
                IdleWheel.ticks(serving.answerTimeout()),
                serving::draining,
                endpoint.backstage().clientLog(),
                limit -> endpoint.backstage().limited("", "", limit));
        this.bodyTicks = IdleWheel.ticks(serving.limits().handshakeTimeout());
        Upgrade.Terms common = new Upgrade.Terms(loops.pings(), loops.ends(), connections);
        try {
            this.routes = builder.routesFor(serving, loops, common);
        } catch (RuntimeException e) {
            endThreads().join();
            throw e;
        }
        this.endMetrics = ServerMetrics.ofApplication(serving, this::stats, loops::memory);
    }

    /** Starts the description of a servlet for an endpoint. */
    public static Builder builder(Endpoint endpoint) {
        return new Builder(endpoint);
    }

    /**
     * Adds this servlet to an application that is about to start, at all paths that it serves. From a {@code ServletContainerInitializer} or a {@code
     * ServletContextListener}, since later no servlet can be added.
     *
     * @throws IllegalStateException if the application has started, or has a servlet of the name {@code simurgh}
     */
    public void register(ServletContext context) {
        ServletRegistration.Dynamic registration = context.addServlet(NAME, this);
        if (registration == null) {
            throw new IllegalStateException("servlet: " + NAME + " (expected: one of that name in an application)");
        }
        registration.setAsyncSupported(true);
        registration.setLoadOnStartup(1); // else Tomcat would not end it if no request had ever come
        registration.addMapping(mappings());
    }

    /** The paths that it serves, as mappings of a servlet, for those who register it otherwise. It has to be able to answer asynchronously. */
    public String[] mappings() {
        return routes.places().stream().map(SimurghServlet::mapping).distinct().toArray(String[]::new);
    }

    private static String mapping(String place) {
        int parameter = place.indexOf("/:");
        return parameter < 0 ? place.isEmpty() ? "/" : place : place.substring(0, parameter) + "/*";
    }

    /** What it holds now that its endpoint does not know of. */
    public ServerStats stats() {
        return serving.stats(loops.queuedBytes(), terms.bodies().bytes());
    }

    /** How many requests the container has not seen the end of. */
    int openRequests() {
        return requests.size();
    }

    // What a container calls.

    /**
     * Keeps what the container says.
     *
     * @throws ServletException if it has served an application before, or does so now: its threads end with the first
     */
    @Override
    public synchronized void init(ServletConfig config) throws ServletException {
        if (this.config != null || stopped != null) {
            throw new ServletException(
                    "servlet: " + config.getServletName() + " has " + (stopped == null ? "an application" : "ended")
                            + " (expected: a new SimurghServlet for each application, and each time that it starts)");
        }
        this.config = config;
        log.info(
                "serving {} on the port of {}",
                String.join(", ", mappings()),
                config.getServletContext().getServerInfo());
    }

    /** Tells whether a request is for one of the paths that are served here: for a filter that hands it to {@link #service}. */
    public boolean serves(HttpServletRequest request) {
        return target(request).flatMap(target -> routes.route(target.path())).isPresent();
    }

    /** Takes a request, and lets the container's thread go. */
    @Override
    public void service(ServletRequest servletRequest, ServletResponse servletResponse) throws IOException {
        HttpServletRequest request = (HttpServletRequest) servletRequest;
        HttpServletResponse response = (HttpServletResponse) servletResponse;
        if (request.getDispatcherType() == DispatcherType.ASYNC
                && request.getAttribute(Upgrade.class.getName()) instanceof Upgrade upgrade) {
            upgrade.perform(request, response);
            return;
        }
        Optional<Target> target = target(request);
        if (target.isEmpty() || !request.isAsyncSupported()) {
            refuse(request, response, target);
            return;
        }
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(0); // there is an answer in time, or it is one of long polling
        ServletExchange exchange =
                new ServletExchange(loops.next(), terms, target.get(), request, async, requests::remove);
        requests.add(exchange);
        if (ended) { // asked behind adding it: who ends this says so, and then looks for requests
            exchange.stopped();
            return;
        }
        Route<? super ServletExchange> route = routes.find(target.get());
        int most = route.maxBodyBytes();
        if (most == 0) {
            exchange.answer(route);
        } else if (request.getContentLengthLong() > most) {
            exchange.refuse(route, 413);
        } else {
            new RequestBody(request.getInputStream(), terms.bodies().begin(most), route, exchange).begin(bodyTicks);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, Optional<Target> target) {
        if (target.isPresent()) {
            endpoint.backstage()
                    .clientLog()
                    .line(
                            log,
                            Level.ERROR,
                            "{} cannot be answered: asynchronous answers are off (expected: asyncSupported for the servlet and each filter"
                                    + " before it)",
                            request.getRequestURI());
        }
        if (target.isEmpty()) {
            terms.openRequests().refused();
        }
        response.setStatus(target.isPresent() ? 500 : 400);
    }

    /** What is asked for, inside the application. */
    private static Optional<Target> target(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        String query = request.getQueryString();
        String text = path.isEmpty() ? "/" : path;
        return Target.parse(request.getMethod(), query == null ? text : text + "?" + query);
    }

    @Override
    public @Nullable ServletConfig getServletConfig() {
        return config;
    }

    @Override
    public String getServletInfo() {
        return "Simurgh";
    }

    /** Stops, as {@link #close} does. */
    @Override
    public void destroy() {
        close();
    }

    // How it ends.

    /**
     * Stops: lets nobody in any more, {@linkplain dev.simurgh.channel.spi.Backstage#drain sends away} the clients that came through this servlet, with 1012 so
     * that they go elsewhere, lets requests that are being answered finish for 5 s more, and ends its threads. Best before the container stops. The endpoint
     * stays as it is.
     *
     * @return completed when that is done; the same one every time
     */
    public synchronized CompletableFuture<Void> stop() {
        CompletableFuture<Void> before = stopped;
        if (before != null) {
            return before;
        }
        serving.stopping();
        CompletableFuture<Void> ending = endpoint.backstage()
                .drain(transport -> loops.has(transport.eventLoop()))
                .handle(SimurghServlet::drained)
                .thenCompose(drained -> soon(connections.whenNone()))
                .whenComplete((none, failure) -> serving.release())
                .thenCompose(none -> soon(serving.openRequests().whenNone()))
                .thenCompose(none -> end());
        stopped = ending;
        return ending;
    }

    private static boolean drained(@Nullable DrainReport report, @Nullable Throwable failure) {
        if (failure != null) {
            log.error("endpoint not drained", failure);
        }
        return failure == null;
    }

    private static CompletableFuture<Void> soon(CompletableFuture<Void> end) {
        return end.completeOnTimeout(null, LAST_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> end() {
        endMetrics.run();
        return endThreads().whenComplete((none, failure) -> {
            ended = true;
            // the container may live on, and they have no time limit but ours
            requests.forEach(ServletExchange::stopped);
        });
    }

    private CompletableFuture<Void> endThreads() {
        serving.close();
        return loops.close(endpoint.backstage());
    }

    /** Stops, and waits for it, but no longer than the {@linkplain Builder#stopTimeout stop timeout}. Harmless when repeated. */
    @Override
    public void close() {
        try {
            stop().get(stopTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.warn("not stopped within {}", stopTimeout);
        } catch (ExecutionException e) {
            log.warn("not stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Describes a {@link SimurghServlet}. Each method says what holds without it. */
    public static final class Builder extends TransportBuilder<Builder> {
        private Duration stopTimeout = Duration.ofSeconds(60);

        private Builder(Endpoint endpoint) {
            super(endpoint);
            withoutHealth();
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets how long {@link SimurghServlet#close} waits, and so a container that stops; default 60 s.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder stopTimeout(Duration timeout) {
            this.stopTimeout = positive("stopTimeout", timeout);
            return this;
        }

        /**
         * Makes the servlet, and starts its threads.
         *
         * @throws IllegalArgumentException if two things are to be served at one path, or two options contradict each other
         */
        public SimurghServlet build() {
            return new SimurghServlet(this);
        }

        private Serving startServing() {
            return serving();
        }

        private Routes<ServletExchange> routesFor(Serving serving, Loops loops, Upgrade.Terms common) {
            return routes(serving, (options, terms) -> (exchange, client, subprotocol) -> {
                Upgrade upgrade = new Upgrade(
                        loops.of(exchange.loop()),
                        common,
                        options,
                        terms,
                        client,
                        subprotocol,
                        String.valueOf(exchange.peer()));
                if (!exchange.comeBackFor(upgrade)) {
                    upgrade.abandon();
                }
            });
        }
    }
}
