package dev.simurgh.server;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.server.admit.Admission;
import dev.simurgh.server.admit.ClientSide;
import dev.simurgh.server.admit.RefusalForm;
import dev.simurgh.server.admit.Seats;
import dev.simurgh.server.carry.FrameLoops;
import dev.simurgh.server.carry.WebSocketRoute;
import dev.simurgh.server.http.FileSource;
import dev.simurgh.server.http.HandlerRoute;
import dev.simurgh.server.http.PathPattern;
import dev.simurgh.server.http.Routes;
import dev.simurgh.server.http.StaticFiles;
import dev.simurgh.server.listen.Tls;
import dev.simurgh.server.listen.Workers;
import dev.simurgh.server.poll.Forwarding;
import dev.simurgh.server.poll.LongPollRoute;
import dev.simurgh.server.poll.LongPollSessions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes a {@link Server}, and starts it. Each method says what holds without it. */
public final class ServerBuilder {

    private static final Logger log = LoggerFactory.getLogger(ServerBuilder.class);
    private static final Duration POLL_PATIENCE = Duration.ofSeconds(20);

    private final Endpoint endpoint;
    private final Map<String, WebSocketOptions> webSocketByMount = new HashMap<>();
    private final Set<String> withoutWebSocket = new HashSet<>();
    private final Map<String, Map<String, HttpHandler>> handlers = new LinkedHashMap<>();
    private final Map<String, FileSource> files = new LinkedHashMap<>();
    private final Map<String, SocketOptions> socketByMount = new HashMap<>();
    private final Map<String, LongPollOptions> longPollByMount = new HashMap<>();
    private @Nullable LongPollOptions longPoll;
    private SocketOptions socket = SocketOptions.defaults();
    private WebSocketOptions webSocket = WebSocketOptions.defaults();
    private String host = "0.0.0.0";
    private int port = 4000;
    // Half, since handlers and the kernel want the others; and the fewer loops a broadcast crosses, the more of it
    // leaves in one call.
    private int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private IoTransport transport = IoTransport.AUTO;
    private @Nullable TlsOptions tls;
    private TrustedProxies trustedProxies = TrustedProxies.none();
    private TrustedProxies proxyProtocol = TrustedProxies.none();
    private ServerLimits limits = ServerLimits.defaults();
    private String healthPath = "/health";
    private Duration answerTimeout = Duration.ofMinutes(1);
    private Duration stopTimeout = Duration.ofSeconds(60);

