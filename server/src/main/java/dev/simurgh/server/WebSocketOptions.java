package dev.simurgh.server;

import java.time.Duration;

/**
 * How the clients of a socket are served over WebSocket. Immutable; {@link #defaults} are safe against slow, silent and
 * broken clients.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455</a>
 */
public final class WebSocketOptions {
    private static final WebSocketOptions DEFAULTS = builder().build();

    private final String path;
    private final int idleTicks;
    private final int closeTicks;
    private final int maxFrameBytes;
    private final int maxQueueBytes;
    private final OriginPolicy checkOrigin;

    private WebSocketOptions(Builder builder) {
        this.path = builder.path;
        this.idleTicks = IdleWheel.ticks(builder.idleTimeout);
        this.closeTicks = IdleWheel.ticks(builder.closeTimeout);
        this.maxFrameBytes = builder.maxFrameBytes;
        this.maxQueueBytes = builder.maxQueueBytes;
        this.checkOrigin = builder.checkOrigin;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the options that a server uses if it is told nothing else. */
    public static WebSocketOptions defaults() {
        return DEFAULTS;
    }

    String path() {
        return path;
    }

    int idleTicks() {
        return idleTicks;
    }

    int closeTicks() {
        return closeTicks;
    }

    int maxFrameBytes() {
        return maxFrameBytes;
    }

    int maxQueueBytes() {
        return maxQueueBytes;
    }

    OriginPolicy checkOrigin() {
        return checkOrigin;
    }

    /** Collects the options; each method says what holds without it. */
    public static final class Builder {
        private String path = "/websocket";
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private int maxFrameBytes = 1 << 20;
        private int maxQueueBytes = 1 << 20;
        private OriginPolicy checkOrigin = OriginPolicy.sameHost();

        private Builder() {}

        /**
         * Sets the path behind the socket's own; default {@code /websocket}, which phoenix.js adds by itself.
         *
         * @throws IllegalArgumentException if it does not start with a slash
         */
        public Builder path(String path) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("path: " + path + " (expected: a path that starts with '/')");
            }
            this.path = path;
            return this;
        }

        /**
         * Sets how long a client may be silent, without so much as a ping, before it is closed with 1001; default 60 s.
         * phoenix.js sends a heartbeat every 30 s. Precise to 200 ms, never early.
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
         * Sets the size, in bytes of payload, over which a frame, or a message in several frames, is refused with 1009;
         * default 1 MiB. A frame is refused by its header, before its payload has come.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxFrameBytes(int bytes) {
            this.maxFrameBytes = positive("maxFrameBytes", bytes);
            return this;
        }

        /**
         * Sets how many bytes may wait for one client, beyond what the kernel buffers, before it counts as too slow: it
         * is closed with 1013, and what waits for it is discarded; default 1 MiB. Each write that waits counts about
         * 100 bytes more than its frames. A single frame above the limit goes out if nothing else is waiting.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxQueueBytes(int bytes) {
            this.maxQueueBytes = positive("maxQueueBytes", bytes);
            return this;
        }

        /** Sets whose web pages may connect; default {@link OriginPolicy#sameHost}. */
        public Builder checkOrigin(OriginPolicy policy) {
            this.checkOrigin = policy;
            return this;
        }

        /** Makes the options. */
        public WebSocketOptions build() {
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
