package dev.simurgh.channel;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.ConnectionView;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.MalformedMessageException;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A client at work: decodes what its transport has received, and ends its channels when it ends. Confined to the event loop. */
final class ClientConnection
        implements Connection, ConnectionView, Subscriber, TopicTable.Owner, InboundRate.Owner, Expiry.Owner {
    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

    /** Hears of the end of its connections. */
    interface Owner {
        /** The transport has gone. */
        void gone(ClientConnection connection);

        /** The transport has gone, and all channels have ended. */
        void over(ClientConnection connection);
    }

    private final Line line;
    private final TopicTable topics;
    private final InboundRate rate;
    private final Newcomers newcomers;
    private final Owner owner;
    private final long openedNanos;
    private @Nullable Ending ending; // once it is known
    private @Nullable Subscription idSubscription;
    private volatile @Nullable Expiry expiry; // if it does; written on the loop
    private int malformed;
    /** How many have opened before, of this endpoint, so that they can be gone through in that order; written before others see this. */
    int number;

    private boolean gone;
    private volatile boolean over;

    /**
     * @param joins shared with the other connections of the socket
     * @param newcomers as well
     */
    ClientConnection(Line line, SocketSpec spec, Assigns assigns, JoinRate joins, Newcomers newcomers, Owner owner) {
        this.line = line;
        this.topics = new TopicTable(line, spec, assigns, joins, this);
        this.rate = new InboundRate(line, this);
        this.newcomers = newcomers;
        this.owner = owner;
        this.openedNanos = line.environment().timers().nanoTime();
    }

    /** Begins to hear what is said to the connection's id. */
    void opened() {
        line.id().ifPresent(id -> idSubscription = line.environment().pubsub().subscribe(id, loop(), this));
        line.opened();
        newcomers.add(this); // last, as nothing may throw behind it
    }

    EventLoop loop() {
        return line.loop();
    }

    /** Runs a task on the event loop, at once if this is it. */
    void onLoop(Runnable task) {
        line.onLoop(task);
    }

    /** Runs a task on the event loop, later. */
    void execute(Runnable task) {
        line.execute(task);
    }

    @Override
    public Optional<String> id() {
        return line.id();
    }

    Transport transport() {
        return line.transport();
    }

    @Override
    public String transportName() {
        return line.transportName();
    }

    @Override
    public String mountPath() {
        return line.mountPath();
    }

    Serializer serializer() {
        return line.serializer();
    }

    @Override
    public int waitingBytes() {
        return line.intake().waiting();
    }

    /** The topics that are joined, or about to be. */
    List<String> topics() {
        return topics.topics();
    }

    // For who watches, on any thread.

    @Override
    public int number() {
        return number;
    }

    @Override
    public Limits limits() {
        return line.limits();
    }

    @Override
    public String version() {
        return serializer().version();
    }

    @Override
    public String peer() {
        return transport().peer();
    }

    @Override
    public long openedNanos() {
        return openedNanos;
    }

    @Override
    public boolean isClosed() {
        return line.isClosed();
    }

    @Override
    public int channelCount() {
        return topics.size();
    }

    @Override
    public long messagesIn() {
        return line.messagesIn();
    }

    @Override
    public long bytesIn() {
        return line.bytesIn();
    }

    @Override
    public long messagesOut() {
        return line.messagesOut();
    }

    @Override
    public long bytesOut() {
        return line.bytesOut();
    }

    @Override
    public long queuedBytes() {
        return transport().queuedBytes();
    }

    @Override
    public long stalledNanos() {
        return transport().stalledNanos();
    }

    @Override
    public Set<EndpointListener.PauseCause> pausedFor() {
        return line.pausedFor();
    }

    @Override
    public CompletableFuture<List<Joined>> channels() {
        CompletableFuture<List<Joined>> answer = new CompletableFuture<>();
        execute(() -> answer.complete(topics.joined()));
        return answer;
    }

    @Override
    public void roundTrip(LongConsumer nanos) {
        execute(() -> {
            if (!line.isClosed()) {
                transport().roundTrip(measured -> tell(nanos, measured));
            }
        });
    }

    /** What it throws must not end the client that has answered. */
    private void tell(LongConsumer nanos, long measured) {
        try {
            nanos.accept(measured);
        } catch (Throwable thrown) {
            line.environment().clientLog().failure(log, thrown, "whoever measured a round trip failed");
        }
    }

    @Override
    public void disconnect() {
        onLoop(() -> close(CloseCode.GOING_AWAY, "", StopReason.DISCONNECTED));
    }

    // From the transport.

    @Override
    public boolean textReceived(byte[] bytes, int offset, int length) {
        if (!isTaken(length)) {
            return true;
        }
        try {
            topics.received(
                    serializer().decodeText(bytes, offset, length, line.limits().maxJsonDepth()));
            return true;
        } catch (MalformedMessageException e) {
            hintAtVersion(length == 0 ? 0 : bytes[offset]);
            malformed(e);
            return false;
        }
    }

    @Override
    public boolean binaryReceived(byte[] bytes, int offset, int length) {
        if (!isTaken(length)) {
            return true;
        }
        try {
            topics.received(serializer()
                    .decodeBinary(bytes, offset, length, line.limits().maxJsonDepth()));
            return true;
        } catch (MalformedMessageException e) {
            malformed(e);
            return false;
        }
    }

    private boolean isTaken(int length) {
        if (line.isClosed()) {
            return false;
        }
        line.received(length);
        rate.received(length);
        return !line.isClosed();
    }

    @Override
    public void controlReceived(int length) {
        if (!line.isClosed()) {
            rate.received(length);
        }
    }

    @Override
    public boolean isHeldToItsRate() {
        return rate.isPausing();
    }

    @Override
    public void clientBehind() {
        if (!line.isClosed()) {
            line.pauseReading(EndpointListener.PauseCause.CLIENT_BEHIND);
        }
    }

    @Override
    public void clientCaughtUp() {
        line.resumeReading(EndpointListener.PauseCause.CLIENT_BEHIND);
    }

    @Override
    public void transportClosed(int code, String reason) {
        if (gone) {
            return;
        }
        gone = true;
        owner.gone(this); // before its channels end, which may be over at once
        end(StopReason.CLOSED);
        line.gone();
        ends(code, reason).tell(line, openedNanos);
        overIfSo();
    }

    @Override
    public void joined() {
        newcomers.remove(this);
    }

    @Override
    public void allEnded() {
        overIfSo();
    }

    /** It should have joined something by now. What it waits for is not its fault. */
    void joinOverdue() {
        if (line.isClosed() || topics.hasJoined()) {
            return;
        }
        if (topics.isEmpty()) {
            line.limited(Limit.JOIN_WITHIN);
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            Level.INFO,
                            "connection to {} closed: it has joined nothing in {} ({})",
                            mountPath(),
                            Elapsed.shown(Durations.nanos(line.limits().joinWithin())),
                            line.shown());
            close(CloseCode.POLICY_VIOLATION, "no join", StopReason.DISCONNECTED);
        } else {
            newcomers.add(this);
        }
    }

    @Override
    public void neverStops(String reason) {
        line.environment()
                .clientLog()
                .line(
                        log,
                        Level.WARN,
                        "connection to {} closed: {} for 30 s on end. If your clients send so much, see messagesPerSecond and"
                                + " bytesPerSecond of Limits ({})",
                        mountPath(),
                        reason,
                        line.shown());
        close(CloseCode.POLICY_VIOLATION, reason, StopReason.DISCONNECTED);
    }

    // How long it may last.

    /** Has it end at a time of the timers' clock. */
    void expireAt(long nanoTime) {
        if (line.isClosed()) {
            return;
        }
        Expiry there = expiry;
        if (there == null) {
            there = new Expiry(line, this);
            expiry = there;
        }
        there.endAt(nanoTime);
    }

    /** Has nothing end it any more but what ends any. */
    void lastForGood() {
        Expiry there = expiry;
        expiry = null;
        if (there != null) {
            there.end();
        }
    }

    @Override
    public void renew(Duration time) {
        if (Durations.isForever(time)) {
            onLoop(this::lastForGood);
        } else {
            long at = line.environment().timers().nanoTime() + Math.max(0, Durations.nanos(time));
            onLoop(() -> expireAt(at));
        }
    }

    @Override
    public Optional<Duration> expiresIn() {
        return Optional.ofNullable(expiry).map(Expiry::left);
    }

    @Override
    public void expiresSoon() {
        expiresIn().ifPresent(left -> topics.warn(new ExpiryWarning(left)));
    }

    @Override
    public void joined(ChannelWire channel) {
        Expiry there = expiry;
        if (there != null && there.isWarned()) {
            channel.warn(new ExpiryWarning(there.left()));
        }
    }

    @Override
    public void expired() {
        close(CloseCode.UNAUTHORIZED, "expired", StopReason.EXPIRED);
    }

    private void overIfSo() {
        if (gone && topics.isEmpty() && !over) {
            over = true;
            owner.over(this);
        }
    }

    /** Whether the transport has gone and all channels have ended. For any thread. */
    boolean isOver() {
        return over;
    }

    boolean inspect(String topic, BiConsumer<Object, Socket> look) {
        return topics.inspect(topic, look);
    }

    /** Messages of vsn 1 are objects, those of vsn 2 arrays: who mixes them up hears nothing but errors. */
    private void hintAtVersion(int first) {
        boolean speaksObjects = serializer().version().startsWith("1");
        if (malformed == 0 && first == (speaksObjects ? '[' : '{')) {
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "a client of {} connected with vsn {}, but speaks {} (expected: vsn={} in its address)",
                            mountPath(),
                            serializer().version(),
                            speaksObjects ? "2.0.0" : "1.0.0",
                            speaksObjects ? "2.0.0" : "1.0.0");
        }
    }

    private void malformed(MalformedMessageException e) {
        line.environment().listener().malformed(mountPath(), transportName());
        if (e.invalidUtf8()) {
            line.environment()
                    .clientLog()
                    .line(log, Level.INFO, "connection to {} closed with 1007: text that is not UTF-8", mountPath());
            close(CloseCode.INVALID_TEXT, "", StopReason.DISCONNECTED);
            return;
        }
        if (e.tooDeep()) {
            line.limited(Limit.JSON_DEPTH);
        }
        log.debug("malformed message on {}: {}", mountPath(), e.getMessage());
        e.readable()
                .ifPresent(
                        message -> line.send(serializer().encodeError(message, message.joinRef(), Protocol.MALFORMED)));
        if (++malformed > line.limits().maxMalformedFrames()) {
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "connection to {} closed after {} malformed messages",
                            mountPath(),
                            malformed);
            line.limited(Limit.MALFORMED_FRAMES);
            close(CloseCode.POLICY_VIOLATION, "too many malformed messages", StopReason.DISCONNECTED);
        }
    }

    /** Hears of broadcasts to the connection's id: {@code disconnect} ends it. */
    @Override
    public void deliver(Broadcast broadcast) {
        if (broadcast.event().equals(Protocol.DISCONNECT)) {
            close(CloseCode.GOING_AWAY, "", StopReason.DISCONNECTED);
        }
    }

    void close(int code, String reason, StopReason stop) {
        if (!line.isClosed()) {
            ends(code, reason);
            end(stop);
            line.closeTransport(code, reason);
        }
    }

    /** As {@link #close}, of one that is only opening: it takes nothing, and its transport, which does not know it yet, is closed by a task of its own. */
    void closeOnceOpen(int code, String reason, StopReason stop) {
        if (!line.isClosed()) {
            ends(code, reason);
            end(stop);
            execute(() -> line.closeTransport(code, reason));
        }
    }

    /** Learns what ends it. The first who says so is right: what comes later is the answer to it. */
    private Ending ends(int code, String reason) {
        Ending known = ending == null ? new Ending(code, reason) : ending;
        ending = known;
        return known;
    }

    /** What ended a connection. */
    private record Ending(int code, String reason) {
        void tell(Line line, long openedNanos) {
            GuardedListener listener = line.environment().listener();
            if (listener.hearsConnections()) {
                long nanos = line.environment().timers().nanoTime() - openedNanos;
                listener.disconnected(line.mountPath(), line.transportName(), code, reason, nanos);
            }
        }
    }

    private void end(StopReason reason) {
        if (line.isClosed()) {
            return;
        }
        line.closed();
        rate.end();
        newcomers.remove(this);
        lastForGood();
        JoinLines.tell(log, Level.INFO, line.joinLinesLeftOut(), mountPath());
        if (idSubscription != null) {
            idSubscription.cancel();
        }
        topics.close(reason);
    }
}