    ServerBuilder(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Sets the address to listen on; default {@code 0.0.0.0}, which is all of them. {@code 127.0.0.1} keeps it to this
     * machine.
     */
    public ServerBuilder host(String address) {
        this.host = address;
        return this;
    }

    /**
     * Sets the port to listen on; default 4000. 0 takes any free one, which {@link Server#port} then tells.
     *
     * @throws IllegalArgumentException if it is no port
     */
    public ServerBuilder port(int number) {
        if (number < 0 || number > 0xFFFF) {
            throw new IllegalArgumentException("port: " + number + " (expected: 0 to 65535)");
        }
        this.port = number;
        return this;
    }

    /** Sets who is let in to all sockets that have no options of their own; default {@link SocketOptions#defaults}. */
    public ServerBuilder socket(SocketOptions options) {
        this.socket = options;
        return this;
    }

    /**
     * Sets who is let in to the socket at one path.
     *
     * @throws IllegalArgumentException if the endpoint has no socket there
     */
    public ServerBuilder socket(String mountPath, SocketOptions options) {
        socketByMount.put(mounted(mountPath), options);
        return this;
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
    public ServerBuilder webSocket(WebSocketOptions options) {
        this.webSocket = options;
        return this;
    }

    /**
     * Sets how the socket at one path is served.
     *
     * @throws IllegalArgumentException if the endpoint has no socket there
     */
    public ServerBuilder webSocket(String mountPath, WebSocketOptions options) {
        webSocketByMount.put(mounted(mountPath), options);
        return this;
    }

    /**
     * Has the socket at one path not served over WebSocket: who asks for one there gets 404. Its
     * clients come by something else.
     *
     * @throws IllegalArgumentException if the endpoint has no socket there
     */
    public ServerBuilder withoutWebSocket(String mountPath) {
        withoutWebSocket.add(mounted(mountPath));
        return this;
    }

    /**
     * Serves all sockets over long polling too, but for those that have options of their own for that; default none. Clients come by
     * it when they cannot have a WebSocket, as phoenix.js does with its option {@code longPollFallbackMs}. {@link #start} refuses {@link
     * LongPollOptions.Builder#allowCredentials} for a socket whose pages may be anybody's.
     */
    public ServerBuilder longPoll(LongPollOptions options) {
        this.longPoll = options;
        return this;
    }

    /**
     * Serves the socket at one path over long polling too.
     *
     * @throws IllegalArgumentException if the endpoint has no socket there
     */
    public ServerBuilder longPoll(String mountPath, LongPollOptions options) {
        longPollByMount.put(mounted(mountPath), options);
        return this;
    }

    /**
     * Serves files below a path, with {@code index.html} for the folder itself: those of a directory if there is one of
     * that name, else those on the class path under it; {@code classpath:web} means the class path only. Names that
     * start with a dot are not served. HTML is asked for anew each time, the rest is good for five minutes; both with
     * an entity tag.
     *
     * @throws IllegalArgumentException if there are no files
     */
    public ServerBuilder files(String urlPrefix, String classPathOrDirectory) {
        files.put(absolute("urlPrefix", urlPrefix), FileSource.of(classPathOrDirectory));
        return this;
    }

    /**
     * Has an application's own handler answer the requests for a path, whatever their method, but for methods that have a
     * handler of their own there.
     *
     * @param path a segment such as {@code :id} takes any text, which becomes the parameter {@code id}
     * @throws IllegalArgumentException if the path does not start with a slash, has a parameter without a proper name, or has
     *     such a handler already
     */
    public ServerBuilder handler(String path, HttpHandler handler) {
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
    public ServerBuilder handler(String method, String path, HttpHandler handler) {
        return add(HeaderFields.checkedMethod(method), path, handler);
    }

    private ServerBuilder add(String method, String path, HttpHandler handler) {
        String normal = PathPattern.of(absolute("path", path)).toString();
        if (handlers.computeIfAbsent(normal, n -> new HashMap<>()).putIfAbsent(method, handler) != null) {
            throw new IllegalArgumentException("handler: " + (method.equals(HandlerRoute.ANY) ? "" : method + " ")
                    + path + " (expected: one handler for each method of a path)");
        }
        return this;
    }

    /**
     * Sets where the health of the server can be asked for; default {@code /health}. It answers 200 with {@code
     * {"status":"ok"}}, and 503 with {@code {"status":"draining"}} once the server is about to stop.
     *
     * @throws IllegalArgumentException if the path does not start with a slash
     */
    public ServerBuilder health(String path) {
        this.healthPath = absolute("path", path);
        return this;
    }

    /**
     * Sets the number of event loops, each of which is a thread; default half the number of processors, at least 1.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ServerBuilder eventLoops(int number) {
        this.eventLoops = positive("eventLoops", number);
        return this;
    }

    /** Sets how to talk to the operating system; default {@link IoTransport#AUTO}. */
    public ServerBuilder transport(IoTransport kind) {
        this.transport = kind;
        return this;
    }

    /** Sets what clients may take up; default {@link ServerLimits#defaults}. */
    public ServerBuilder limits(ServerLimits limits) {
        this.limits = limits;
        return this;
    }

    /** Sets which proxies are believed about their clients; default nobody. */
    public ServerBuilder trustedProxies(TrustedProxies proxies) {
        this.trustedProxies = proxies;
        return this;
    }

    /**
     * Has the connections that come from these proxies start with a header of the PROXY protocol, version 1 or 2, which
     * tells whom they speak for; default none. The connect info then has the client's address as its peer. A connection
     * from there without the header is closed; one from elsewhere cannot use it.
     *
     * @param networks such as {@code 10.0.0.0/8}, {@code 192.168.1.7} or {@code fd00::/8}
     * @throws IllegalArgumentException if one is no network, or none is given
     */
    public ServerBuilder proxyProtocol(String... networks) {
        this.proxyProtocol = TrustedProxies.xForwarded(networks); // who; the headers are not looked at here
        return this;
    }

    /** Serves over TLS, and nothing else on this port; default without. */
    public ServerBuilder tls(TlsOptions options) {
        this.tls = options;
        return this;
    }

    /**
     * Sets how long a {@link #handler} may take for its answer, waiting for a thread included, before the client gets 503
     * instead; default 1 min.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ServerBuilder answerTimeout(Duration timeout) {
        this.answerTimeout = positive("answerTimeout", timeout);
        return this;
    }

    /**
     * Sets how long {@link Server#close} and {@link Server#stopOnShutdown} wait for the server to stop; default 60 s. Give
     * the process manager more.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ServerBuilder stopTimeout(Duration timeout) {
        this.stopTimeout = positive("stopTimeout", timeout);
        return this;
    }

    /**
     * Starts the server; it takes connections when this returns.
     *
     * @throws ServerStartException if the port is taken, the address is not of this machine, the transport is not to be
     * had, or the certificate cannot be used
     * @throws IllegalArgumentException if two things are to be served at one path, or {@code maxBodyBytes} of the limits is more than
     *     an event loop may hold of {@code maxPendingBytes}
     */
    public Server start() {
        return new Server(this);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    int eventLoops() {
        return eventLoops;
    }

    IoTransport transport() {
        return transport;
    }

    ServerLimits limits() {
        return limits;
    }

    Duration answerTimeout() {
        return answerTimeout;
    }

    Duration stopTimeout() {
        return stopTimeout;
    }

    @Nullable
    Tls tls(Executor handshakes) {
        return tls == null ? null : new Tls(tls, handshakes);
    }

    TrustedProxies proxyProtocol() {
        return proxyProtocol;
    }

    Routes routes(
            Workers workers,
            BooleanSupplier draining,
            Seats seats,
            FrameLoops frames,
            LongPollSessions sessions,
            Forwarding forwarding) {
        Routes routes = new Routes();
        endpoint.backstage().mounts().stream()
                .filter(mount -> !withoutWebSocket.contains(mount.path()))
                .forEach(mount -> addWebSocket(routes, mount, seats, frames));
        endpoint.backstage().mounts().forEach(mount -> addLongPoll(routes, mount, seats, sessions, forwarding));
        routes.add(healthPath, Routes.health(draining));
        handlers.forEach((path, byMethod) -> addHandlers(routes, PathPattern.of(path), byMethod, workers.handlers()));
        files.forEach((prefix, source) -> routes.add(new StaticFiles(prefix, source, workers.files())));
        return routes;
    }

    private void addHandlers(Routes routes, PathPattern path, Map<String, HttpHandler> byMethod, Executor executor) {
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
                        executor));
    }

    private void addWebSocket(Routes routes, SocketMount mount, Seats seats, FrameLoops frames) {
        WebSocketOptions options = webSocketByMount.getOrDefault(mount.path(), webSocket);
        PathPattern path = PathPattern.of(mount.path() + options.path());
        SocketOptions socketOptions = socketByMount.getOrDefault(mount.path(), socket);
        Backstage backstage = endpoint.backstage();
        Consumer<Limit> limited = limit -> backstage.limited(mount.path(), "websocket", limit);
        Admission admission = new Admission(
                "websocket", mount, path, socketOptions, trustedProxies, seats, backstage, RefusalForm.HTTP);
        routes.add(path, new WebSocketRoute(admission, options, mount.limits(), limited, frames));
    }

    private void addLongPoll(
            Routes routes, SocketMount mount, Seats seats, LongPollSessions sessions, Forwarding forwarding) {
        LongPollOptions options = longPollByMount.getOrDefault(mount.path(), longPoll);
        if (options == null) {
            return;
        }
        SocketOptions socketOptions = socketByMount.getOrDefault(mount.path(), socket);
        if (options.allowsCredentials() && socketOptions.checkOrigin().allowsAny()) {
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
        Admission admission = new Admission(
                "longpoll",
                mount,
                path,
                socketOptions,
                trustedProxies,
                seats,
                endpoint.backstage(),
                LongPollRoute.refusalForm());
        routes.add(
                path,
                new LongPollRoute(admission, options, sessions, forwarding, mount.limits(), endpoint.backstage()));
    }

    private static String absolute(String name, String path) {
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

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
        }
        return value;
    }
}
