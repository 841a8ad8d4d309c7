package dev.simurgh.transport;

import dev.simurgh.transport.admit.Subprotocols;
import dev.simurgh.transport.http.PathPattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the clients of a socket are served over WebSocket. Immutable; {@link #defaults} are safe against slow, silent and
 * broken clients. How much a client may send and have waiting is in the {@link dev.simurgh.channel.Limits} of its socket.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455</a>
 */
public final class WebSocketOptions {
    private static final WebSocketOptions DEFAULTS = builder().build();

    private final String path;
    private final Duration idleTimeout;
    private final Duration closeTimeout;
    private final Optional<Duration> pingInterval;
    private final boolean compress;
    private final boolean contextTakeover;
    private final int maxFragments;
    private final int maxInflationRatio;
    private final Duration slowTimeout;
    private final List<String> subprotocols;
    private final Builder source;

    private WebSocketOptions(Builder builder) {
        this.path = builder.path;
        this.idleTimeout = builder.idleTimeout;
        this.closeTimeout = builder.closeTimeout;
        this.pingInterval = Optional.of(builder.pingInterval).filter(interval -> !interval.isZero());
        this.compress = builder.compress;
        this.contextTakeover = builder.contextTakeover;
        this.maxFragments = builder.maxFragments;
        this.maxInflationRatio = builder.maxInflationRatio;
        this.slowTimeout = builder.slowTimeout;
        this.subprotocols = builder.subprotocols;
        this.source = builder.copy();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these options. */
    public Builder toBuilder() {
        return source.copy();
    }

    /** Returns the options that a server uses if it is told nothing else. */
    public static WebSocketOptions defaults() {
        return DEFAULTS;
    }

    /** Returns the path behind the socket's own. */
    public String path() {
        return path;
    }

    /** Returns how long a client may be silent. */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** Returns how long a client may take to answer a close frame. */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /** Returns after which silence a client is pinged; empty if never. */
    public Optional<Duration> pingInterval() {
        return pingInterval;
    }

    /** Returns whether permessage-deflate is agreed to. */
    public boolean compress() {
        return compress;
    }

    /** Returns whether a compressed message may refer to the ones before it. */
    public boolean contextTakeover() {
        return contextTakeover;
    }

    /** Returns how many frames a message may come in. */
    public int maxFragments() {
        return maxFragments;
    }

    /** Returns how many times its size a compressed message may inflate to. */
    public int maxInflationRatio() {
        return maxInflationRatio;
    }

    /** Returns for how long a client may take nothing of what waits for it. */
    public Duration slowTimeout() {
        return slowTimeout;
    }

    /** Returns the sub-protocols that are spoken, best first; empty if offers are not looked at. */
    public List<String> subprotocols() {
        return subprotocols;
    }

    /** Collects the options; each method says what holds without it. */
    public static final class Builder implements Cloneable {
        private String path = "/websocket";
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private Duration pingInterval = Duration.ZERO;
        private boolean compress;
        private boolean contextTakeover = true;
        private int maxFragments = 1024;
        private int maxInflationRatio = 25;
        private Duration slowTimeout = Duration.ofSeconds(10);
        private List<String> subprotocols = List.of();

        private Builder() {}

        private Builder copy() {
            try {
                return (Builder)
                        clone(); // so that a new option cannot be forgotten here; what the fields hold is immutable
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        /**
         * Sets the path behind the socket's own; default {@code /websocket}, which phoenix.js adds by itself. A segment
         * such as {@code :tag} takes any text, which becomes the parameter {@code tag} of the connect, before one of that
         * name in the query. The path of the socket itself may have such segments too.
         *
         * @throws IllegalArgumentException if it does not start with a slash, or has a parameter without a proper name
         */
        public Builder path(String path) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("path: " + path + " (expected: a path that starts with '/')");
            }
            PathPattern.of(path);
            this.path = path;
            return this;
        }

        /**
         * Sets how long a client may be silent, without so much as a ping, before it is closed with 1001; default 60 s.
         * phoenix.js sends a heartbeat every 30 s. Precise to 200 ms, never early. It also bounds for how long a client
         * may go unread because its channels do not keep up: it is closed with 1013 then. {@code ChronoUnit.FOREVER}'s
         * duration is no limit, here and at the other timeouts.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder idleTimeout(Duration timeout) {
            this.idleTimeout = positive("idleTimeout", timeout);
            return this;
        }

        /**
         * Sets how long a client may take to answer a close frame before its connection is cut; default 5 s.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = positive("closeTimeout", timeout);
            return this;
        }

        /**
         * Has the server ping a client that has been silent for so long; default none. If another interval passes
         * without a pong or anything else, the client counts as dead and is closed with 1001. So a peer that vanished
         * is noticed within two intervals, where {@link #idleTimeout} would take longer. Browsers answer pings by
         * themselves. Costs nothing while a client talks. Precise to 400 ms. While something waits for the client, it is
         * judged by {@link #slowTimeout} instead.
         *
         * @throws IllegalArgumentException if it is not positive, or more than a year
         */
        public Builder pingInterval(Duration interval) {
            if (interval.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException(
                        "pingInterval: " + interval + " (expected: at most a year; none is the default)");
            }
            this.pingInterval = positive("pingInterval", interval);
            return this;
        }

        /**
         * Agrees to permessage-deflate with clients that offer it; default is not to. It costs some
         * 300 KB of native memory for each such connection, and CPU for each message; see {@link #noContextTakeover}.
         * Clients that do not offer it are served as without.
         *
         * @see <a href="https://www.rfc-editor.org/rfc/rfc7692">RFC 7692</a>
         */
        public Builder compress() {
            this.compress = true;
            return this;
        }

        /**
         * Has compressed messages not refer to the ones before them; default is that they do, if the client agrees.
         * Small messages shrink less then, but connections need no memory for compression, and a broadcast is
         * compressed once for all clients of an event loop.
         */
        public Builder noContextTakeover() {
            this.contextTakeover = false;
            return this;
        }

        /**
         * Sets over how many frames a message is refused with 1008; default 1024, which is 1 KiB in each for a message of
         * 1 MiB. Browsers send nearly all messages in one.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxFragments(int frames) {
            this.maxFragments = positive("maxFragments", frames);
            return this;
        }

        /**
         * Sets over how many times its own size a compressed message that inflates to more than 64 KiB is refused with
         * 1009; default 25. The same ratio holds for all messages of one read together, if they come to more than {@link
         * dev.simurgh.channel.Limits#maxMessageBytes}. JSON seldom has more than 10, but messages that repeat earlier ones have. No limit with
         * {@code Integer.MAX_VALUE}; then one read of 64 KiB can become 60 MiB.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxInflationRatio(int ratio) {
            this.maxInflationRatio = positive("maxInflationRatio", ratio);
            return this;
        }

        /**
         * Sets for how long a client may take nothing of what waits for it, before it counts as too slow and is closed
         * with 1013; default 10 s. One that takes a little now and then is only far away. Precise to 200 ms, never early.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder slowTimeout(Duration timeout) {
            this.slowTimeout = positive("slowTimeout", timeout);
            return this;
        }

        /**
         * Sets the sub-protocols that are spoken, best first; default none, and then what clients offer counts for
         * nothing. A client that offers others only is refused with 403; one that offers none is let in.
         *
         * @throws IllegalArgumentException if one is no token, or named twice
         * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-11.3.4">RFC 6455, section 11.3.4</a>
         */
        public Builder subprotocols(String... names) {
            this.subprotocols = Subprotocols.checked(names);
            return this;
        }

        /**
         * Makes the options.
         *
         * @throws IllegalArgumentException if the ping interval is not less than the idle timeout
         */
        public WebSocketOptions build() {
            if (pingInterval.compareTo(idleTimeout) >= 0) {
                throw new IllegalArgumentException(
                        "pingInterval: " + pingInterval + " (expected: less than idleTimeout, " + idleTimeout + ")");
            }
            return new WebSocketOptions(this);
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
            }
            return value;
        }

        private static int positive(String name, int value) {
            if (value <= 0) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
            }
            return value;
        }
    }
}
