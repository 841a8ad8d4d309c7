package dev.simurgh.netty;

import dev.simurgh.transport.admit.Admitted;
import io.netty.channel.ChannelHandler;
import java.util.Optional;

/**
 * A client's channel is about to become a WebSocket of ours. Who has accepted it answers with 101, with what is agreed on, and puts the handler in its
 * pipeline, in the place of all that spoke HTTP. On the channel's event loop.
 */
public final class Takeover {
    private final Optional<String> subprotocol;
    private final Optional<String> extensions;
    private final WebSocketConnection connection;
    private final Admitted client;

    Takeover(
            Optional<String> subprotocol,
            Optional<String> extensions,
            WebSocketConnection connection,
            Admitted client) {
        this.subprotocol = subprotocol;
        this.extensions = extensions;
        this.connection = connection;
        this.client = client;
    }

    /** What {@code Sec-WebSocket-Protocol} of the answer says, if it is there. */
    public Optional<String> subprotocol() {
        return subprotocol;
    }

    /** What {@code Sec-WebSocket-Extensions} of the answer says, if it is there. */
    public Optional<String> extensions() {
        return extensions;
    }

    /** What takes the bytes from now on. */
    public ChannelHandler handler() {
        return connection;
    }

    /** The handler is in the pipeline, and the answer is on its way. */
    public void open() {
        connection.open(client);
    }

    /** It comes to nothing, after all; does nothing once it is {@linkplain #open open}. */
    public void abandon() {
        client.abandon();
    }
}
