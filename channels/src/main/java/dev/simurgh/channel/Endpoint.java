package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application's real-time side: its sockets, its topics and its place in a cluster. It knows no network; a server carries it. All
 * methods may be called from any thread, and none blocks but {@link #close}.
 *
 * <p>Delivery is at most once on every path: a broadcast is sent once to each subscriber that is connected, and nothing is acknowledged
 * or kept.
 */
public final class Endpoint implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Endpoint.class);

    private final Map<String, SocketMount> mounts = new LinkedHashMap<>();
    private final PubSub pubsub;
    private final PayloadCodec codec;
    private final Timers timers;
    private final Executor scheduler;
    private final EventLoop outside;
    private final GuardedListener listener;
    private final ClientLog clientLog;
    private final ParameterFilter filter;
    private final DrainOptions drainOptions;
    private final List<AutoCloseable> owned;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder channels = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final AtomicReference<@Nullable Drain> drain = new AtomicReference<>();

    Endpoint(EndpointBuilder builder) {
        codec = builder.codec();
        pubsub = builder.pubsub(); // starts the cluster adapter, so behind what may fail
        timers = builder.timers();
        scheduler = builder.scheduler();
        outside = SerialLoop.on(scheduler);
        listener = builder.listener();
        clientLog = new ClientLog(timers);
        filter = new ParameterFilter(builder.filtered(), codec);
        drainOptions = builder.drainOptions();
        owned = builder.owned();
        builder.sockets().forEach((path, spec) -> mounts.put(path, new SocketMount(this, path, spec)));
    }

    /** Starts an endpoint. */
    public static EndpointBuilder builder() {
        return new EndpointBuilder();
    }

    /** This node, and the others of its cluster. */
    public Node node() {
        return pubsub.node();
    }

    /** Encodes and decodes payloads: for those that a channel gets as they came. */
    public PayloadCodec codec() {
        return codec;
    }

    // Broadcasts.

    /**
     * Broadcasts to all subscribers of a topic, on all nodes. The payload is a record, a map or whatever the codec encodes, bytes, or a
     * {@link Payload}; it is encoded before this returns.
     *
     * @throws IllegalArgumentException if the payload is neither a JSON object nor binary
     * @throws dev.simurgh.protocol.PayloadException if it cannot be encoded
     */
    public void broadcast(String topic, String event, Object payload) {
        pubsub.broadcast(toBroadcast(topic, event, payload));
    }

    /** As {@link #broadcast}, but not to the one who has this subscription of {@link #subscribe}. */
    public void broadcastFrom(Subscription from, String topic, String event, Object payload) {
        pubsub.broadcastFrom(from.subscriber(), toBroadcast(topic, event, payload));
    }

    /** As {@link #broadcast}, to this node's subscribers only. */
    public void localBroadcast(String topic, String event, Object payload) {
        pubsub.localBroadcast(toBroadcast(topic, event, payload));
    }

    /** As {@link #localBroadcast}, but not to the one who has this subscription of {@link #subscribe}. */
    public void localBroadcastFrom(Subscription from, String topic, String event, Object payload) {
        pubsub.localBroadcastFrom(from.subscriber(), toBroadcast(topic, event, payload));
    }

    /**
     * As {@link #broadcast}, to the subscribers of one node only.
     *
     * @return whether that node is connected
     */
    public boolean directBroadcast(String node, String topic, String event, Object payload) {
        return pubsub.directBroadcast(node, toBroadcast(topic, event, payload));
    }

    private Broadcast toBroadcast(String topic, String event, Object payload) {
        Broadcast broadcast = Broadcast.of(topic, event, Payload.of(payload).encoded(codec));
        listener.broadcast("", "", topic, event);
        return broadcast;
    }

    /**
     * Subscribes to a topic from outside of a channel. The subscriber is called on the scheduler, where it may block, one broadcast at
     * a time and in order. A broadcast made after this has returned reaches it.
     */
    public Subscription subscribe(String topic, Subscriber subscriber) {
        SerialLoop order = SerialLoop.on(scheduler);
        return pubsub.subscribe(topic, outside, broadcast -> order.execute(() -> subscriber.deliver(broadcast)));
    }

    /** Closes all connections of a name, on all nodes, with close code 1001; phoenix.js comes back and has to connect anew. */
    public void disconnect(String socketId) {
        broadcast(socketId, Protocol.DISCONNECT, Payload.EMPTY);
    }

    // What is there.

    /** How many connections there are now. */
    public int connectionCount() {
        return connections.size();
    }

    /** How many channels are joined now, or about to be, or about to have ended. */
    public long channelCount() {
        return channels.sum();
    }

    /** How many messages were dropped for a subscriber that could not take them. */
    public long droppedCount() {
        return dropped.sum();
    }

    /** Looks at all connections and topics; completes when every event loop has answered. */
    public CompletableFuture<Snapshot> snapshot() {
        List<CompletableFuture<Snapshot.ConnectionInfo>> infos = new ArrayList<>();
        for (Connection connection : connections) {
            infos.add(CompletableFuture.supplyAsync(connection::info, connection.loop()));
        }
        return CompletableFuture.allOf(infos.toArray(CompletableFuture[]::new))
                .thenCombine(
                        pubsub.topics(),
                        (done, topics) -> new Snapshot(
                                infos.stream().map(CompletableFuture::join).toList(), topics));
    }

    // For transports.

    /** The socket mounted at exactly this path. */
    public Optional<SocketMount> mount(String path) {
        return Optional.ofNullable(mounts.get(path));
    }

    /** All sockets, in the order in which they were declared. */
    public List<SocketMount> mounts() {
        return List.copyOf(mounts.values());
    }

    /** Where transports log what clients can set off. */
    public ClientLog clientLog() {
        return clientLog;
    }

    /** Tells that an event loop has ended, with all its connections. */
    public void forget(EventLoop loop) {
        pubsub.forget(loop);
    }

    /**
     * Sends all clients away with close code 1012, in paced batches; they come back, to other nodes. Repeated calls get the same answer.
     *
     * @return completes when the last connection has gone, or the time limit of the {@link DrainOptions} is over
     */
    public CompletableFuture<DrainReport> drain() {
        Drain mine = new Drain(this, drainOptions);
        Drain earlier = drain.compareAndExchange(null, mine);
        if (earlier != null) {
            return earlier.done();
        }
        log.info("draining {} connections", connections.size());
        mine.start(connections);
        return mine.done();
    }

    /** Leaves the cluster and ends the endpoint's own threads. Connections should have been drained before. */
    @Override
    public void close() {
        pubsub.close();
        clientLog.flush();
        for (AutoCloseable part : owned) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("closing {} failed", part, e);
            }
        }
    }

    // For the rest of the package.

    PubSub pubsub() {
        return pubsub;
    }

    Timers timers() {
        return timers;
    }

    Executor scheduler() {
        return scheduler;
    }

    GuardedListener listener() {
        return listener;
    }

    ParameterFilter filter() {
        return filter;
    }

    void opened(Connection connection) {
        connections.add(connection);
        Drain current = drain.get();
        if (current != null) {
            current.opened(connection);
        }
    }

    void gone(Connection connection) {
        connections.remove(connection);
        listener.disconnected(connection.mountPath(), connection.transportName(), CloseCode.BROKEN, "", 0);
        Drain current = drain.get();
        if (current != null) {
            current.connectionGone();
        }
    }

    void channelOpened() {
        channels.increment();
    }

    void channelClosed() {
        channels.decrement();
    }

    void dropped(EndpointListener.Drop kind) {
        dropped.increment();
        listener.dropped(kind);
    }
}
