package dev.simurgh.transport;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.transport.admit.Admission;
import dev.simurgh.transport.admit.ClientSide;
import dev.simurgh.transport.admit.RefusalForm;
import dev.simurgh.transport.admit.WebSocketRoute;
import dev.simurgh.transport.carry.WebSocketTerms;
import dev.simurgh.transport.http.Exchange;
import dev.simurgh.transport.http.HandlerRoute;
import dev.simurgh.transport.http.PathPattern;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.poll.LongPollRoute;
import dev.simurgh.transport.serve.Serving;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Describes what carries an endpoint, whatever that is built on: Simurgh's own server, or what takes its clients from another one. Each method says what
 * holds without it. For one thread.
 *
 * @param <B> the builder itself
 */
public abstract class TransportBuilder<B extends TransportBuilder<B>> {
    private static final Logger log = LoggerFactory.getLogger(TransportBuilder.class);
    private static final Duration POLL_PATIENCE = Duration.ofSeconds(20);

    private final Endpoint endpoint;
    private final Map<String, WebSocketOptions> webSocketByMount = new HashMap<>();
    private final Set<String> withoutWebSocket = new HashSet<>();
    private final Map<String, Map<String, HttpHandler>> handlers = new LinkedHashMap<>();
    private final Map<String, SocketOptions> socketByMount = new HashMap<>();
    private final Map<String, LongPollOptions> longPollByMount = new HashMap<>();
    private @Nullable LongPollOptions longPoll;
    private SocketOptions socket = SocketOptions.defaults();
    private WebSocketOptions webSocket = WebSocketOptions.defaults();
    // Half, since handlers and the kernel want the others; and the fewer loops a broadcast crosses, the more of it
    // leaves in one call.
    private int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private TrustedProxies trustedProxies = TrustedProxies.none();
    private ServerLimits limits = ServerLimits.defaults();
    private @Nullable String healthPath = "/health";
    private Duration answerTimeout = Duration.ofMinutes(1);

