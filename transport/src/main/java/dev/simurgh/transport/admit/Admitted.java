package dev.simurgh.transport.admit;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.CloseCode;
import java.util.function.BooleanSupplier;

/** A client that may come in: the application has accepted it, and it has a seat. On its event loop. */
public final class Admitted {
    private final Handshake.Accepted accepted;
    private final Seats.Seat seat;
    private final BooleanSupplier draining;
    private boolean opened;

    /**
     * Makes one.
     *
     * @param draining tells whether clients are sent away: between its admission and its opening that may have begun
     */
    public Admitted(Handshake.Accepted accepted, Seats.Seat seat, BooleanSupplier draining) {
        this.accepted = accepted;
        this.seat = seat;
        this.draining = draining;
    }

    /**
     * Opens its connection, and sends it away as soon as it is open, if clients are. From then on the transport gives the seat back, when nothing is left of
     * the connection.
     *
     * @throws RuntimeException if it cannot be opened
     * @see Handshake.Accepted#open
     */
    public Connection open(Transport transport) {
        Connection connection = accepted.open(transport);
        opened = true;
        if (draining.getAsBoolean()) { // which may have gone through all who were there before this one was
            transport.eventLoop().tryExecute(() -> transport.close(CloseCode.SERVICE_RESTART, ""));
        }
        return connection;
    }

    /** Its seat. */
    public Seats.Seat seat() {
        return seat;
    }

    /** Tells that it does not come in, after all; does nothing once its connection is open. */
    public void abandon() {
        accepted.abandon();
        if (!opened) {
            seat.leave();
        }
    }
}
