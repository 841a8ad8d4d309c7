package dev.simurgh.channel.spi;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.DrainReport;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.Subscriber;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The other side of an {@link dev.simurgh.channel.Endpoint}, by {@link dev.simurgh.channel.Endpoint#backstage}: for what carries it, what is a part of it, and what tests it.
 * Applications have no business here. Only endpoints implement it. For any thread, unless said otherwise.
 */
public interface Backstage {
    // For transports.

    /** The socket mounted at exactly this path. */
    Optional<SocketMount> mount(String path);

    /** All sockets, in the order in which they were declared. */
    List<SocketMount> mounts();

    /** Where what clients can set off is logged. */
    ClientLog clientLog();

    /**
     * Counts that a limit was reached, and tells the endpoint's listener, see {@link EndpointListener#limited}.
     *
     * @param mountPath the path of the socket; empty if that is not known, or not asked for
     * @param transport the kind of transport, such as {@code websocket}; empty if that is not known
     */
    void limited(String mountPath, String transport, Limit limit);

    /** Counts a message that a transport cannot carry, and tells the endpoint's listener, see {@link EndpointListener#dropped}. */
    void dropped(EndpointListener.Drop kind);

    /**
     * Sends some of the clients away, as {@link dev.simurgh.channel.Endpoint#drain()} does with all; for a server that stops while others carry the endpoint on.
     * Those that connect through it meanwhile are sent away too. The endpoint does not count as draining.
     *
     * @param which tells whose clients go; is asked on any thread
     * @return completes when the last of them has gone and its channels have terminated, or when the time limit is over
     */
    CompletableFuture<DrainReport> drain(Predicate<Transport> which);

    /** Hears that an event loop has ended, with all its connections; those that have not told so by themselves are ended now. */
    void forget(EventLoop loop);

    // For parts.

    /**
     * Has clients that join kept topics begin where they left off, from now on.
     *
     * @throws IllegalStateException if there is a history already
     */
    void keepWith(History history);

    /** Makes what {@link dev.simurgh.channel.Endpoint#broadcast} broadcasts, with all it says and throws, for who broadcasts it otherwise. */
    Broadcast toBroadcast(String topic, String event, Object payload);

    /** Makes what {@link Socket#broadcast} broadcasts, with all it says and throws, for who broadcasts it otherwise. */
    Broadcast toBroadcast(Socket socket, String event, Object payload);

    /** Who gets the broadcasts of a channel's own topic for it, and is not to get those of {@link Socket#broadcastFrom}. */
    Subscriber subscriber(Socket socket);

    /**
     * As {@link Socket#push}, unless the client's event loop is behind, and behind all that the loop was given, as {@link
     * dev.simurgh.pubsub.PubSub#deliverInOrder} is: for what is large, or has to come.
     *
     * @return what waits for the event loop, if nothing was pushed for that: it may be offered again when the loop has caught up
     */
    Optional<Backlog> offer(Socket socket, String event, Object payload);

    /** Tells whether the broadcasts of a topic are kept. */
    boolean keeps(String topic);

    /**
     * Has a task run right behind the reply that lets a client in, on the channel's mailbox and in front of {@code afterJoin}; never if the client is
     * not let in. Called in {@code join}; when the join has finished, the task is run at once, on the calling thread. What it throws ends the channel.
     */
    void afterJoin(Socket socket, Runnable task);

    /** As {@link Socket#atEnd}, for who has to know why the channel has ended; {@link StopReason.Kind#NORMAL} if its client was never let in, whatever the reason. */
    void atEnd(Socket socket, Consumer<StopReason> task);

    // For those who watch.

    /**
     * Adds what something around the endpoint, such as a server, tells of itself in numbers. Those of the endpoint, its cluster and its parts are there
     * by themselves.
     *
     * @return takes them away again; harmless when repeated
     */
    Runnable addMetrics(List<Metric> metrics);

    /** All metrics that there are now. */
    List<Metric> metrics();

    /**
     * Tells of all metrics: before this returns, of those that are there; then of those that come and go.
     *
     * @return tells no more
     */
    Runnable listen(MetricListener listener);

    /** What the parts know of a topic on this node, see {@link Part#about}; those before come first. */
    Map<String, String> about(String topic);

    /**
     * Goes through the open connections, on the calling thread and in no order, and copies nothing. What opens or ends meanwhile may be among them, or
     * not.
     */
    void eachConnection(Consumer<ConnectionView> look);

    /** The event loops on which there are connections, or have been, in the order in which they came; those that have ended are left out. */
    List<LoopView> loops();

    /**
     * Looks at what clients of this node push to the channels of a topic, and what these push and reply.
     *
     * @return looks no more
     */
    Runnable tap(String topic, FrameListener listener);

    /** An encoded payload as it may stand in a log: at most 200 characters, without what {@link dev.simurgh.channel.Endpoint.Builder#filterParameters} names. */
    String shown(Payload payload);

    // For test kits.

    /** Makes a socket of the endpoint that no path of it leads to. */
    SocketMount mount(String path, SocketSpec spec);

    /**
     * Lets a client in without asking the socket's {@code connect} or {@code id}.
     *
     * @param mount one of this endpoint's
     */
    Handshake.Accepted accept(SocketMount mount, Serializer serializer, Assigns assigns, Optional<String> id);

    /**
     * Looks at the channel object of a joined topic, and at its socket, on the channel's mailbox: behind all that waits there, and while
     * no callback runs. Called on the connection's event loop. If the channel has ended by then, nothing happens.
     *
     * @param connection one of this endpoint's
     * @return whether the topic is joined, or about to be
     */
    boolean inspect(Connection connection, String topic, BiConsumer<Object, Socket> look);

    /**
     * Closes an endpoint whose event loops are the caller's: what does not end while they are run is not waited for.
     *
     * @param settle runs what can run
     */
    void close(Runnable settle);
}
