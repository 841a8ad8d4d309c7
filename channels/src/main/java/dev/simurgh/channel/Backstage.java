package dev.simurgh.channel;

import dev.simurgh.protocol.Serializer;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The entrance for test kits and consoles: what applications and transports have no business with. */
public final class Backstage {
    private Backstage() {}

    /** Makes a socket of an endpoint that no path of it leads to. */
    public static SocketMount mount(Endpoint endpoint, String path, SocketSpec spec) {
        return new SocketMount(endpoint, path, spec);
    }

    /** Lets a client in without asking the socket's {@code connect} or {@code id}. */
    public static Handshake.Accepted accept(
            SocketMount mount, Serializer serializer, Assigns assigns, Optional<String> id) {
        return new Handshake.Accepted(mount, "test", serializer, assigns, id, 0);
    }

    /**
     * Closes an endpoint whose event loops are the caller's: what does not end while they are run is not waited for.
     *
     * @param settle runs what can run
     */
    public static void close(Endpoint endpoint, Runnable settle) {
        endpoint.closeAfter(drained -> settle.run());
    }

    /**
     * Looks at the channel object of a joined topic, and at its socket, on the channel's mailbox: behind all that waits there, and while
     * no callback runs. Called on the connection's event loop. If the channel has ended by then, nothing happens.
     *
     * @return whether the topic is joined, or about to be
     */
    public static boolean inspect(Connection connection, String topic, BiConsumer<Object, Socket> look) {
        return connection.inspect(topic, look);
    }
}
