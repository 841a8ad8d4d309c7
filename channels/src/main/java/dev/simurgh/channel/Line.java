package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The line to one client: what its connection and its channels have in common. What is sent goes out here, until the line is closed.
 * Sending and closing are for the transport's event loop, everything else for any thread. It knows no channel.
 */
final class Line {
    private static final AtomicReferenceFieldUpdater<Line, @Nullable Backlog> AHEAD_OF =
            AtomicReferenceFieldUpdater.newUpdater(Line.class, Backlog.class, "aheadOf");

    private static final AtomicIntegerFieldUpdater<Line> JOIN_LINES =
            AtomicIntegerFieldUpdater.newUpdater(Line.class, "joinLines");

    private final Environment environment;
    private final String mountPath;
    private final Limits limits;
    private final Serializer serializer;
    private final Transport transport;
    private final @Nullable String id;
    private final @Nullable String traceparent;
    private final Intake intake;
    private final @Nullable LoopWatch watch;
    private final LoopCounts counts;
    private final Traffic traffic;
    private final boolean hearsSent;
    private final boolean hearsWaited;
    private final @Nullable Deliveries deliveries; // only if somebody listens
    private volatile @Nullable Backlog aheadOf; // what the client has filled, and has to wait for
    private @Nullable Runnable cancelWait; // once it does
    private Map<PauseCause, Long> pauses =
            Map.of(); // and since when; never changed, as others read it; none while the client is read
    private long unreadNanos;
    private volatile int joinLines; // see there
    private boolean closed;

    // Read by who watches, as they are.
    private long messagesIn;
    private long bytesIn;
    private long messagesOut;
    private long bytesOut;

    Line(
            Environment environment,
            String mountPath,
            Limits limits,
            Serializer serializer,
            Transport transport,
            Optional<String> id,
            Optional<String> traceparent) {
        this.environment = environment;
        this.mountPath = mountPath;
        this.limits = limits;
        this.serializer = serializer;
        this.transport = transport;
        this.id = id.orElse(null);
        this.traceparent = traceparent.orElse(null);
        this.intake = new Intake(this);
        this.watch = environment.watch(transport.eventLoop());
        this.counts = environment.counts(transport.eventLoop());
        this.traffic = counts.traffic(mountPath, transport.name());
        this.hearsSent = environment.listener().hearsSent();
        this.hearsWaited = environment.listener().hearsWaited();
        this.deliveries =
                environment.listener().hearsDelivered() ? environment.deliveries(transport.eventLoop()) : null;
    }

    Environment environment() {
        return environment;
    }

    String mountPath() {
        return mountPath;
    }

    Limits limits() {
        return limits;
    }

    Serializer serializer() {
        return serializer;
    }

    Transport transport() {
        return transport;
    }

    String transportName() {
        return transport.name();
    }

    /** The trace that the client has connected in; known only where somebody observes. */
    Optional<String> traceparent() {
        return Optional.ofNullable(traceparent);
    }

    Optional<String> id() {
        return Optional.ofNullable(id);
    }

    Intake intake() {
        return intake;
    }

    EventLoop loop() {
        return transport.eventLoop();
    }

    /**
     * Whether what is done now comes behind everything that was done before: on the loop, and out of a broadcast's delivery only if nothing
     * that came up there before still waits.
     */
    boolean isInTurn() {
        return counts.backlog().isInTurn();
    }

    /** Runs a task on the event loop: at once if that is in order, else behind what came before. */
    void onLoop(Runnable task) {
        counts.backlog().execute(task);
    }

    /** Runs a task on the event loop, later. If the loop has ended then so has the connection, and nothing is left to do. */
    void execute(Runnable task) {
        loop().tryExecute(task);
    }

    /** What waits for the event loop, if that is behind. For any thread. */
    Optional<Backlog> ifBehind() {
        return counts.backlog().isBehind() ? Optional.of(counts.backlog()) : Optional.empty();
    }

    /** Has a frame sent by a task of the event loop; drops it if too much waits for that. */
    void offer(Frame frame, Runnable send) {
        if (!counts.backlog().offer(frame.length(), send)) {
            notTaken();
        }
    }

    /**
     * Has a frame sent behind all that the event loop was given; drops it if too much waits for that.
     *
     * @return what waits for the event loop, if it was dropped
     */
    Optional<Backlog> offerInOrder(Frame frame, Runnable send) {
        return counts.backlog().offerInOrder(frame.length(), send) || !notTaken()
                ? Optional.empty()
                : Optional.of(counts.backlog());
    }

    /** Whether somebody misses it. */
    private boolean notTaken() {
        boolean missed = !loop().hasEnded();
        if (missed) {
            environment.dropped(Drop.PUSH_BEHIND);
        }
        return missed;
    }

    /** Has a frame sent by a task of the event loop, which the client waits for: if too much waits, then the client does, too. */
    void owe(Frame frame, Runnable send) {
        outrun(counts.backlog().add(frame.length(), send));
    }

    /** Watches what is done on the event loop, if anybody does. */
    @Nullable
    LoopWatch watch() {
        return watch;
    }

    /** Sends what the client is owed. */
    void send(Frame frame) {
        if (!closed) {
            transport.send(frame);
            sent(frame);
        }
    }

    /** Sends what the client did not ask for. */
    void push(Frame frame) {
        if (!closed) {
            transport.push(frame);
            sent(frame);
        }
    }