    /** Starts the description of what carries an endpoint. */
    protected TransportBuilder(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Returns this builder. */
    protected abstract B self();

    /** Sets who is let in to all sockets that have no options of their own; default {@link SocketOptions#defaults}. */
    public final B socket(SocketOptions options) {
        this.socket = options;
        return self();
    }

    /**
     * Sets who is let in to the socket at one path.
     *
     * @throws IllegalArgumentException if the endpoint has no socket there
     */
    public final B socket(String mountPath, SocketOptions options) {
        socketByMount.put(mounted(mountPath), options);
        return self();
    }

    private String mounted(String mountPath) {
        if (endpoint.backstage().mount(mountPath).isEmpty()) {
            throw new IllegalArgumentException("mountPath: " + mountPath + " (expected: one of "
                    + endpoint.backstage().mounts().stream()
                            .map(SocketMount::path)
                            .toList() + ")");
        }
        return mountPath;
    }

    /** Sets how all sockets are served that have no options of their own; default {@link WebSocketOptions#defaults}. */
    public final B webSocket(WebSocketOptions options) {
        this.webSocket = options;
        return self();
    }

    /**
     * Sets how the socket at one path is served.
     *
     * @throws IllegalArgumentException if the endpoint has no socket there
     */
    public final B webSocket(String mountPath, WebSocketOptions options) {
        webSocketByMount.put(mounted(mountPath), options);
        return self();
    }

    /**
     * Has the socket at one path not served over WebSocket: who asks for one there gets 404. Its
     * clients come by something else.
     *
     * @throws IllegalArgumentException if the endpoint has no socket there
     */
    public final B withoutWebSocket(String mountPath) {
        withoutWebSocket.add(mounted(mountPath));
        return self();
    }

    /**
     * Serves all sockets over long polling too, but for those that have options of their own for that; default none. Clients come by
     * it when they cannot have a WebSocket, as phoenix.js does with its option {@code longPollFallbackMs}. What starts refuses {@link
     * LongPollOptions.Builder#allowCredentials} for a socket whose pages may be anybody's.
     */
    public final B longPoll(LongPollOptions options) {
        this.longPoll = options;
        return self();
    }

    /**
     * Serves the socket at one path over long polling too.
     *
     * @throws IllegalArgumentException if the endpoint has no socket there
     */
    public final B longPoll(String mountPath, LongPollOptions options) {
        longPollByMount.put(mounted(mountPath), options);
        return self();
    }

    /**
     * Has an application's own handler answer the requests for a path, whatever their method, but for methods that have a
     * handler of their own there.
     *
     * @param path a segment such as {@code :id} takes any text, which becomes the parameter {@code id}
     * @throws IllegalArgumentException if the path does not start with a slash, has a parameter without a proper name, or has
     *     such a handler already
     */
    public final B handler(String path, HttpHandler handler) {
        return add(HandlerRoute.ANY, path, handler);
    }

    /**
     * Has an application's own handler answer the requests for a path with one method. The one for {@code GET} answers {@code
     * HEAD} too, where the body is not sent. Who asks with another method gets 405, and who asks with {@code OPTIONS} which there
     * are, unless there is a handler for that.
     *
     * @param method such as {@code POST}
     * @param path as in {@link #handler(String, HttpHandler)}
     * @throws IllegalArgumentException if the method is not in upper case, the path does not start with a slash, has a parameter
     *     without a proper name, or has a handler for that method already
     */
    public final B handler(String method, String path, HttpHandler handler) {
        return add(HeaderFields.checkedMethod(method), path, handler);
    }

    private B add(String method, String path, HttpHandler handler) {
        String normal = PathPattern.of(absolute("path", path)).toString();
        if (handlers.computeIfAbsent(normal, n -> new HashMap<>()).putIfAbsent(method, handler) != null) {
            throw new IllegalArgumentException("handler: " + (method.equals(HandlerRoute.ANY) ? "" : method + " ")
                    + path + " (expected: one handler for each method of a path)");
        }
        return self();
    }

    /**
     * Sets where the health of the server can be asked for; default {@code /health}, and nowhere on the port of an application, which has its own. It answers 200 with {@code
     * {"status":"ok"}}, and 503 with {@code {"status":"draining"}} once the server is about to stop.
     *
     * @throws IllegalArgumentException if the path does not start with a slash
     */
    public final B health(String path) {
        this.healthPath = absolute("path", path);
        return self();
    }

    /**
     * Sets the number of event loops, each of which is a thread; default half the number of processors, at least 1.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public final B eventLoops(int number) {
        this.eventLoops = positive("eventLoops", number);
        return self();
    }

    /** Sets what clients may take up; default {@link ServerLimits#defaults}. */
    public final B limits(ServerLimits limits) {
        this.limits = limits;
        return self();
    }

    /** Sets which proxies are believed about their clients; default nobody. */
    public final B trustedProxies(TrustedProxies proxies) {
        this.trustedProxies = proxies;
        return self();
    }

    /**
     * Sets how long a {@link #handler} may take for its answer, waiting for a thread included, before the client gets 503
     * instead; default 1 min.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public final B answerTimeout(Duration timeout) {
        this.answerTimeout = positive("answerTimeout", timeout);
        return self();
    }

    /** Has no health to be asked for unless {@link #health} says where: for what is on a port with others. */
    protected final void withoutHealth() {
        this.healthPath = null;
    }

    /** Starts what a server holds beside its sockets, by what was said; who asks closes it. */
    protected final Serving serving() {
        return new Serving(endpoint, limits, eventLoops, answerTimeout);
    }

    /**
     * What makes WebSockets of the requests for one socket.
     *
     * @param <E> the requests of which it can
     */
    @FunctionalInterface
    protected interface Upgrades<E extends Exchange> {
        /** Says how it is done by these options. */
        WebSocketRoute.Upgrade<E> of(WebSocketOptions options, WebSocketTerms terms);
    }

    /**
     * Says who answers which path, for whatever serves it.
     *
     * @param serving what it holds
     * @throws IllegalArgumentException if two things are to be served at one path, or two options contradict each other
     */
    protected final <E extends Exchange> Routes<E> routes(Serving serving, Upgrades<E> upgrades) {
        Routes<E> routes = new Routes<>();
        endpoint.backstage().mounts().stream()
                .filter(mount -> !withoutWebSocket.contains(mount.path()))
                .forEach(mount -> addWebSocket(routes, mount, serving, upgrades));
        endpoint.backstage().mounts().forEach(mount -> addLongPoll(routes, mount, serving));
        if (healthPath != null) {
            routes.add(healthPath, Routes.health(serving::draining));
        }
        handlers.forEach((path, byMethod) -> addHandlers(routes, PathPattern.of(path), byMethod, serving));
        return routes;
    }

    private <E extends Exchange> void addHandlers(
            Routes<E> routes, PathPattern path, Map<String, HttpHandler> byMethod, Serving serving) {
        int maxBodyBytes = limits.maxBodyBytes();
        int most = Math.max(ServerLimits.defaults().maxBodyBytes(), limits.maxPendingBytes() / eventLoops);
        if (maxBodyBytes > most) {
            throw new IllegalArgumentException("maxBodyBytes: " + maxBodyBytes + " (expected: at most " + most
                    + ", which is maxPendingBytes / eventLoops)");
        }
        routes.add(
                path,
                new HandlerRoute(
                        path,
                        byMethod,
                        maxBodyBytes,
                        exchange -> ClientSide.of(exchange, trustedProxies).peer(),
                        endpoint.backstage().clientLog(),
                        serving.handlers()));
    }

    private <E extends Exchange> void addWebSocket(
            Routes<E> routes, SocketMount mount, Serving serving, Upgrades<E> upgrades) {
        WebSocketOptions options = webSocketByMount.getOrDefault(mount.path(), webSocket);
        PathPattern path = PathPattern.of(mount.path() + options.path());
        Backstage backstage = endpoint.backstage();
        Consumer<Limit> limited = limit -> backstage.limited(mount.path(), "websocket", limit);
        WebSocketTerms terms = WebSocketTerms.of(options, mount.limits(), limited);
        Admission admission = admission("websocket", mount, path, serving, RefusalForm.HTTP);
        routes.add(path, new WebSocketRoute<>(admission, options, upgrades.of(options, terms)));
    }

    private Admission admission(
            String transport, SocketMount mount, PathPattern path, Serving serving, RefusalForm form) {
        SocketOptions options = socketByMount.getOrDefault(mount.path(), socket);
        return new Admission(
                transport, mount, path, options, trustedProxies, serving.seats(), endpoint.backstage(), form);
    }

    private <E extends Exchange> void addLongPoll(Routes<E> routes, SocketMount mount, Serving serving) {
        LongPollOptions options = longPollByMount.getOrDefault(mount.path(), longPoll);
        if (options == null) {
            return;
        }
        if (options.allowsCredentials()
                && socketByMount
                        .getOrDefault(mount.path(), socket)
                        .checkOrigin()
                        .allowsAny()) {
            throw new IllegalArgumentException("allowCredentials with OriginPolicy.any() at " + mount.path()
                    + " (expected: a policy that names whose pages may act for their users)");
        }
        if (options.window().compareTo(POLL_PATIENCE) >= 0) {
            log.warn(
                    "long polling at {}: window {} (expected: less than {}, after which phoenix.js gives a poll up)",
                    mount.path(),
                    options.window(),
                    POLL_PATIENCE);
        }
        PathPattern path = PathPattern.of(mount.path() + options.path());
        Admission admission = admission("longpoll", mount, path, serving, LongPollRoute.refusalForm());
        routes.add(
                path,
                new LongPollRoute(
                        admission,
                        options,
                        serving.sessions(),
                        serving.forwarding(),
                        mount.limits(),
                        endpoint.backstage()));
    }

    /** Checks a path. */
    protected static String absolute(String name, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(name + ": " + path + " (expected: a path that starts with '/')");
        }
        return path;
    }

    private static int positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
        }
        return value;
    }

    /** Checks a span of time. */
    protected static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
        }
        return value;
    }
}
