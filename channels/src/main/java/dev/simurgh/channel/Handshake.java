package dev.simurgh.channel;

import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Serializer;
import java.util.Optional;

/** How a connect went, for the transport that asked. */
public sealed interface Handshake {
    /** The client is accepted: the transport opens the connection once it can carry frames. */
    final class Accepted implements Handshake {
        private final SocketMount mount;
        private final Serializer serializer;
        private final Assigns assigns;
        private final Optional<String> id;

        Accepted(SocketMount mount, Serializer serializer, Assigns assigns, Optional<String> id) {
            this.mount = mount;
            this.serializer = serializer;
            this.assigns = assigns;
            this.id = id;
        }

        /** What {@code connect} found out. */
        public Assigns assigns() {
            return assigns;
        }

        /** The name of the connection, if its socket gives one. */
        public Optional<String> id() {
            return id;
        }

        /** Opens the connection. Called once at most, on the transport's event loop. */
        public Connection open(Transport transport) {
            Endpoint endpoint = mount.endpoint();
            Line line = new Line(endpoint.environment(), mount.path(), serializer, transport, id);
            Connection connection = new Connection(line, mount.spec(), assigns, endpoint.connections());
            endpoint.connections().opened(connection);
            connection.opened();
            return connection;
        }
    }

    /**
     * The client is refused.
     *
     * @param reason why, for an error handler
     */
    record Refused(Optional<Object> reason) implements Handshake {}

    /**
     * {@code connect} threw; it has been logged.
     *
     * @param cause what it threw
     */
    record Crashed(Throwable cause) implements Handshake {}
}