    /** The connection, as it stands in the log. For any thread. */
    Shown shown() {
        String peer = transport.peer();
        return new Shown(mountPath + ", " + transport.name() + (peer.isEmpty() ? "" : " of " + ClientLog.shown(peer))
                + (id == null ? "" : ", id " + ClientLog.shown(id)));
    }

    /** Whether somebody wants to know how long messages wait for their channels. */
    boolean hearsWaited() {
        return hearsWaited;
    }

    /** The time at which a message begins to wait, if somebody wants to know. */
    long waitBegins() {
        return hearsWaited ? environment.timers().nanoTime() : 0;
    }

    /** Whether the time of a callback on the event loop is taken, for those who listen. */
    boolean isSample() {
        return watch == null || watch.isSample();
    }

    /** Counts that this client has reached a limit. */
    void limited(Limit limit) {
        environment.limited(mountPath, transportName(), limit);
    }

    private void sent(Frame frame) {
        messagesOut++;
        bytesOut += frame.length();
        traffic.sent(frame.length());
        if (hearsSent) {
            environment.listener().sent(mountPath, transportName(), frame.length());
        }
    }

    /** Counts a message of the client. */
    void received(int bytes) {
        messagesIn++;
        bytesIn += bytes;
        traffic.received(bytes);
        environment.listener().received(mountPath, transportName(), bytes);
    }

    void sendShared(Broadcast broadcast, Frame frame) {
        if (!closed) {
            transport.sendShared(frame);
            messagesOut++;
            bytesOut += frame.length();
            traffic.delivered(frame.length());
            if (deliveries != null) {
                deliveries.count(broadcast, frame.length());
            }
        }
    }

    /** Whether a frame of so many bytes that could as well wait elsewhere may be sent. */
    boolean hasSpareRoom(int bytes) {
        return !closed && transport.hasSpareRoom(bytes);
    }

    /** Goes on when what was sent is out; not if the line is closed before. */
    void whenDrained(Runnable next) {
        if (!closed) {
            transport.whenDrained(() -> onLoop(next));
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Lets nothing out any more, and waits for nothing. */
    void closed() {
        closed = true;
        if (cancelWait != null) {
            cancelWait.run();
            cancelWait = null;
        }
        pauses.keySet().forEach(this::resumeReading);
    }

    /**
     * Counts a join that is to have a line in the log. For any thread.
     *
     * @return what was known of such lines before, for {@link JoinLines}
     */
    int countJoinLine(long nanoTime) {
        return JOIN_LINES.getAndUpdate(this, known -> JoinLines.next(known, nanoTime));
    }

    int joinLinesLeftOut() {
        return JoinLines.leftOut(joinLines);
    }

    // How the client is kept from sending more.

    /** Hears, on any thread, which event loop fell behind by what this client has sent. The client is not read until it has caught up. */
    void outrun(Optional<Backlog> behind) {
        if (behind.isPresent() && AHEAD_OF.compareAndSet(this, null, behind.get())) {
            onLoop(this::waitIfAhead);
        }
    }

    /** What {@link #outrun} asks for, without waiting for its task if this loop is the one that is behind. */
    void waitIfAhead() {
        Backlog full = aheadOf;
        if (full != null && cancelWait == null && !closed) {
            pauseReading(PauseCause.EVENT_LOOP_BEHIND);
            cancelWait = () -> {};
            cancelWait = full.whenCaughtUp(() -> execute(this::caughtUp));
        }
    }

    private void caughtUp() {
        cancelWait = null;
        aheadOf = null;
        resumeReading(PauseCause.EVENT_LOOP_BEHIND);
    }

    /** Stops reading from the client for a cause; it is read again when no cause is left. */
    void pauseReading(PauseCause cause) {
        if (pauses.isEmpty()) {
            transport.pauseReading();
        }
        Map<PauseCause, Long> more = new HashMap<>(pauses);
        more.put(cause, environment.timers().nanoTime());
        pauses = Map.copyOf(more);
        environment.paused().add(cause, this);
        environment.listener().paused(mountPath, transportName(), cause);
    }

    void resumeReading(PauseCause cause) {
        Long since = pauses.get(cause);
        if (since == null) {
            return;
        }
        Map<PauseCause, Long> rest = new HashMap<>(pauses);
        rest.remove(cause);
        pauses = Map.copyOf(rest);
        environment.paused().remove(cause, this);
        long nanos = environment.timers().nanoTime() - since;
        if (cause != PauseCause.OVER_RATE) {
            unreadNanos += nanos;
        }
        environment.listener().resumed(mountPath, transportName(), cause, nanos);
        if (pauses.isEmpty()) {
            transport.resumeReading();
        }
    }

    /** For how long the client has not been read, all in all, for causes other than its rate; for several at once it counts for each. */
    long unreadNanos() {
        return unreadNanos;
    }

    // For who watches, on any thread.

    Set<PauseCause> pausedFor() {
        return pauses.keySet();
    }

    long messagesIn() {
        return messagesIn;
    }

    long bytesIn() {
        return bytesIn;
    }

    long messagesOut() {
        return messagesOut;
    }

    long bytesOut() {
        return bytesOut;
    }

    // The end.

    /** Counts the connection, from its opening to its end. */
    void opened() {
        counts.opened();
    }

    void gone() {
        counts.closed();
    }

    void closeTransport(int code, String reason) {
        transport.close(code, reason);
    }

    void channelEnded(String topic, Ref joinRef, StopReason reason) {
        transport.channelEnded(topic, joinRef, reason);
    }
}
