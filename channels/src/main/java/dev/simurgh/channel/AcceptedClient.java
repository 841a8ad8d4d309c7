package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Serializer;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that {@code connect} has accepted. Its outcome is told once: when its connection is open, or will not be. */
final class AcceptedClient implements Handshake.Accepted {
    private final Mount mount;
    private final Serializer serializer;
    private final Assigns assigns;
    private final Optional<String> id;
    private final Optional<String> traceparent;
    private final @Nullable Long expiresAt;
    private final long disconnectsBefore;
    private final Consumer<ConnectOutcome> whenKnown;
    private boolean known;

    /**
     * @param expiresAt by the clock of the timers, if it does
     * @param disconnectsBefore how many there had been when {@code connect} was asked
     */
    AcceptedClient(
            Mount mount,
            Serializer serializer,
            Assigns assigns,
            Optional<String> id,
            Optional<String> traceparent,
            @Nullable Long expiresAt,
            long disconnectsBefore,
            Consumer<ConnectOutcome> whenKnown) {
        this.mount = mount;
        this.serializer = serializer;
        this.assigns = assigns;
        this.id = id;
        this.traceparent = traceparent;
        this.expiresAt = expiresAt;
        this.disconnectsBefore = disconnectsBefore;
        this.whenKnown = whenKnown;
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
        Line line = new Line(endpoint.environment(), mount.path(), mount.limits(), serializer, on, id, traceparent);
        ClientConnection connection = mount.connection(line, assigns);
        endpoint.connections().opened(connection);
        try {
            if (expiresAt != null) {
                connection.expireAt(expiresAt);
            }
            connection.opened();
            closeIfOver(connection);
        } catch (Throwable thrown) {
            connection.lastForGood();
            endpoint.connections().over(connection);
            throw thrown;
        }
        return connection;
    }

    /** What has happened since {@code connect} was asked, and nobody could tell the connection. */
    private void closeIfOver(ClientConnection connection) {
        Endpoint endpoint = mount.endpoint();
        if (expiresAt != null && expiresAt - endpoint.timers().nanoTime() <= 0) {
            connection.closeOnceOpen(CloseCode.UNAUTHORIZED, "expired", StopReason.EXPIRED);
        } else if (id.isPresent() && endpoint.disconnects().isAmongThoseSince(disconnectsBefore, id.get())) {
            connection.closeOnceOpen(CloseCode.GOING_AWAY, "", StopReason.DISCONNECTED);
        }
    }

    @Override
    public void abandon() {
        report(ConnectOutcome.NOT_OPENED);
    }

    private void report(ConnectOutcome outcome) {
        if (!known) {
            known = true;
            whenKnown.accept(outcome);
        }
    }
}
