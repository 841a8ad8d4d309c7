package dev.simurgh.channel.spi;

import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.EventLoop;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A socket at its path of an endpoint: where transports take their clients. Found through {@link Backstage}; for any thread. */
public interface SocketMount {
    /** The path that the socket is mounted at, such as {@code /socket}. */
    String path();

    /** What is mounted. */
    SocketSpec spec();

    /**
     * Says that a transport is about to bring clients to it, so that their number is told from now on, and not only from the first one on.
     *
     * @param transport as {@link Transport#name} of its connections
     */
    void carriedBy(String transport);

    /** What one client of the socket may ask for; the sizes of what comes in and of what waits to go out are its transport's to hold. */
    Limits limits();

    /**
     * Finds the serializer for a client.
     *
     * @param vsn the client's {@code vsn} parameter; none means {@value Serializers#DEFAULT_VERSION}
     * @return nothing if no serializer of that version is there; the client is then refused
     */
    Optional<Serializer> negotiate(Optional<String> vsn);

    /**
     * Asks the application whether a client may connect.
     *
     * @param loop the connection's event loop
     * @param waits tells, for any thread, whether the client is still there; if it has gone when its turn comes, nobody is asked
     * @param whenDone gets the answer, on that loop; not at all if the loop has ended meanwhile
     */
    void connect(
            ConnectRequest request,
            Serializer serializer,
            EventLoop loop,
            BooleanSupplier waits,
            Consumer<Handshake> whenDone);

    /**
     * Tells the endpoint's listener of a client that the transport refused by itself, before {@code connect} was asked.
     *
     * @param transport the kind of transport, such as {@code websocket}
     */
    void refused(String transport, ConnectOutcome outcome);
}
