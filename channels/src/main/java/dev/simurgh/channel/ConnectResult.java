package dev.simurgh.channel;

import java.util.Optional;

/** What {@code connect} returns: the client is accepted with what is known of it, or refused. */
public sealed interface ConnectResult {
    /** Accepts the client. */
    static ConnectResult ok() {
        return new Accepted(Assigns.EMPTY);
    }

    /** Accepts the client with what is known of it. */
    static ConnectResult ok(Assigns assigns) {
        return new Accepted(assigns);
    }

    /** Refuses the client; over WebSocket with HTTP status 403. */
    static ConnectResult refuse() {
        return new Refused(Optional.empty());
    }

    /** Refuses the client for a reason that is logged, and handed to the transport's error handler where there is one. */
    static ConnectResult refuse(Object reason) {
        return new Refused(Optional.of(reason));
    }

    /**
     * The client is accepted.
     *
     * @param assigns what its channels will know of it
     */
    record Accepted(Assigns assigns) implements ConnectResult {}

    /**
     * The client is refused.
     *
     * @param reason why, for the log and the error handler; not shown to the client
     */
    record Refused(Optional<Object> reason) implements ConnectResult {}
}
