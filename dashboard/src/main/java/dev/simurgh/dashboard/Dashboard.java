package dev.simurgh.dashboard;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.protocol.Payload;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.SocketOptions;
import dev.simurgh.transport.TransportBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Shows what goes on at the nodes of an endpoint, live, in a web page: connections, topics, channels, limits, event loops, and what goes over a topic. There is none unless it
 * is added to an endpoint and to the server in front of it, and it is shown to nobody whom the {@link DashboardAccess.Authorizer} does not let in.
 *
 * <pre>{@code
 * Dashboard dashboard = Dashboard.builder(tokens, DashboardAccess.basic("ops", password)).build();
 * Endpoint endpoint = dashboard.addTo(Endpoint.builder()).socket("/socket", UserSocket.spec()).build();
 * Server server = dashboard.addTo(Server.builder(endpoint)).start();
 * }</pre>
 *
 * <p>The page of one node shows all nodes of the cluster that have a dashboard, with a server or without. One dashboard belongs to one endpoint. Who has looked and what they
 * have done is written to the log {@code dev.simurgh.dashboard.audit}.
 */
public final class Dashboard implements Part {
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final String VERSION = "1";
    private static final int MAX_MESSAGE_BYTES = 64 << 10;
    private static final int MESSAGES_PER_SECOND = 50;
    /** It joins one; a connection with as many as it may have would be one to look at. */
    private static final int MAX_CHANNELS = 10;

    private final String path;
    private final PageTokens tokens;
    private final WebPage page;
    private final OriginPolicy origins;
    private final int maxViewers;
    private final boolean showsPayloads;
    private final NodeView view = new NodeView();
    private volatile @Nullable Running running;

    /** What there is once the endpoint is there. */
    private record Running(Endpoint endpoint, OwnThread thread, Nodes nodes, NodeTaps taps, Viewers viewers) {}

    private Dashboard(Builder builder) {
        this.path = builder.path;
        this.tokens = new PageTokens(builder.tokens);
        this.page = new WebPage(builder.access, tokens);
        this.origins = builder.origins;
        this.maxViewers = builder.maxViewers;
        this.showsPayloads = builder.showsPayloads;
    }

    /**
     * Starts a dashboard.
     *
     * @param tokens sign what the page shows at its socket; with the same secret on all nodes, it may be served by one and connect to another
     * @param access decides who may see it
     */
    public static Builder builder(Tokens tokens, DashboardAccess.Authorizer access) {
        return new Builder(tokens, access);
    }

    /** Adds its socket and itself, as a part, to an endpoint; enough for a node without a server, which others then show. */
    public Endpoint.Builder addTo(Endpoint.Builder endpoint) {
        return endpoint.socket(path + "/socket", socket()).part(this);
    }

    /**
     * Adds its page to what serves the endpoint, be it Simurgh's own server or one that takes its clients from a web container. Its socket is open to the
     * server's own pages only, whatever others are.
     *
     * @throws IllegalArgumentException if the endpoint does not have the dashboard, or something else is served at its path
     */
    public <B extends TransportBuilder<?>> B addTo(B server) {
        page.addTo(server, path);
        server.socket(
                path + "/socket", SocketOptions.builder().checkOrigin(origins).build());
        return server;
    }

    /** The path of the page, such as {@code /dashboard}. */
    public String path() {
        return path;
    }

    private SocketSpec socket() {
        return SocketSpec.builder()
                .connect(this::connect)
                .nonBlocking() // a node whose scheduler hangs can be looked at
                .channel(DashboardChannel.TOPIC, DashboardChannel.spec(this))
                .limits(Limits.builder()
                        .maxMessageBytes(MAX_MESSAGE_BYTES)
                        .maxChannels(MAX_CHANNELS)
                        .messagesPerSecond(MESSAGES_PER_SECOND)
                        .joinWithin(Duration.ofSeconds(10))
                        .build())
                .build();
    }

    private ConnectResult connect(ConnectRequest request) {
        return tokens.verify(request.param("token").orElse(""))
                .map(shown -> ConnectResult.ok(Assigns.of(
                        Session.KEY,
                        new Session(
                                shown,
                                request.info().peer().map(Dashboard::address).orElse("unknown"),
                                now()))))
                .orElseGet(() -> ConnectResult.refuse("no token of the dashboard's page"));
    }

    private static String address(InetSocketAddress peer) {
        return peer.isUnresolved() ? peer.getHostString() : peer.getAddress().getHostAddress();
    }

    // As a part.

    @Override
    public Optional<EndpointListener> listener() {
        return Optional.of(view.listener());
    }

