package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Serializer;
import java.util.Optional;

/** A client that {@code connect} has accepted. Its outcome is told once: when its connection is open, or will not be. */
final class AcceptedClient implements Handshake.Accepted {
    private final Mount mount;
    private final String transport;
    private final Serializer serializer;
    private final Assigns assigns;
    private final Optional<String> id;
    private final long nanos;
    private boolean answered;

    AcceptedClient(
            Mount mount, String transport, Serializer serializer, Assigns assigns, Optional<String> id, long nanos) {
        this.mount = mount;
        this.transport = transport;
        this.serializer = serializer;
        this.assigns = assigns;
        this.id = id;
        this.nanos = nanos;
    }

    @Override
    public Assigns assigns() {
        return assigns;
    }

    @Override
    public Optional<String> id() {
        return id;
    }

    @Override
    public Connection open(Transport on) {
        try {
            Connection connection = opened(on);
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
        ClientConnection connection = new ClientConnection(line, mount.spec(), assigns, endpoint.connections());
        endpoint.connections().opened(connection);
        try {
            connection.opened();
        } catch (Throwable thrown) {
            endpoint.connections().over(connection);
            throw thrown;
        }
        return connection;
    }

    @Override
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
