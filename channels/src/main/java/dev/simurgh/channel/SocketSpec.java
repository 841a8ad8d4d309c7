package dev.simurgh.channel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Declares a socket, which is a kind of connection: who may connect, and which channel answers for which topic. What a channel is handed for each join
 * is a {@link Socket}. Immutable.
 */
public final class SocketSpec {
    private final @Nullable Connect connect;
    private final @Nullable CookieSession<?> session;
    private final @Nullable Function<ConnectRequest, Assigns> info;
    private final @Nullable Function<ConnectRequest, Assigns> assigns;
    private final Function<Assigns, Optional<String>> id;
    private final List<Route> routes;
    private final boolean nonBlocking;
    private final Limits limits;
    private final @Nullable Level logLevel;

    private SocketSpec(Builder builder) {
        this.connect = builder.connect;
        this.session = builder.session;
        this.info = builder.info;
        this.assigns = builder.assigns;
        this.id = builder.id;
        this.routes = List.copyOf(builder.routes);
        this.nonBlocking = builder.nonBlocking;
        this.limits = builder.limits;
        this.logLevel = builder.logLevel;
    }

    /** Starts a socket that lets everybody connect and has no channels yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts another socket from this one, such as to add channels behind its own. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.connect = connect;
        builder.session = session;
        builder.info = info;
        builder.assigns = assigns;
        builder.id = id;
        builder.routes.addAll(routes);
        builder.nonBlocking = nonBlocking;
        builder.limits = limits;
        builder.logLevel = logLevel;
        return builder;
    }

    /** The topic patterns, in the order in which they are tried. */
    public List<String> patterns() {
        return routes.stream().map(Route::pattern).toList();
    }

    /** The channels by their topic patterns, in the order in which these are tried. */
    public Map<String, ChannelSpec<?>> channels() {
        Map<String, ChannelSpec<?>> channels = new LinkedHashMap<>();
        routes.forEach(route -> channels.put(route.pattern(), route.spec()));
        return Collections.unmodifiableMap(channels);
    }

    /** The pattern that a topic is routed by: the first that matches. */
    public Optional<String> patternOf(String topic) {
        return Optional.ofNullable(route(topic)).map(Route::pattern);
    }

    /** What one client may ask for. */
    public Limits limits() {
        return limits;
    }

    @Nullable
    Route route(String topic) {
        for (Route route : routes) {
            if (route.matches(topic)) {
                return route;
            }
        }
        return null;
    }

    @Nullable
    Connect connect() {
        return connect;
    }

    /** The request with what the application adds to it. */
    ConnectRequest complete(ConnectRequest request) throws Exception {
        ConnectRequest known = session == null ? request : request.with(session.find(request));
        return info == null ? known : known.with(info.apply(known));
    }

    /** What is known of a client that is let in. */
    Assigns assigns(ConnectRequest request, Assigns found) {
        return assigns == null ? found : assigns.apply(request).with(found);
    }

    Optional<String> id(Assigns assigns) {
        return id.apply(assigns);
    }

    boolean isNonBlocking() {
        return nonBlocking;
    }

    @Nullable
    Level logLevel() {
        return logLevel;
    }

    /** Decides who may connect. */
    @FunctionalInterface
    public interface Connect {
        /**
         * Accepts or refuses a client. Runs on the endpoint's scheduler, where blocking is allowed, unless the socket is
         * {@link Builder#nonBlocking}. Throwing refuses the client too, over WebSocket with HTTP status 500.
         */
        ConnectResult connect(ConnectRequest request) throws Exception;
    }

    /** Collects the parts of a socket. */
    public static final class Builder {
        private @Nullable Connect connect;
        private @Nullable CookieSession<?> session;
        private @Nullable Function<ConnectRequest, Assigns> info;
        private @Nullable Function<ConnectRequest, Assigns> assigns;
        private Function<Assigns, Optional<String>> id = assigns -> Optional.empty();
        private final List<Route> routes = new ArrayList<>();
        private boolean nonBlocking;
        private Limits limits = Limits.defaults();
        private @Nullable Level logLevel = Level.INFO;

