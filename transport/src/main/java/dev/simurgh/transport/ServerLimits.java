package dev.simurgh.transport;

import java.time.Duration;

/**
 * What the clients of a server may take up, all together and each address, before it knows them and after. Immutable; {@link
 * #defaults} are safe against strangers. What a client of one socket may do stands in {@code Limits}, on its {@code SocketSpec}.
 *
 * <p>Who is over a limit of connections or handshakes is refused before the connection becomes a WebSocket, or gets a long-poll
 * session, and before the application is asked: with 503 if the server is full, with 429 if it is the client that is too many or
 * too fast. Both have {@code Retry-After} and a text that says which limit it was. 403 has neither: that client may not come in.
 */
public final class ServerLimits {
    private static final ServerLimits DEFAULTS = builder().build();

    private final int maxConnections;
    private final int maxConnectionsPerAddress;
    private final int handshakesPerSecond;
    private final Duration handshakeTimeout;
    private final int maxPendingConnections;
    private final int maxPendingBytes;
    private final long maxQueuedBytes;
    private final int maxLongPollSessions;
    private final long maxLongPollBytes;
    private final int maxRequestLineBytes;
    private final int maxHeaderBytes;
    private final int maxBodyBytes;
    private final Builder source;

    private ServerLimits(Builder builder) {
        this.maxConnections = builder.maxConnections;
        this.maxConnectionsPerAddress = builder.perAddress();
        this.handshakesPerSecond = builder.handshakesPerSecond;
        this.handshakeTimeout = builder.handshakeTimeout;
        this.maxPendingConnections = builder.maxPendingConnections;
        this.maxPendingBytes = builder.maxPendingBytes;
        this.maxQueuedBytes = builder.maxQueuedBytes;
        this.maxLongPollSessions =
                builder.maxLongPollSessions == 0 ? builder.maxConnections : builder.maxLongPollSessions;
        this.maxLongPollBytes = builder.maxLongPollBytes;
        this.maxRequestLineBytes = builder.maxRequestLineBytes;
        this.maxHeaderBytes = builder.maxHeaderBytes;
        this.maxBodyBytes = builder.maxBodyBytes;
        this.source = builder.copy();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these limits. */
    public Builder toBuilder() {
        return source.copy();
    }

    /** Returns the limits of a server that is told nothing else. */
    public static ServerLimits defaults() {
        return DEFAULTS;
    }

    /** Returns how many WebSockets and long-poll sessions there may be, together. */
    public int maxConnections() {
        return maxConnections;
    }

    /** Returns how many of them may be of one address. */
    public int maxConnectionsPerAddress() {
        return maxConnectionsPerAddress;
    }

    /** Returns how many clients may ask to connect in a second; {@code Integer.MAX_VALUE} if any number. */
    public int handshakesPerSecond() {
        return handshakesPerSecond;
    }

    /** Returns how long a client may take for its request, and the application to accept it. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** Returns how many connections there may be that are not admitted. */
    public int maxPendingConnections() {
        return maxPendingConnections;
    }

    /** Returns how many bytes are kept of requests that are not answered. */
    public int maxPendingBytes() {
        return maxPendingBytes;
    }

    /** Returns how much direct memory may be in use before clients for which something waits have to go. */
    public long maxQueuedBytes() {
        return maxQueuedBytes;
    }

    /** Returns how many long-poll sessions there may be. */
    public int maxLongPollSessions() {
        return maxLongPollSessions;
    }

    /** Returns how many bytes all long-poll sessions may hold together. */
    public long maxLongPollBytes() {
        return maxLongPollBytes;
    }

    /** Returns how long the first line of a request may be. */
    public int maxRequestLineBytes() {
        return maxRequestLineBytes;
    }

    /** Returns how long the headers of a request may be, all together. */
    public int maxHeaderBytes() {
        return maxHeaderBytes;
    }

    /** Returns how long the body of a request to a handler may be. */
    public int maxBodyBytes() {
        return maxBodyBytes;
    }

    /** Collects the limits; each method says what holds without it. {@code Integer.MAX_VALUE} and {@code Long.MAX_VALUE} are no limit. */
    public static final class Builder implements Cloneable {
        private static final int LEAST_PER_ADDRESS = 1000;

        private int maxConnections = 100_000;
        private int maxConnectionsPerAddress; // 0: by maxConnections
        private int handshakesPerSecond = Integer.MAX_VALUE;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private int maxPendingConnections = 10_000;
        private int maxPendingBytes = 16 << 20;
        private long maxQueuedBytes = Runtime.getRuntime().maxMemory() / 4;
        private int maxLongPollSessions; // 0: as maxConnections
        private long maxLongPollBytes = Runtime.getRuntime().maxMemory() / 8;
        private int maxRequestLineBytes = 8 << 10;
        private int maxHeaderBytes = 16 << 10;
        private int maxBodyBytes = 64 << 10;

        private Builder() {}

        private Builder copy() {
            try {
                return (Builder) clone(); // so that a new limit cannot be forgotten here
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        /**
         * Sets how many WebSockets and long-poll sessions there may be, together; default 100,000. One more is refused with 503,
         * {@code Retry-After} and the text {@code too many connections}, before the application is asked. Connections that only
         * ask for a file or a handler do not count, see {@link #maxPendingConnections}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxConnections(int number) {
            this.maxConnections = positive("maxConnections", number);
            return this;
        }

        /**
         * Sets how many of them may be of one address; default a tenth of {@link #maxConnections}, or 1000 if that is more. One more is
         * refused with 429, {@code Retry-After} and the text {@code too many connections from your address}, before the
         * application is asked. The network {@code /64} of an IPv6 address counts as one, since whoever has one has all of it.
         *
         * <p>It is the client's address that counts: behind a proxy that is what the proxy says, if it is one of {@link
         * TransportBuilder#trustedProxies} or {@code ServerBuilder.proxyProtocol}. All clients of one that is not share its address.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxConnectionsPerAddress(int number) {
            this.maxConnectionsPerAddress = positive("maxConnectionsPerAddress", number);
            return this;
        }

        /**
         * Sets how many clients may ask to connect in a second, WebSockets and long-poll sessions together; default any
         * number. As many may come at once after a second without any. One more is refused with 429, {@code Retry-After} and
         * the text {@code too many handshakes}, before the application is asked. Who is refused for another reason before does
         * not count, such as for its origin, its version or {@link #maxConnections}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder handshakesPerSecond(int number) {
            this.handshakesPerSecond = positive("handshakesPerSecond", number);
            return this;
        }

        /**
         * Sets how long a connection may take to become a WebSocket or ask for something else, and the application to
         * accept it, before it is cut; default 10 s. It is also how long an HTTP connection is kept open for the next
         * request. {@code ChronoUnit.FOREVER}'s duration is no limit.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder handshakeTimeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("handshakeTimeout: " + timeout + " (expected: more than zero)");
            }
            this.handshakeTimeout = timeout;
            return this;
        }

        /**
         * Limits the connections that are not admitted: those in the handshake of TLS, those that have sent no whole request or
         * half of one, and those whose request is being answered; default 10,000, which the event loops share evenly. One more
         * takes the place of the one that for longest has sent nothing whole, not taken its answer, or not hung up, if that is
         * two seconds or more, and is turned away otherwise: with 503, or without an answer during the handshake of TLS. With
         * TLS each takes some 60 KB.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxPendingConnections(int number) {
            this.maxPendingConnections = positive("maxPendingConnections", number);
            return this;
        }

        /**
         * Limits the bytes that are kept of requests that have not come to their end, and of the bodies that handlers work on, all
         * together; default 16 MiB, which the event loops share evenly, but so that the longest body that is taken anywhere has room in each. Over it
         * the oldest of those that have not come to their end is answered with 503 and closed.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxPendingBytes(int bytes) {
            this.maxPendingBytes = positive("maxPendingBytes", bytes);
            return this;
        }

        /**
         * Sets how much direct memory may be in use, in all of this process, before clients for which something waits have to
         * go; default a quarter of the largest heap. Those go first that have taken nothing for longest. They are closed with
         * 1013, or cut where what waits cannot be taken back, as with TLS. {@code Limits.maxQueueBytes} of the socket is for a
         * single client.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxQueuedBytes(long bytes) {
            this.maxQueuedBytes = positive("maxQueuedBytes", bytes);
            return this;
        }

        /**
         * Sets how many long-poll sessions there may be, which count as connections too; default as {@link #maxConnections}.
         * One more is refused with 503, {@code Retry-After} and the text {@code too many long-poll sessions}, before the
         * application is asked.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxLongPollSessions(int number) {
            this.maxLongPollSessions = positive("maxLongPollSessions", number);
            return this;
        }

        /**
         * Sets how many bytes all long-poll sessions may hold together, for their clients and of them; default an eighth of the
         * largest heap. {@code Limits.maxQueueBytes} of the socket is for a single session.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxLongPollBytes(long bytes) {
            this.maxLongPollBytes = positive("maxLongPollBytes", bytes);
            return this;
        }

        /**
         * Limits the first line of a request, which is method and URL; default 8 KiB. A longer one is answered with 414.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxRequestLineBytes(int bytes) {
            this.maxRequestLineBytes = positive("maxRequestLineBytes", bytes);
            return this;
        }

        /**
         * Limits the headers of a request, all together; default 16 KiB. More are answered with 431, and so are more than 128
         * of them.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxHeaderBytes(int bytes) {
            this.maxHeaderBytes = positive("maxHeaderBytes", bytes);
            return this;
        }

        /**
         * Limits the body of a request that a {@link TransportBuilder#handler(String, HttpHandler) handler} gets; default 64 KiB. A
         * longer one is answered with 413, before it is sent where its length is announced. It counts as pending for as long as
         * the request is not answered, see {@link #maxPendingBytes}. A client has {@link #handshakeTimeout} for each 64 KiB, then
         * it is answered with 408.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxBodyBytes(int bytes) {
            this.maxBodyBytes = positive("maxBodyBytes", bytes);
            return this;
        }

        private int perAddress() {
            return maxConnectionsPerAddress == 0
                    ? Math.min(maxConnections, Math.max(LEAST_PER_ADDRESS, maxConnections / 10))
                    : maxConnectionsPerAddress;
        }

        /**
         * Makes the limits.
         *
         * @throws IllegalArgumentException if one of a part is more than that of the whole
         */
        public ServerLimits build() {
            notMore("maxConnectionsPerAddress", maxConnectionsPerAddress);
            notMore("maxLongPollSessions", maxLongPollSessions);
            return new ServerLimits(this);
        }

        private void notMore(String name, int part) {
            if (part > maxConnections) {
                throw new IllegalArgumentException(
                        name + ": " + part + " (expected: at most maxConnections, " + maxConnections + ")");
            }
        }

        private static int positive(String name, int value) {
            return (int) positive(name, (long) value);
        }

        private static long positive(String name, long value) {
            if (value <= 0) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
            }
            return value;
        }
    }
}
