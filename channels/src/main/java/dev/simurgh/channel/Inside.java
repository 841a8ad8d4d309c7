package dev.simurgh.channel;

import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.History;
import dev.simurgh.channel.spi.LoopView;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.PubSub;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What an endpoint hands down to its connections, and counts for them. */
final class Inside implements Environment {
    private final Endpoint endpoint;
    private final PayloadCodec codec;
    private final GuardedListener listener = new GuardedListener(List.of());
    private @Nullable GuardedObserver observer; // set before there are clients
    private final Drops drops;
    private final LimitCounts limits;
    private final PubSub pubsub;
    private final OwnThreads threads;
    private final HeldTimers timers;
    private final ClientLog clientLog;
    private final ParameterFilter filter;
    private final Map<EventLoop, Deliveries> deliveries = new ConcurrentHashMap<>();
    private final Map<EventLoop, LoopCounts> loops = new ConcurrentHashMap<>();
    private final TrafficTotals traffic;
    private final AtomicInteger loopsMade = new AtomicInteger();
    private final Map<EventLoop, LoopWatch> watches = new ConcurrentHashMap<>();
    private final Map<EventLoop, ReplayTurns> replayTurns = new ConcurrentHashMap<>();
    private final Taps taps;
    private final ChannelCounts channels = new ChannelCounts();
    private final PausedClients paused = new PausedClients();
    private final LongAdder holdUps = new LongAdder();
    private final LoopLags lags;
    private volatile @Nullable History history;

    Inside(Endpoint endpoint, Endpoint.Builder builder) {
        this.endpoint = endpoint;
        PayloadCodec given = builder.codec();
        codec = given == null ? firstOnClassPath() : given;
        drops = new Drops(listener);
        limits = new LimitCounts(listener);
        pubsub = builder.pubsub(drops);
        threads = builder.threads();
        timers = new HeldTimers(threads.timers());
        clientLog = new ClientLog(threads.timers());
        taps = new Taps(clientLog);
        filter = new ParameterFilter(builder.filtered());
        lags = new LoopLags(threads.timers(), loops.keySet());
        traffic = new TrafficTotals(endpoint.metrics()::add);
    }

    /** Has these listeners told, this observer stand around callbacks, and the channels of these sockets counted. */
    void expect(List<EndpointListener> listeners, @Nullable CallbackObserver around, Map<String, SocketSpec> sockets) {
        listener.tell(listeners);
        observer = around == null ? null : new GuardedObserver(around, clientLog);
        channels.expect(sockets);
    }

    private static PayloadCodec firstOnClassPath() {
        return ServiceLoader.load(PayloadCodec.class)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "no PayloadCodec on the class path (expected: simurgh-jackson, or Endpoint.builder().codec(...))"));
    }

    Endpoint endpoint() {
        return endpoint;
    }

    OwnThreads threads() {
        return threads;
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public Executor scheduler() {
        return threads.scheduler();
    }

    @Override
    public PayloadCodec codec() {
        return codec;
    }

    @Override
    public PubSub pubsub() {
        return pubsub;
    }

    @Override
    public GuardedListener listener() {
        return listener;
    }

    @Override
    public @Nullable GuardedObserver observer() {
        return observer;
    }

    @Override
    public ClientLog clientLog() {
        return clientLog;
    }

    @Override
    public ParameterFilter filter() {
        return filter;
    }

    @Override
    public Taps taps() {
        return taps;
    }

    @Override
    public void channelOpened(String mountPath, String pattern) {
        channels.opened(mountPath, pattern);
    }

    @Override
    public void channelClosed(String mountPath, String pattern) {
        channels.closed(mountPath, pattern);
    }

    ChannelCounts channels() {
        return channels;
    }

    @Override
    public PausedClients paused() {
        return paused;
    }

    /** How many timers connections and channels hold. */
    long timerCount() {
        return timers.held();
    }

    @Override
    public Deliveries deliveries(EventLoop loop) {
        return deliveries.computeIfAbsent(loop, made -> new Deliveries(made, listener));
    }

    @Override
    public LoopCounts counts(EventLoop loop) {
        return loops.computeIfAbsent(
                loop, made -> new LoopCounts(loopsMade.getAndIncrement(), made, pubsub.backlog(made), traffic));
    }

    /** Has what goes through the connections of a socket over a transport counted from now on. */
    void expect(String mount, String transport) {
        traffic.expect(new TrafficTotals.Kind(mount, transport));
    }

    /** The event loops, in the order in which they came. */
    List<LoopView> loops() {
        List<LoopView> all = new ArrayList<>(loops.values());
        all.sort(Comparator.comparingInt(LoopView::number));
        return all;
    }

    /** Has topics kept. */
    synchronized void keepWith(History keeper) {
        if (history != null) {
            throw new IllegalStateException("history: " + keeper + " (expected: one for each endpoint)");
        }
        history = keeper;
    }

    @Override
    public @Nullable History history(String topic) {
        History keeper = history;
        return keeper != null && keeper.keeps(topic) ? keeper : null;
    }

    @Override
    public ReplayTurns replayTurns(EventLoop loop) {
        return replayTurns.computeIfAbsent(loop, ReplayTurns::new);
    }

    @Override
    public @Nullable LoopWatch watch(EventLoop loop) {
        return !threads.isRealTime()
                ? null
                : watches.computeIfAbsent(loop, made -> new LoopWatch(threads.timers(), clientLog));
    }

    /** Lets go of an event loop that has ended. */
    void forget(EventLoop loop) {
        deliveries.remove(loop);
        LoopCounts ended = loops.remove(loop);
        if (ended != null) {
            ended.end();
        }
        replayTurns.remove(loop);
        watches.remove(loop);
    }

    @Override
    public void limited(String mountPath, String transport, Limit limit) {
        limits.reached(mountPath, transport, limit);
    }

    Map<Limit, Long> limitCounts() {
        return limits.all();
    }

    @Override
    public void heldUp(String mountPath, String pattern, String topic, long nanos) {
        holdUps.increment();
        listener.heldUp(mountPath, pattern, topic, nanos);
    }

    long holdUpCount() {
        return holdUps.sum();
    }

    /** How long tasks wait for their turn on an event loop. */
    LoopLags lags() {
        return lags;
    }

    @Override
    public void dropped(EndpointListener.Drop kind) {
        drops.dropped(kind);
    }

    long droppedCount() {
        return drops.count();
    }
}