        private Builder() {}

        /** Declares who may connect; default everybody. */
        public Builder connect(Connect code) {
            connect = code;
            return this;
        }

        /** Declares how {@code connect} gets a web framework's session; default not at all. */
        public Builder session(CookieSession<?> cookieSession) {
            session = cookieSession;
            return this;
        }

        /**
         * Declares values of the application's own, which {@code connect} finds in {@link ConnectInfo#value}; default none. The function
         * is called before {@code connect} and where that runs, behind the {@link #session}; throwing is the same as there.
         * Of several all are called, and the values of later ones go over those of earlier ones.
         */
        public Builder info(Function<ConnectRequest, Assigns> values) {
            Function<ConnectRequest, Assigns> before = info;
            info = before == null
                    ? Objects.requireNonNull(values, "values")
                    : request -> before.apply(request).with(values.apply(request));
            return this;
        }

        /**
         * Declares assigns of those whom {@code connect} lets in, beside what that gives them; default none. For what stands around an application, such as a framework
         * that knows who its requests are of. The function is called behind {@code connect} and where that runs; throwing is the same as there. Of several all are
         * called, and values of later ones go over those of earlier ones, and those of {@code connect} over all.
         */
        public Builder assigns(Function<ConnectRequest, Assigns> values) {
            Function<ConnectRequest, Assigns> before = assigns;
            assigns = before == null
                    ? Objects.requireNonNull(values, "values")
                    : request -> before.apply(request).with(values.apply(request));
            return this;
        }

        /**
         * Declares how a connection is named, from what {@code connect} found out; default not at all. The name is a topic:
         * {@link Endpoint#disconnect} ends all connections of a name, on all nodes.
         */
        public Builder id(Function<Assigns, String> name) {
            id = assigns -> Optional.of(Objects.requireNonNull(
                    name.apply(assigns), "id returned null (expected: a name, or optionalId instead of id)"));
            return this;
        }

        /** As {@link #id}, where some connections have no name. */
        public Builder optionalId(Function<Assigns, Optional<String>> name) {
            id = name;
            return this;
        }

        /**
         * Routes a topic, or all topics that start with what stands before a final {@code *}, to a channel, which finds what stands behind
         * that in {@link Socket#topicRest}. The first route that matches wins, so the more special pattern comes first.
         *
         * @throws IllegalArgumentException if the pattern is empty, has a {@code *} elsewhere or braces, or if an earlier one takes all of
         *     its topics
         */
        public Builder channel(String pattern, ChannelSpec<?> spec) {
            return channel(pattern, spec, Assigns.EMPTY);
        }

        /** As {@link #channel(String, ChannelSpec)}, with assigns that are merged over the socket's at each join. */
        public Builder channel(String pattern, ChannelSpec<?> spec, Assigns assigns) {
            Route route = Route.of(pattern, spec, assigns);
            for (Route earlier : routes) {
                if (earlier.pattern().equals(pattern)) {
                    throw new IllegalArgumentException(
                            "pattern: " + pattern + " twice (expected: one channel for each)");
                }
                if (earlier.shadows(route)) {
                    throw new IllegalArgumentException("pattern: " + pattern + " behind " + earlier.pattern()
                            + ", which takes all of its topics (expected: before it)");
                }
            }
            routes.add(route);
            return this;
        }

        /** Runs {@code connect} on the connection's event loop, where it must not block. */
        public Builder nonBlocking() {
            nonBlocking = true;
            return this;
        }

        /** Bounds what one client may ask for; default {@link Limits#defaults}. */
        public Builder limits(Limits ofEachClient) {
            limits = Objects.requireNonNull(ofEachClient, "limits");
            return this;
        }

        /** Logs connects at this level; default info. */
        public Builder logConnect(Level level) {
            logLevel = Objects.requireNonNull(level, "level");
            return this;
        }

        /** Logs no connects. */
        public Builder quiet() {
            logLevel = null;
            return this;
        }

        /** Makes the spec. */
        public SocketSpec build() {
            return new SocketSpec(this);
        }
    }
}
