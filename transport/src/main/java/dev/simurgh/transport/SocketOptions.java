package dev.simurgh.transport;

import java.util.function.Function;

/** Which clients a socket lets in, whatever carries them. Immutable. */
public final class SocketOptions {
    private static final SocketOptions DEFAULTS = builder().build();

    private final OriginPolicy checkOrigin;
    private final boolean takeAuthToken;
    private final Function<Object, HttpHandler.Response> refusal;

    private SocketOptions(Builder builder) {
        this.checkOrigin = builder.checkOrigin;
        this.takeAuthToken = builder.takeAuthToken;
        this.refusal = builder.refusal;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these options. */
    public Builder toBuilder() {
        Builder copy = builder().checkOrigin(checkOrigin).refusal(refusal);
        copy.takeAuthToken = takeAuthToken;
        return copy;
    }

    /** Returns the options that a server uses if it is told nothing else. */
    public static SocketOptions defaults() {
        return DEFAULTS;
    }

    /** Returns whose web pages may connect. */
    public OriginPolicy checkOrigin() {
        return checkOrigin;
    }

    /** Returns whether an auth token is taken. */
    public boolean takesAuthToken() {
        return takeAuthToken;
    }

    /** Returns what makes the answer to a client that is refused with a reason. */
    public Function<Object, HttpHandler.Response> refusal() {
        return refusal;
    }

    /** Collects the options; each method says what holds without it. */
    public static final class Builder {
        private OriginPolicy checkOrigin = OriginPolicy.sameHost();
        private boolean takeAuthToken;
        private Function<Object, HttpHandler.Response> refusal =
                reason -> HttpHandler.Response.text("").withStatus(403);

        private Builder() {}

        /** Sets whose web pages may connect; default {@link OriginPolicy#sameHost}. */
        public Builder checkOrigin(OriginPolicy policy) {
            this.checkOrigin = policy;
            return this;
        }

        /**
         * Takes an auth token from where phoenix.js puts its {@code authToken} option, which is among the
         * sub-protocols of a WebSocket; default is that none is taken. {@code connect} finds it in {@code request.info().authToken()}, and has to
         * check it. Unlike a parameter it does not end up in the access logs of proxies. The sub-protocol {@code phoenix} is
         * then spoken too.
         */
        public Builder takeAuthToken() {
            this.takeAuthToken = true;
            return this;
        }

        /**
         * Sets what a client gets that {@code connect} refuses with a reason: a function from the reason to the answer,
         * called on an event loop, so that it must not block. Default is 403 without a body; so is always a refusal
         * without a reason.
         */
        public Builder refusal(Function<Object, HttpHandler.Response> answer) {
            this.refusal = answer;
            return this;
        }

        /** Makes the options. */
        public SocketOptions build() {
            return new SocketOptions(this);
        }
    }
}
