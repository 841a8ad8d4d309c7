package dev.simurgh.channel.spi;

import dev.simurgh.channel.Assigns;
import java.util.Optional;

/** How a connect went, for the transport that asked. */
public sealed interface Handshake {
    /** The client is accepted: the transport opens the connection once it can carry frames, or abandons it. */
    non-sealed interface Accepted extends Handshake {
        /** What {@code connect} found out. */
        Assigns assigns();

        /** The name of the connection, if its socket gives one. */
        Optional<String> id();

        /**
         * Opens the connection. Called once at most, on the transport's event loop.
         *
         * @throws RuntimeException if it cannot be opened, because the event loop has ended; it counts as abandoned then
         */
        Connection open(Transport transport);

        /** Tells that the connection will not be opened: the client has gone, or asked for something that cannot be. */
        void abandon();
    }

    /**
     * The client is refused.
     *
     * @param reason why, for an error handler
     */
    record Refused(Optional<Object> reason) implements Handshake {}

    /**
     * {@code connect} threw, or could not be called; it has been logged.
     *
     * @param cause what it threw
     */
    record Crashed(Throwable cause) implements Handshake {}
}
