package dev.simurgh.channel;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** What {@code connect} returns: the client is accepted with what is known of it, or refused. */
public sealed interface ConnectResult {
    /** Accepts the client. */
    static ConnectResult ok() {
        return ok(Assigns.EMPTY);
    }

    /** Accepts the client with what is known of it. */
    static ConnectResult ok(Assigns assigns) {
        return new Accepted(assigns, Optional.empty());
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
     * The same for so long, from now on: as long as the token is good that the client has shown. Its connection is closed with {@link
     * dev.simurgh.protocol.CloseCode#UNAUTHORIZED} then, unless {@link Socket#renew} has given it more time; its channels hear an {@link ExpiryWarning} before. A
     * client with no time left is refused. Default, and with {@code ChronoUnit.FOREVER}'s duration: for good. Time goes on as {@link
     * System#nanoTime} does, whatever becomes of the clock on the wall. A refusal stays one.
     */
    ConnectResult expiresIn(Duration time);

    /**
     * The client is accepted.
     *
     * @param assigns what its channels will know of it
     * @param lifetime how long its connection may last; for good if empty
     */
    record Accepted(Assigns assigns, Optional<Duration> lifetime) implements ConnectResult {
        @Override
        public ConnectResult expiresIn(Duration time) {
            return new Accepted(assigns, Optional.of(Objects.requireNonNull(time, "time")));
        }
    }

    /**
     * The client is refused.
     *
     * @param reason why, for the log and the error handler; not shown to the client
     */
    record Refused(Optional<Object> reason) implements ConnectResult {
        @Override
        public ConnectResult expiresIn(Duration time) {
            return this;
        }
    }
}
