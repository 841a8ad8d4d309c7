package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Serializer;
import java.util.Optional;

/** How a connect went, for the transport that asked. */
public sealed interface Handshake {
    /** The client is accepted: the transport opens the connection once it can carry frames, or abandons it. */
    final class Accepted implements Handshake {
        private final SocketMount mount;
        private final String transport;
        private final Serializer serializer;
        private final Assigns assigns;
        private final Optional<String> id;
        private final long nanos;
        private boolean answered;

        Accepted(
                SocketMount mount,
                String transport,
                Serializer serializer,
                Assigns assigns,
                Optional<String> id,
                long nanos) {
            this.mount = mount;
            this.transport = transport;
            this.serializer = serializer;
            this.assigns = assigns;
            this.id = id;
            this.nanos = nanos;
        }

        /** What {@code connect} found out. */
        public Assigns assigns() {
            return assigns;
        }

        /** The name of the connection, if its socket gives one. */
        public Optional<String> id() {
            return id;
        }

        /**
         * Opens the connection. Called once at most, on the transport's event loop.
         *
         * @throws RuntimeException if it cannot be opened, because the event loop has ended; it counts as abandoned then
         */
        public Connection open(Transport transport) {
            try {
                Connection connection = opened(transport);
                report(ConnectOutcome.OK);
                return connection;
            } catch (Throwable thrown) {
                abandon();
                throw thrown;
            }
        }

        private Connection opened(Transport on) {
            Endpoint endpoint = mount.endpoint();
            Line line = new Line(endpoint.environment(), mount.path(), serializer, on, id);
            Connection connection = new Connection(line, mount.spec(), assigns, endpoint.connections());
            endpoint.connections().opened(connection);
            try {
                connection.opened();
            } catch (Throwable thrown) {
                endpoint.connections().over(connection);
                throw thrown;
            }
            return connection;
        }

        /** Tells that the connection will not be opened: the client has gone, or asked for something that cannot be. */
        public void abandon() {
            report(ConnectOutcome.NOT_OPENED);
        }

        private void report(ConnectOutcome outcome) {
            if (!answered) {
                answered = true;
                mount.endpoint().listener().connected(mount.path(), transport, outcome, nanos);
            }
        }
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
