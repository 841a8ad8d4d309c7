package dev.simurgh.transport.admit;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;

/** A client that may come in: the application has accepted it, and it has a seat. On its event loop. */
public final class Admitted {
    private final Handshake.Accepted accepted;
    private final Seats.Seat seat;
    private boolean opened;

    /** Makes one. */
    public Admitted(Handshake.Accepted accepted, Seats.Seat seat) {
        this.accepted = accepted;
        this.seat = seat;
    }

    /**
     * Opens its connection. From then on the transport gives the seat back, when nothing is left of the connection.
     *
     * @throws RuntimeException if it cannot be opened
     * @see Handshake.Accepted#open
     */
    public Connection open(Transport transport) {
        Connection connection = accepted.open(transport);
        opened = true;
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
