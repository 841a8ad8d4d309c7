package dev.simurgh.channel;

import dev.simurgh.channel.spi.Part;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.BacklogLimits;
import dev.simurgh.pubsub.BacklogListener;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Collects the parts of an {@link Endpoint}. Only the sockets are asked for; everything else has a default. */
public final class EndpointBuilder {
    private final Map<String, SocketSpec> sockets = new LinkedHashMap<>();
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private @Nullable String nodeName;
    private @Nullable ClusterAdapter cluster;
    private @Nullable PayloadCodec codec;
    private @Nullable Timers timers;
    private @Nullable Executor scheduler;
    private GuardedListener listener = GuardedListener.NONE;
    private Set<String> filtered = Set.of("password", "token");
    private BacklogLimits backlog = BacklogLimits.DEFAULT;
    private long maxSubscriberBytes = 16 << 20;
    private DrainOptions drainOptions = DrainOptions.DEFAULT;

    EndpointBuilder() {}

    /**
     * Mounts a socket.
     *
     * @param path where, such as {@code /socket}; transports add their own ending, such as {@code /websocket}
     * @throws IllegalArgumentException if the path does not start with a slash, ends with one, or is taken
     */
    public EndpointBuilder socket(String path, SocketSpec spec) {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new IllegalArgumentException(
                    "path: " + path + " (expected: a path such as /socket, with no slash at its end)");
        }
        if (sockets.putIfAbsent(path, Objects.requireNonNull(spec, "spec")) != null) {
            throw new IllegalArgumentException("path: " + path + " twice (expected: one socket for each path)");
        }
        return this;
    }

    /** Names this node, when it is alone; default {@value PubSub#NO_NAME}. A node of a cluster is named by its adapter. */
    public EndpointBuilder nodeName(String name) {
        nodeName = name;
        return this;
    }

    /** Takes part in a cluster; default alone. */
    public EndpointBuilder cluster(ClusterAdapter adapter) {
        cluster = adapter;
        return this;
    }

    /** Encodes and decodes payloads; default the first that {@link ServiceLoader} finds, such as that of simurgh-jackson. */
    public EndpointBuilder codec(PayloadCodec payloadCodec) {
        codec = payloadCodec;
        return this;
    }

    /** Owns time; default real time. Tests bring their own. */
    public EndpointBuilder timers(Timers owner) {
        timers = owner;
        return this;
    }

    /**
     * Runs connects, and the channels that may block; default virtual threads on Java 21 and newer, an elastic pool of up to 512 threads
     * on older ones.
     */
    public EndpointBuilder scheduler(Executor executor) {
        scheduler = executor;
        return this;
    }

    /** Hears what happens, for metrics; default nobody. */
    public EndpointBuilder listener(EndpointListener observer) {
        listener = new GuardedListener(observer);
        return this;
    }

    /**
     * Names the parameters whose values must not stand in logs; default {@code password} and {@code token}. A parameter is meant if its
     * name contains one of the words, in any case.
     */
    public EndpointBuilder filterParameters(String... words) {
        filtered = Set.of(words);
        return this;
    }

    /** Paces the drain; default {@link DrainOptions#DEFAULT}. */
    public EndpointBuilder drain(DrainOptions options) {
        drainOptions = options;
        return this;
    }

    /** Bounds what may wait for each event loop; default {@link BacklogLimits#DEFAULT}. */
    public EndpointBuilder backlog(BacklogLimits limits) {
        backlog = limits;
        return this;
    }

    /**
     * Bounds the broadcasts that may wait for a subscriber of {@link Endpoint#subscribe}, in bytes of memory; default 16 MiB. What is
     * over that is dropped and counted.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public EndpointBuilder maxSubscriberBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxSubscriberBytes: " + bytes + " (expected: at least 1)");
        }
        maxSubscriberBytes = bytes;
        return this;
    }

    /** Adds a part, which starts and stops with the endpoint: behind those that were added before it, and behind the cluster. */
    public EndpointBuilder part(Part part) {
        parts.add(Objects.requireNonNull(part, "part"));
        return this;
    }

    /**
     * Makes the endpoint, and starts its cluster adapter and its parts. Once for each builder.
     *
     * @throws IllegalStateException if no codec is given or found, both a node name and a cluster are given, or a part does not start
     */
    public Endpoint build() {
        if (nodeName != null && cluster != null) {
            throw new IllegalStateException(
                    "nodeName: " + nodeName + " with a cluster (expected: the cluster adapter's own name)");
        }
        Endpoint endpoint = new Endpoint(this);
        endpoint.start(parts);
        return endpoint;
    }

    Map<String, SocketSpec> sockets() {
        return sockets;
    }

    PubSub pubsub(BacklogListener overload) {
        if (cluster != null) {
            return PubSub.on(cluster, backlog, overload);
        }
        return PubSub.local(nodeName == null ? PubSub.NO_NAME : nodeName, backlog, overload);
    }

    PayloadCodec codec() {
        if (codec == null) {
            codec = ServiceLoader.load(PayloadCodec.class)
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException(
                                    "no PayloadCodec on the class path (expected: simurgh-jackson, or Endpoint.builder().codec(...))"));
        }
        return codec;
    }

    Timers timers() {
        if (timers == null) {
            SystemTimers system = new SystemTimers();
            owned.add(system); // behind the scheduler, which grows by them while it ends
            timers = system;
        }
        return timers;
    }

    Executor scheduler() {
        if (scheduler == null) {
            scheduler = Schedulers.create(timers());
            if (scheduler instanceof ExecutorService threads) {
                owned.add(0, () -> Schedulers.close(threads));
            } else if (scheduler instanceof AutoCloseable closeable) {
                owned.add(0, closeable);
            }
        }
        return scheduler;
    }

    GuardedListener listener() {
        return listener;
    }

    Set<String> filtered() {
        return filtered;
    }

    long maxSubscriberBytes() {
        return maxSubscriberBytes;
    }

    DrainOptions drainOptions() {
        return drainOptions;
    }

    List<AutoCloseable> owned() {
        return List.copyOf(owned);
    }
}
