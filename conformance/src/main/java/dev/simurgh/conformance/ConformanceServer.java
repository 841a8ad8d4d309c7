package dev.simurgh.conformance;

import dev.simurgh.asyncapi.EndpointProtocol;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.cluster.jgroups.ClusterStartException;
import dev.simurgh.dashboard.Dashboard;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.server.ServerStartException;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.SocketOptions;
import dev.simurgh.transport.TransportBuilder;
import dev.simurgh.transport.WebSocketOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The server that the recorded transcripts expect: its sockets, its channels, and the paths by which a test's driver reaches it. */
public final class ConformanceServer {
    /** The secret that the recorded tokens were signed with. */
    static final String SECRET_KEY_BASE =
            "phoenix-peer-fixed-secret-key-base-for-interop-test-vectors-0123456789abcdef";

    /** Sockets that differ from {@code /socket} in their transport only. */
    private static final List<String> LIKE_SOCKET = List.of(
            "/socket",
            "/strict_socket",
            "/wildorigin_socket",
            "/host_socket",
            "/conn_socket",
            "/short_socket",
            "/fastpoll_socket",
            "/deflate_socket",
            "/subproto_socket",
            "/custompath_socket");

    private static final String LONG_POLL_ONLY = "/fastpoll_socket";
    private static final Set<String> WEBSOCKET_ONLY =
            Set.of("/short_socket", "/smallframe_socket", "/deflate_socket", "/subproto_socket");

    private final Scrapes scrapes = new Scrapes();
    private final KeptData kept;
    private final Presences presences = new Presences();
    private final Dashboard dashboard;
    private final Endpoint endpoint;
    private final Carrier carrier;
    private String document = "";

    private ConformanceServer(ConformanceOptions options) {
        Tokens tokens = Tokens.of(SECRET_KEY_BASE);
        kept = KeptData.open(options.data());
        dashboard = Dashboard.builder(Tokens.of(secret()), options.dashboard()).build();
        endpoint = endpoint(tokens, options);
        Control control =
                new Control(endpoint, presences, tokens, () -> carrier().stats());
        carrier = options.on().start(endpoint, options, builder -> describe(builder, options, control, tokens));
    }

    private void describe(TransportBuilder<?> builder, ConformanceOptions options, Control control, Tokens tokens) {
        builder.limits(options.server())
                .health("/health")
                .handler("/broadcast", HttpHandler.of(control::broadcast))
                .handler("/disconnect", HttpHandler.of(control::disconnect))
                .handler("/token", HttpHandler.of(control::token))
                .handler("/mem", HttpHandler.of(control::memory))
                .handler("/counts", HttpHandler.of(control::counts))
                .handler("/asyncapi.json", HttpHandler.of(request -> asyncApi()))
                .handler("/metrics", HttpHandler.of(scrapes::answer))
                .handler("/presences", control::presences);
        for (SocketMount mount : endpoint.backstage().mounts()) {
            if (mount.path().startsWith(dashboard.path())) {
                continue; // which it serves itself
            }
            builder.socket(mount.path(), socket(mount.path())).webSocket(mount.path(), webSocket(mount.path()));
            if (!WEBSOCKET_ONLY.contains(mount.path())) {
                builder.longPoll(mount.path(), longPoll(mount.path(), tokens));
            }
        }
        builder.withoutWebSocket(LONG_POLL_ONLY);
        dashboard.addTo(builder);
    }

