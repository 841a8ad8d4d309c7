package dev.simurgh.channel;

import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.History;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.BacklogLimits;
import dev.simurgh.pubsub.BacklogListener;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application's real-time side: its sockets, its topics and its place in a cluster. It knows no network; a server carries it. All
 * methods may be called from any thread, and none blocks but {@link #close}.
 *
 * <p>Delivery is at most once on every path: a broadcast is sent once to each subscriber that is connected, and nothing is acknowledged
 * or kept, unless a part of the endpoint keeps it.
 */
public final class Endpoint implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Endpoint.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final PubSub pubsub;
    private final Inside environment;
    private final EndpointBackstage backstage;
    private final EventLoop outside;
    private final long maxSubscriberBytes;
    private final DrainOptions drainOptions;
    private final MetricSets metrics = new MetricSets();
    private final Connections connections = new Connections(kind -> metrics.add(List.of(kind)));
    private final Parts parts = new Parts(metrics);
    private final Disconnects disconnects = new Disconnects();
    private final AtomicReference<@Nullable Drain> drain = new AtomicReference<>();
    private final CompletableFuture<Void> draining = new CompletableFuture<>();
    private boolean closed;

    private Endpoint(Builder builder) {
        environment = new Inside(this, builder);
        pubsub = environment.pubsub();
        outside = serialLoop();
        maxSubscriberBytes = builder.maxSubscriberBytes;
        drainOptions = builder.drainOptions;
        backstage = new EndpointBackstage(this);
    }

    /** Starts an endpoint. */
    public static Builder builder() {
        return new Builder();
    }

    /** This node, and the others of its cluster. */
    public Node node() {
        return pubsub.node();
    }

    /** Encodes and decodes payloads: for those that a channel gets as they came. */
    public PayloadCodec codec() {
        return environment.codec();
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

    Broadcast toBroadcast(String topic, String event, Object payload) {
        Broadcast broadcast = Broadcast.of(topic, event, Payload.of(payload).encoded(environment.codec()));
        listener().broadcast("", "", topic, event);
        GuardedObserver observer = environment.observer();
        return observer == null ? broadcast : observer.traced("", "", broadcast);
    }

    /**
     * Subscribes to a topic from outside of a channel. The subscriber is called on the scheduler, where it may block, one broadcast at
     * a time and in order. A broadcast made after this has returned reaches it, unless more waits for the subscriber than {@link
     * Builder#maxSubscriberBytes}: then it is dropped and counted.
     */
    public Subscription subscribe(String topic, Subscriber subscriber) {
        Runnable whenDropped = () -> environment.dropped(EndpointListener.Drop.SUBSCRIBER_BEHIND);
        return pubsub.subscribe(
                topic,
                outside,
                new OutsideSubscriber(subscriber, serialLoop(), maxSubscriberBytes, clientLog(), whenDropped));
    }

    /** When the scheduler has no thread for it, it asks again a little later. */
    private SerialLoop serialLoop() {
        return SerialLoop.on(scheduler(), task -> timers().schedule(RETRY, task));
    }

    /**
     * Closes all connections of a name, on all nodes, with close code 1001; phoenix.js comes back and has to connect anew. Also those that are only being opened: whose
     * {@code connect} has been asked, and may have looked at what is no longer so.
     */
    public void disconnect(String socketId) {
        disconnects.add(socketId); // first: who opens meanwhile looks there when it hears what is broadcast
        broadcast(socketId, Protocol.DISCONNECT, Payload.EMPTY);
    }

    // What is there.

    /** How many connections there are now. */
    public int connectionCount() {
        return connections.count();
    }

    /** How many channels are joined now, or about to be, or about to have ended. */
    public long channelCount() {
        return environment.channels().all();
    }

    /** How many messages were dropped for a subscriber that could not take them. */
    public long droppedCount() {
        return environment.droppedCount();
    }

    /** What clients hold now. Goes through the connections, so it is for looking at now and then. */
    public EndpointCounts counts() {
        return new EndpointCounts(
                connectionCount(),
                channelCount(),
                pubsub.subscriptionCount(),
                environment.timerCount(),
                connections.waitingBytes() + pubsub.waitingBytes());
    }

    /** How often each limit was reached, since the endpoint began. */
    public Map<Limit, Long> limitCounts() {
        return environment.limitCounts();
    }

    /**
     * Looks at all connections and topics. Completes when every event loop has answered, or after {@value EndpointSnapshot#PATIENCE_SECONDS} s
     * without those that have not.
     */
    public CompletableFuture<EndpointSnapshot> snapshot() {
        return EndpointSnapshot.of(connections.open().toList(), pubsub, timers());
    }

    // The end.

    /**
     * Sends all clients away with close code 1012, in paced batches; they come back, to other nodes. Who connects from now on is sent
     * away too. Repeated calls get the same answer.
     *
     * @return completes when the last connection has gone and all channels have terminated, or when the time limit of the
     *     {@link DrainOptions} is over
     */
    public CompletableFuture<DrainReport> drain() {
        Drain mine = newDrain(connection -> true, (drain, report) -> parts.drained(report));
        Drain earlier = drain.compareAndExchange(null, mine);
        if (earlier != null) {
            return earlier.done();
        }
        if (connectionCount() > 0) {
            log.info("draining {} connections", connectionCount());
        }
        parts.draining();
        draining.complete(null);
        mine.start();
        return mine.done();
    }

    CompletableFuture<DrainReport> drain(Predicate<Transport> which) {
        Drain some = newDrain(
                connection -> which.test(connection.transport()), (drain, report) -> connections.remove(drain));
        some.start();
        return some.done();
    }

    private Drain newDrain(Predicate<ClientConnection> which, BiConsumer<Drain, DrainReport> whenOver) {
        return new Drain(connections, which, drainOptions, timers(), listener(), whenOver);
    }

    /** Tells whether all clients are being sent away, or have been. */
    public boolean isDraining() {
        return draining.isDone();
    }

    /** Completes when {@link #drain()} begins, or {@link #close}: what hangs on it runs on the thread that asked for that. */
    public CompletableFuture<Void> whenDraining() {
        return draining.copy();
    }

    /**
     * Ends the endpoint: {@linkplain #drain drains} it, waits until that is over, stops its parts, leaves the cluster, and ends its own
     * threads. Blocks, for as long as the limit of the {@link DrainOptions} at most and then while the parts stop; so not to be called on
     * an event loop or in a callback of a channel. Harmless when repeated.
     */
    @Override
    public void close() {
        closeAfter(this::awaitDrained);
    }

    synchronized void closeAfter(Consumer<CompletableFuture<DrainReport>> wait) {
        if (closed) {
            return;
        }
        closed = true;
        wait.accept(drain());
        end();
    }

    private void awaitDrained(CompletableFuture<DrainReport> drained) {
        try {
            drained.get(Durations.nanos(drainOptions.limit()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.warn(
                    "closed with channels that have not terminated within {}",
                    Elapsed.shown(Durations.nanos(drainOptions.limit())));
        } catch (ExecutionException e) {
            log.error("endpoint not drained", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        parts.stop();
        metrics.end();
        guarded("leaving the cluster", pubsub);
        environment.threads().end(Endpoint::guarded);
        clientLog().flush(); // when no channel of the endpoint's own threads can fail any more
    }

    private static void guarded(String what, AutoCloseable end) {
        try {
            end.close();
        } catch (Throwable thrown) { // the rest has to end, too
            log.warn("{} failed", what, thrown);
        }
    }

    /** Joins the cluster and starts the parts; ends everything again if that fails. */
    private synchronized void start(Builder told) {
        if (closed) {
            throw new IllegalStateException("endpoint started when it was closed (expected: before)");
        }
        try {
            environment.expect(told.listeners(), told.observer(), told.sockets);
            backstage.mountAll(told.sockets);
            disconnects.hear(node());
            pubsub.start();
            metrics.add(EndpointMetrics.of(this, environment));
            parts.start(told.parts, this);
        } catch (Throwable thrown) {
            closed = true;
            end();
            throw thrown;
        }
    }

    // For parts.

    /** Subscribers and broadcasts without channels; is closed with the endpoint, and by nobody else. */
    public PubSub pubsub() {
        return pubsub;
    }

    /** Owns time: whatever an application or a part does later, or measures, can go by it, and then a test's time is its time. */
    public Timers timers() {
        return environment.threads().timers();
    }

    /** Runs what may block; ends with the endpoint, if it is the endpoint's own. */
    public Executor scheduler() {
        return environment.scheduler();
    }

    // For what stands behind it.

    Disconnects disconnects() {
        return disconnects;
    }

    /** For transports, parts, consoles and test kits; an application does not need it. */
    public Backstage backstage() {
        return backstage;
    }

    ClientLog clientLog() {
        return environment.clientLog();
    }

    void keepWith(History history) {
        environment.keepWith(history);
    }

    void forget(EventLoop loop) {
        connections.forget(loop);
        environment.forget(loop);
        pubsub.forget(loop);
    }

    MetricSets metrics() {
        return metrics;
    }

    Map<String, String> about(String topic) {
        return parts.about(topic, clientLog());
    }

    GuardedListener listener() {
        return environment.listener();
    }

    ParameterFilter filter() {
        return environment.filter();
    }

    /** The connections, which tell it of their end. */
    Connections connections() {
        return connections;
    }

    // For connections, which do not know that there is an endpoint.

    Inside environment() {
        return environment;
    }

    /** The endpoint that an environment is of. */
    static Endpoint of(Environment environment) {
        return ((Inside) environment).endpoint();
    }

    /** Collects the parts of an endpoint. Only the sockets are asked for; everything else has a default. */
    public static final class Builder {
        private final Map<String, SocketSpec> sockets = new LinkedHashMap<>();
        private final List<Part> parts = new ArrayList<>();
        private @Nullable String nodeName;
        private @Nullable ClusterAdapter cluster;
        private @Nullable PayloadCodec codec;
        private @Nullable Timers timers;
        private @Nullable Executor scheduler;
        private final List<EndpointListener> listeners = new ArrayList<>();
        private Set<String> filtered = Set.of("password", "token");
        private BacklogLimits backlog = BacklogLimits.defaults();
        private long maxSubscriberBytes = 16 << 20;
        private DrainOptions drainOptions = DrainOptions.defaults();
        private @Nullable Endpoint prepared;
        private boolean started;

        private Builder() {}

        /**
         * Mounts a socket.
         *
         * @param path where, such as {@code /socket}; transports add their own ending, such as {@code /websocket}
         * @throws IllegalArgumentException if the path does not start with a slash, ends with one, has braces, or is taken
         */
        public Builder socket(String path, SocketSpec spec) {
            if (!path.startsWith("/") || path.endsWith("/")) {
                throw new IllegalArgumentException(
                        "path: " + path + " (expected: a path such as /socket, with no slash at its end)");
            }
            if (path.indexOf('{') >= 0 || path.indexOf('}') >= 0) {
                throw new IllegalArgumentException(
                        "path: " + path + " (expected: ':' before the name of a parameter, as in /socket/:org)");
            }
            if (sockets.putIfAbsent(path, Objects.requireNonNull(spec, "spec")) != null) {
                throw new IllegalArgumentException("path: " + path + " twice (expected: one socket for each path)");
            }
            return this;
        }

        /** Names this node, when it is alone; default {@value PubSub#NO_NAME}. A node of a cluster is named by its adapter. */
        public Builder nodeName(String name) {
            early("nodeName");
            nodeName = name;
            return this;
        }

        /** Takes part in a cluster; default alone. */
        public Builder cluster(ClusterAdapter adapter) {
            early("cluster");
            cluster = adapter;
            return this;
        }

        /** Encodes and decodes payloads; default the first that {@link java.util.ServiceLoader} finds, such as that of simurgh-jackson. */
        public Builder codec(PayloadCodec payloadCodec) {
            early("codec");
            codec = payloadCodec;
            return this;
        }

        /** Owns time; default real time. Tests bring their own. */
        public Builder timers(Timers owner) {
            early("timers");
            timers = owner;
            return this;
        }

        /**
         * Runs connects, and the channels that may block; default virtual threads on Java 21 and newer, an elastic pool of up to 512 threads
         * on older ones.
         */
        public Builder scheduler(Executor executor) {
            early("scheduler");
            scheduler = executor;
            return this;
        }

        /** Adds who hears what happens, besides the {@linkplain Part#listener listeners of the parts}; default nobody. */
        public Builder listener(EndpointListener observer) {
            listeners.add(Objects.requireNonNull(observer, "observer"));
            return this;
        }

        /**
         * Names the parameters whose values must not stand in logs; default {@code password} and {@code token}. A parameter is meant if its
         * name contains one of the words, in any case.
         */
        public Builder filterParameters(String... words) {
            early("filterParameters");
            filtered = Set.of(words);
            return this;
        }

        /** Paces the drain; default {@link DrainOptions#defaults}. */
        public Builder drain(DrainOptions options) {
            early("drain");
            drainOptions = options;
            return this;
        }

        /** Bounds what may wait for each event loop; default {@link BacklogLimits#defaults}. */
        public Builder backlog(BacklogLimits limits) {
            early("backlog");
            backlog = limits;
            return this;
        }

        /**
         * Bounds the broadcasts that may wait for a subscriber of {@link Endpoint#subscribe}, in bytes of memory; default 16 MiB. What is
         * over that is dropped and counted.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxSubscriberBytes(long bytes) {
            early("maxSubscriberBytes");
            if (bytes < 1) {
                throw new IllegalArgumentException("maxSubscriberBytes: " + bytes + " (expected: at least 1)");
            }
            maxSubscriberBytes = bytes;
            return this;
        }

        /**
         * Adds a part, which starts and stops with the endpoint: behind those that were added before it, and behind the cluster. One that has been added already
         * stays where it is.
         */
        public Builder part(Part part) {
            Objects.requireNonNull(part, "part");
            if (parts.stream().noneMatch(added -> added == part)) {
                parts.add(part);
            }
            return this;
        }

        /**
         * Makes the endpoint, and starts its cluster adapter and its parts. Once for each builder.
         *
         * @throws IllegalStateException if no codec is given or found, both a node name and a cluster are given, two parts observe callbacks, or a part does not start
         */
        public Endpoint build() {
            prepare();
            return start();
        }

        /**
         * Makes the endpoint, and leaves it to {@link #start} to start it: for a container of beans, in which what the sockets are made of may want the endpoint.
         * Until then it has no sockets, no part has started, and it is in no cluster; who subscribes gets what is broadcast on this node. Sockets, parts
         * and listeners may still be added, all else may not. Once for each builder.
         *
         * @throws IllegalStateException if no codec is given or found, or both a node name and a cluster are given
         */
        public Endpoint prepare() {
            early("prepare");
            if (nodeName != null && cluster != null) {
                throw new IllegalStateException(
                        "nodeName: " + nodeName + " with a cluster (expected: the cluster adapter's own name)");
            }
            prepared = new Endpoint(this);
            return prepared;
        }

        /**
         * Starts the endpoint that {@link #prepare} has made: mounts its sockets, and starts its cluster adapter and its parts. Once; if it fails, the endpoint is
         * closed.
         *
         * @throws IllegalStateException if it is not prepared, or was started or closed, two parts observe callbacks, or a part does not start
         */
        public Endpoint start() {
            Endpoint endpoint = prepared;
            if (endpoint == null || started) {
                throw new IllegalStateException(
                        "start" + (started ? " twice" : "") + " (expected: once, behind prepare)");
            }
            started = true;
            endpoint.start(this);
            return endpoint;
        }

        private void early(String option) {
            if (prepared != null) {
                throw new IllegalStateException(
                        option + " behind prepare (expected: before it, as all but sockets, parts and listeners)");
            }
        }

        PubSub pubsub(BacklogListener overload) {
            if (cluster != null) {
                return PubSub.unstarted(cluster, backlog, overload);
            }
            return PubSub.unstarted(nodeName == null ? PubSub.NO_NAME : nodeName, backlog, overload);
        }

        @Nullable
        PayloadCodec codec() {
            return codec;
        }

        OwnThreads threads() {
            return new OwnThreads(timers, scheduler);
        }

        /** The listeners, and behind them those of the parts. */
        private List<EndpointListener> listeners() {
            List<EndpointListener> all = new ArrayList<>(listeners);
            parts.forEach(part -> part.listener().ifPresent(all::add));
            return all;
        }

        /** Who of the parts stands around callbacks. */
        private @Nullable CallbackObserver observer() {
            CallbackObserver only = null;
            for (Part part : parts) {
                CallbackObserver observer = part.callbackObserver().orElse(null);
                if (observer != null && only != null) {
                    throw new IllegalStateException(
                            "part: " + part.name() + " (expected: one part at most that observes callbacks)");
                }
                only = observer == null ? only : observer;
            }
            return only;
        }

        Set<String> filtered() {
            return filtered;
        }
    }
}
