package dev.simurgh.transport;

import dev.simurgh.token.Tokens;
import dev.simurgh.transport.http.Routes;
import java.time.Duration;

/** How a socket is served over long polling. Immutable. */
public final class LongPollOptions {
    private final Tokens tokens;
    private final String path;
    private final Duration window;
    private final Duration lookupTimeout;
    private final Duration tokenMaxAge;
    private final boolean allowCredentials;

    private LongPollOptions(Builder builder) {
        this.tokens = builder.tokens;
        this.path = builder.path;
        this.window = builder.window;
        this.lookupTimeout = builder.lookupTimeout;
        this.tokenMaxAge = builder.tokenMaxAge;
        this.allowCredentials = builder.allowCredentials;
    }

    /** The defaults, with what signs the tokens of sessions. */
    public static LongPollOptions of(Tokens tokens) {
        return builder(tokens).build();
    }

    /**
     * Starts from the defaults.
     *
     * @param tokens signs the tokens by which clients are known to their sessions; on all nodes by the same secret
     */
    public static Builder builder(Tokens tokens) {
        return new Builder(tokens);
    }

    /** Returns what signs the tokens of sessions. */
    public Tokens tokens() {
        return tokens;
    }

    /** Returns what is appended to the socket's path. */
    public String path() {
        return path;
    }

    /** Returns how long a poll waits for something to tell. */
    public Duration window() {
        return window;
    }

    /** Returns how long a request waits for the node that has its session. */
    public Duration lookupTimeout() {
        return lookupTimeout;
    }

    /** Returns how long a session's token is good. */
    public Duration tokenMaxAge() {
        return tokenMaxAge;
    }

    /** Returns whether pages of other origins may send their users' cookies. */
    public boolean allowsCredentials() {
        return allowCredentials;
    }

    /** Collects the options; each method says what holds without it. */
    public static final class Builder {
        private final Tokens tokens;
        private String path = "/longpoll";
        private Duration window = Duration.ofSeconds(10);
        private Duration lookupTimeout = Duration.ofSeconds(2);
        private Duration tokenMaxAge = Duration.ofDays(14);
        private boolean allowCredentials;

        private Builder(Tokens tokens) {
            this.tokens = tokens;
        }

        /**
         * Sets what is appended to the socket's path; default {@code /longpoll}, which phoenix.js asks for.
         *
         * @throws IllegalArgumentException if it does not start with a slash, or is one
         */
        public Builder path(String suffix) {
            if (!suffix.startsWith("/") || Routes.normalize(suffix).isEmpty()) {
                throw new IllegalArgumentException("path: " + suffix + " (expected: such as /longpoll)");
            }
            this.path = suffix;
            return this;
        }

        /**
         * Sets how long a poll waits for something to tell, and a message for its session to take it; default 10 s. A session
         * ends when it has not been polled for half as long again. phoenix.js gives a poll up after 20 s, and many proxies after a minute.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder window(Duration longest) {
            this.window = positive("window", longest);
            return this;
        }

        /**
         * Sets how long a request waits for the node that has its session, if that is another one; default 2 s. It is then answered
         * as if the session were gone.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder lookupTimeout(Duration timeout) {
            this.lookupTimeout = positive("lookupTimeout", timeout);
            return this;
        }

        /**
         * Sets how long a session's token is good, and with it the session; default 14 days.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder tokenMaxAge(Duration age) {
            this.tokenMaxAge = positive("tokenMaxAge", age);
            return this;
        }

        /**
         * Lets pages of other origins send their users' cookies, as with {@code fetch} and {@code credentials: "include"}: the
         * answers name the origin, where they have a {@code *} otherwise. Default is that browsers do not allow it. Needs an
         * {@link OriginPolicy} that names whose pages those are.
         */
        public Builder allowCredentials() {
            this.allowCredentials = true;
            return this;
        }

        /** Makes the options. */
        public LongPollOptions build() {
            return new LongPollOptions(this);
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
            }
            return value;
        }
    }
}