    /** What signs the tokens of the dashboard's page: unlike the recorded secret, nobody knows it. */
    private static byte[] secret() {
        byte[] secret = new byte[64];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    /**
     * Starts a server on the loopback address; port 0 picks a free one.
     *
     * @throws ServerStartException if the port cannot be had
     */
    public static ConformanceServer start(int port) {
        return start(ConformanceOptions.of(port));
    }

    /**
     * Starts a server as the command line says.
     *
     * @throws IllegalArgumentException if an option is wrong
     * @throws ServerStartException if the address cannot be had
     */
    public static ConformanceServer start(String... args) {
        return start(ConformanceOptions.parse(args));
    }

    /** The names that {@code --on} may have, that of Simurgh's own server first. */
    public static List<String> carriers() {
        return On.names();
    }

    /**
     * Starts a server.
     *
     * @throws ServerStartException if the address cannot be had
     */
    static ConformanceServer start(ConformanceOptions options) {
        return new ConformanceServer(options);
    }

    /** Made when somebody asks, and once: a test's server starts without it. */
    private synchronized HttpHandler.Response asyncApi() {
        if (document.isEmpty()) {
            document = protocol().asyncApi();
        }
        return HttpHandler.Response.json(document);
    }

    /** What its clients may say and hear. */
    EndpointProtocol protocol() {
        return EndpointProtocol.builder()
                .sockets(endpoint)
                .without(dashboard.path() + "/socket") // not for clients
                .title("Conformance server")
                .build();
    }

    private Carrier carrier() {
        return carrier;
    }

    /** The port it listens on. */
    public int port() {
        return carrier.port();
    }

    /** Sends the clients away and stops; completes when the last has gone. */
    public CompletableFuture<?> stop() {
        return carrier.stop().thenRunAsync(endpoint::close).thenRun(kept::close).thenRun(scrapes::close);
    }

    private Endpoint endpoint(Tokens tokens, ConformanceOptions options) {
        Limits limits = options.client();
        KeptTopics topics = kept.topics();
        SocketSpec user = UserSocket.spec(limits, topics, presences);
        Endpoint.Builder builder = Endpoint.builder()
                .codec(PhoenixJson.codec())
                .part(scrapes.meters())
                .part(topics)
                .socket("/auth_socket", AuthSocket.spec(tokens, limits))
                .socket("/refuse_socket", RefuseSocket.spec(limits, topics, presences))
                .socket("/refuse_custom_socket", RefuseSocket.spec(limits, topics, presences))
                .socket("/token_socket", TokenSocket.spec(limits))
                .socket("/info_socket", InfoSocket.spec(limits))
                .socket(
                        "/smallframe_socket",
                        UserSocket.spec(limits.toBuilder().maxMessageBytes(1024).build(), topics, presences));
        LIKE_SOCKET.forEach(path -> builder.socket(path, user));
        presences.addTo(builder);
        dashboard.addTo(builder);
        options.node().ifPresent(node -> builder.cluster(node.cluster()));
        return builder.build();
    }

    private static WebSocketOptions webSocket(String path) {
        WebSocketOptions.Builder options = WebSocketOptions.builder().closeTimeout(Duration.ofSeconds(1));
        switch (path) {
            case "/short_socket" -> options.idleTimeout(Duration.ofSeconds(1));
            case "/subproto_socket" -> options.subprotocols("alpha", "beta");
            case "/custompath_socket" -> options.path("/ws/:tag");
            case "/deflate_socket" -> options.compress();
            default -> {}
        }
        return options.build();
    }

    private static LongPollOptions longPoll(String path, Tokens tokens) {
        LongPollOptions.Builder options = LongPollOptions.builder(tokens);
        switch (path) {
            case LONG_POLL_ONLY -> options.window(Duration.ofMillis(500)).lookupTimeout(Duration.ofMillis(500));
            case "/custompath_socket" -> options.path("/lp");
            default -> {}
        }
        return options.build();
    }

    private static SocketOptions socket(String path) {
        SocketOptions.Builder options = SocketOptions.builder().checkOrigin(OriginPolicy.any());
        switch (path) {
            case "/strict_socket" -> options.checkOrigin(OriginPolicy.of("//example.com"));
            case "/wildorigin_socket" -> options.checkOrigin(OriginPolicy.of("https://*.example.com:8443"));
            case "/host_socket" -> options.checkOrigin(OriginPolicy.host("localhost"));
            case "/conn_socket" ->
                options.checkOrigin(OriginPolicy.custom((origin, host) -> origin.equals("http://" + host)));
            case "/token_socket" -> options.takeAuthToken();
            case "/refuse_custom_socket" ->
                options.refusal(
                        reason -> HttpHandler.Response.text("Too many requests").withStatus(429));
            default -> {}
        }
        return options.build();
    }

    /** Runs a server until SIGTERM. */
    public static void main(String[] args) {
        ConformanceOptions options;
        try {
            options = ConformanceOptions.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(ConformanceOptions.USAGE + System.lineSeparator() + e.getMessage());
            System.exit(2);
            return;
        }
        try {
            ConformanceServer server = start(options);
            server.carrier.stopOnShutdown(server.kept::close);
            System.out.println("listening on " + server.carrier.uri());
            server.carrier.await();
        } catch (ServerStartException | ClusterStartException | StoreException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