    @Override
    public void start(Endpoint endpoint) {
        if (running != null) {
            throw new IllegalStateException("dashboard: of another endpoint already (expected: one for each)");
        }
        NodeTaps taps = new NodeTaps(endpoint, shown(endpoint));
        view.start(endpoint, taps::subscriptions);
        NodeAnswers answers = new NodeAnswers(view, taps);
        OwnThread thread = new OwnThread("simurgh-dashboard-viewers");
        Nodes nodes = new Nodes(
                endpoint, thread, question -> answers.answer(endpoint.node().self(), question));
        try {
            nodes.start();
        } catch (
                RuntimeException
                        e) { // the endpoint has another dashboard, and stops what it has started without this one
            thread.close();
            view.stop();
            throw e;
        }
        running = new Running(endpoint, thread, nodes, taps, new Viewers(endpoint, thread, nodes, taps, maxViewers));
    }

    private Function<Payload, Object> shown(Endpoint endpoint) {
        return showsPayloads ? endpoint.backstage()::shown : payload -> Masked.of(payload, endpoint.codec());
    }

    @Override
    public void stop() {
        Running ends = running();
        ends.viewers.stop();
        ends.nodes.stop();
        ends.taps.close();
        ends.thread.close();
        view.stop();
    }

    // For its channels.

    private Running running() {
        return Objects.requireNonNull(
                running, "dashboard: of no endpoint (expected: dashboard.addTo(Endpoint.builder()))");
    }

    PageTokens tokens() {
        return tokens;
    }

    Viewers viewers() {
        return running().viewers;
    }

    /** The endpoint's clock. */
    long now() {
        return running().endpoint.timers().nanoTime();
    }

    String node() {
        return running().nodes.self();
    }

    List<String> nodeNames() {
        return running().nodes.names();
    }

    Map<String, Object> welcome(Viewer viewer) {
        Map<String, Object> welcome = new LinkedHashMap<>();
        welcome.put("node", node());
        welcome.put("nodes", nodeNames());
        welcome.put("viewer", viewer.name());
        welcome.put("may_act", viewer.mayAct());
        welcome.put("interval_ms", Viewers.INTERVAL.toMillis());
        welcome.put("version", VERSION);
        return welcome;
    }

    /** @param fault hears why not; of nothing if the connection was cut */
    @SuppressWarnings("FutureReturnValueIgnored") // it does not fail
    void cut(String node, String id, Session session, Consumer<Optional<String>> fault) {
        running()
                .nodes
                .askOne(node, NodeAnswers.cut(id, session))
                .thenAccept(answer -> fault.accept(answer.map(NodeAnswers::isCut)
                        .map(cut -> cut ? Optional.<String>empty() : Optional.of("connection: gone already"))
                        .orElse(Optional.of("node: " + node + " does not answer"))));
    }

    /** What is open because somebody looks; nothing a few seconds after nobody does. For tests. */
    int held() {
        Running now = running();
        return now.viewers.size() + now.taps.size() + now.nodes.openQuestions();
    }

    @Override
    public String toString() {
        return "dashboard at " + path;
    }

    /** Collects what a dashboard is like. */
    public static final class Builder {
        private static final int MAX_VIEWERS = 20;
        private static final int MOST_VIEWERS = 1000;

        private final Tokens tokens;
        private final DashboardAccess.Authorizer access;
        private String path = "/dashboard";
        private OriginPolicy origins = OriginPolicy.sameHost();
        private int maxViewers = MAX_VIEWERS;
        private boolean showsPayloads;

        private Builder(Tokens tokens, DashboardAccess.Authorizer access) {
            this.tokens = Objects.requireNonNull(tokens, "tokens");
            this.access = Objects.requireNonNull(access, "access");
        }

        /**
         * Sets where the page is; default {@code /dashboard}. The socket is below it.
         *
         * @throws IllegalArgumentException if it does not start with a slash, ends with one, or has other characters than letters, digits and {@code ._~-} in between
         */
        public Builder path(String where) {
            if (!PATH.matcher(where).matches()) {
                throw new IllegalArgumentException(
                        "path: " + where + " (expected: such as /dashboard, or /admin/dashboard)");
            }
            path = where;
            return this;
        }

        /**
         * Sets whose pages may connect to its socket; default those of the host that they ask, {@link OriginPolicy#sameHost}. Behind a proxy that tells
         * another host than the browser has asked for, {@link OriginPolicy#host} is right.
         */
        public Builder checkOrigin(OriginPolicy policy) {
            origins = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets how many may look at one node at a time; default {@value #MAX_VIEWERS}.
         *
         * @throws IllegalArgumentException if it is not from 1 to {@value #MOST_VIEWERS}
         */
        public Builder maxViewers(int number) {
            if (number < 1 || number > MOST_VIEWERS) {
                throw new IllegalArgumentException("maxViewers: " + number + " (expected: 1 to " + MOST_VIEWERS + ")");
            }
            maxViewers = number;
            return this;
        }

        /**
         * Shows what is in the payloads of a tapped topic, as logs show it: cut, and without what {@link Endpoint.Builder#filterParameters} names. Default: only names of
         * members, and the kinds and lengths of values.
         */
        public Builder showPayloads() {
            showsPayloads = true;
            return this;
        }

        /** Makes the dashboard. */
        public Dashboard build() {
            return new Dashboard(this);
        }
    }
}
