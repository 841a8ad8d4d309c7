package dev.simurgh.channel;

import dev.simurgh.channel.ChannelSpec.Typed;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One join of a channel, on the side of its mailbox: runs the callbacks, one at a time. Its counterpart on the event loop is {@link
 * ChannelWire}; the two talk by messages only: down through the mailbox, up through tasks of the loop.
 */
final class ChannelRuntime<C> extends Mailbox {
    private static final Logger log = LoggerFactory.getLogger(ChannelRuntime.class);

    private enum Phase {
        NEW,
        JOINED,
        ENDED
    }

    /** What the mailbox holds besides the client's messages. */
    private record Join(Message message) {}

    private record Delivered(Broadcast broadcast, boolean intercepted) {}

    private record Info(Object message) {}

    private record Stop(StopReason reason) {}

    private record Look(BiConsumer<Object, Socket> look) {}

    private enum Wakeup {
        INSTANCE
    }

    /** How many broadcasts may wait for a channel's callbacks. They are at most once anyway, and memory is finite. */
    static final int MAX_WAITING_BROADCASTS = 10_000;

    @SuppressWarnings("rawtypes") // a field updater knows no type arguments
    private static final AtomicIntegerFieldUpdater<ChannelRuntime> BROADCASTS =
            AtomicIntegerFieldUpdater.newUpdater(ChannelRuntime.class, "waitingBroadcasts");

    private final ChannelWire wire;
    private final Route route;
    private final ChannelSpec<C> spec;
    private final Assigns assigns;
    private final Socket socket = new Socket(this);
    private final Holdings holdings = new Holdings();

    private @Nullable C channel;
    private @Nullable Ref handling;

    @SuppressWarnings("unused") // through BROADCASTS
    private volatile int waitingBroadcasts;

    private volatile Phase phase = Phase.NEW;
    private volatile @Nullable StopReason stopRequest;

    ChannelRuntime(ChannelWire wire, Route route, ChannelSpec<C> spec, Assigns assigns) {
        this.wire = wire;
        this.route = route;
        this.spec = spec;
        this.assigns = assigns;
    }

    String topic() {
        return wire.topic();
    }

    String pattern() {
        return route.pattern();
    }

    private String shownTopic() {
        return LogText.of(topic());
    }

    Assigns assigns() {
        return assigns;
    }

    ChannelWire wire() {
        return wire;
    }

    Connection connection() {
        return wire.connection();
    }

    ChannelSpec<C> spec() {
        return spec;
    }

    @Override
    Executor executor() {
        return spec.isNonBlocking() ? wire.loop() : endpoint().scheduler();
    }

    private Endpoint endpoint() {
        return connection().endpoint();
    }

    // From the event loop.

    void join(Message message) {
        onMailbox(new Join(message));
    }

    void received(Message message) {
        if (!spec.isNonBlocking() || !handleNow(message)) {
            connection().intake().queued(Intake.cost(message));
            post(new Queued(message));
        }
    }

    /** Takes a broadcast for handleOut or handleInfo; drops it if the callbacks are too far behind. */
    private void delivered(Broadcast broadcast, boolean intercepted) {
        if (BROADCASTS.get(this) >= MAX_WAITING_BROADCASTS) {
            endpoint().dropped(EndpointListener.Drop.CHANNEL_BEHIND);
            return;
        }
        BROADCASTS.incrementAndGet(this);
        post(new Delivered(broadcast, intercepted));
    }

    void intercepted(Broadcast broadcast) {
        delivered(broadcast, true);
    }

    /**
     * Ends the channel. What a client pushed before it went away is still handled, as in Phoenix; a kick, a newer join and a timeout do
     * not wait for that.
     */
    void requestStop(StopReason reason) {
        if (reason.kind() == StopReason.Kind.CLOSED || reason.kind() == StopReason.Kind.DRAINED) {
            post(new Stop(reason));
        } else {
            stopRequest = reason;
            post(Wakeup.INSTANCE);
        }
    }

    void inspect(BiConsumer<Object, Socket> look) {
        post(new Look(look));
    }

    private void onMailbox(Object item) {
        if (!spec.isNonBlocking() || !handleNow(item)) {
            post(item);
        }
    }

    /** A message that waited, so that the connection's intake has to be told when it is done. */
    private record Queued(Message message) {}

    // On the mailbox.

    @Override
    void handle(Object item) {
        if (item instanceof Queued queued) {
            try {
                handle(queued.message);
            } finally {
                connection().intake().done(Intake.cost(queued.message));
            }
            return;
        }
        if (item instanceof Delivered) {
            BROADCASTS.decrementAndGet(this);
        }
        stopIfAsked();
        if (phase == Phase.ENDED) {
            afterTheEnd(item);
        } else if (item instanceof Message message) {
            message(message);
        } else if (item instanceof Join join) {
            guarded(() -> new ChannelJoin<>(this, join.message).run());
        } else if (item instanceof Delivered out) {
            guarded(out.intercepted ? () -> handleOut(out.broadcast) : () -> handleInfo(out.broadcast));
        } else if (item instanceof Info info) {
            guarded(() -> handleInfo(info.message));
        } else if (item instanceof Timer timer && timer.end()) {
            holdings.forget(timer);
            guarded(() -> handleInfo(timer.message));
        } else if (item instanceof Look look && phase == Phase.JOINED) {
            look.look.accept(live(), socket);
        } else if (item instanceof Stop stop && phase == Phase.JOINED) {
            end(stop.reason, null);
        }
        stopIfAsked();
    }

    private void stopIfAsked() {
        StopReason stop = stopRequest;
        if (stop != null && phase == Phase.JOINED) {
            end(stop, null);
        }
    }

    /** Messages that were on their way when the channel ended; those of a join that a newer one replaced are dropped. */
    private void afterTheEnd(Object item) {
        if (item instanceof Message message && stopRequest == null) {
            wire.onLoop(() -> wire.connection().unjoined(message));
        }
    }

    private interface Callback {
        void run() throws Exception;
    }

    /** Whatever a callback throws, errors included, ends this channel and nothing else. */
    @SuppressWarnings("CatchAndPrintStackTrace")
    private void guarded(Callback callback) {
        try {
            callback.run();
        } catch (Throwable thrown) { // a StackOverflowError in a handler must not cost the event loop
            crash(thrown);
        }
    }

    private void message(Message message) {
        if (message.event().equals(Protocol.PHX_LEAVE)) {
            end(StopReason.LEFT, replyFrame(message.ref(), Protocol.OK, Payload.EMPTY));
            return;
        }
        handling = message.ref();
        guarded(() -> handleIn(message));
        handling = null;
    }

    private void handleIn(Message message) throws Exception {
        boolean observed = endpoint().listener().hearsHandledIn() || logsHandleIn();
        long start = observed ? endpoint().timers().nanoTime() : 0;
        Typed<ChannelSpec.In<C, Object>> handler = message.isEventText() ? spec.in(message.event()) : null;
        ChannelSpec.Any<C> any = spec.any();
        Result result;
        if (handler != null) {
            Object payload;
            try {
                payload = decode(message.payload(), handler.type());
            } catch (PayloadException e) {
                invalidPayload(message, e);
                return;
            }
            result = handler.code().handle(live(), payload, socket);
        } else if (any != null && message.isEventText()) {
            result = any.handle(live(), message, socket);
        } else {
            throw new IllegalArgumentException("event: " + LogText.of(message.event()) + " on " + shownTopic()
                    + " (expected: one of " + spec.events() + ")");
        }
        apply(result);
        if (observed) {
            handledIn(message, endpoint().timers().nanoTime() - start);
        }
    }

    private boolean logsHandleIn() {
        Level level = spec.handleInLevel();
        return level != null && log.isEnabledForLevel(level);
    }

    private void handledIn(Message message, long nanos) {
        endpoint().listener().handledIn(connection().mountPath(), pattern(), topic(), message.event(), nanos);
        Level level = spec.handleInLevel();
        if (level != null && log.isEnabledForLevel(level)) {
            log.atLevel(level)
                    .log(
                            "handled {} on {} in {} µs, payload {}",
                            LogText.of(message.event()),
                            shownTopic(),
                            nanos / 1000,
                            endpoint().filter().show(message.payload()));
        }
    }

    /** A client's bad payload is the client's error: its state here lives on. */
    private void invalidPayload(Message message, PayloadException e) {
        log.debug("payload of {} on {} refused: {}", LogText.of(message.event()), shownTopic(), e.getMessage());
        Frame frame = wire.serializer().encodeError(message, wire.pushRef(), Protocol.INVALID_PAYLOAD);
        wire.onLoop(() -> wire.answer(frame));
        endpoint().listener().malformed(connection().mountPath(), connection().transportName());
    }

    private void handleOut(Broadcast broadcast) throws Exception {
        Typed<ChannelSpec.Out<C, Object>> handler = Objects.requireNonNull(spec.out(broadcast.event()));
        Object payload;
        try {
            payload = decode(broadcast.payload(), handler.type());
        } catch (PayloadException e) {
            // It may be a payload that some client made up: no reason to crash every channel that intercepts it.
            log.warn("intercepted {} on {} dropped: {}", LogText.of(broadcast.event()), shownTopic(), e.getMessage());
            endpoint().dropped(EndpointListener.Drop.INVALID_PAYLOAD);
            return;
        }
        apply(handler.code().handle(live(), payload, socket));
    }

    private void handleInfo(Object message) throws Exception {
        ChannelSpec.Out<C, Object> handler = spec.info(message);
        if (handler == null) {
            log.warn(
                    "no handleInfo of {} takes a {}",
                    shownTopic(),
                    message.getClass().getName());
            return;
        }
        apply(handler.handle(live(), message, socket));
    }

    @SuppressWarnings("NullAway") // a handler may break the contract; that is its crash, with a clear message
    private void apply(Result result) {
        if (result == null) {
            throw new IllegalStateException("callback returned null (expected: Result.noReply())");
        }
        if (result instanceof Reply reply) {
            Ref ref = handling;
            Frame frame = replyFrame(ref == null ? Ref.NONE : ref, reply.status(), reply.payload());
            reply.stopReason().ifPresentOrElse(reason -> end(reason, frame), () -> wire.transmitReply(frame));
        } else if (result instanceof Next next) {
            next.stopReason().ifPresent(reason -> end(reason, null));
        }
    }

    Object decode(Payload payload, Class<?> type) {
        Object decoded = payload.as(type, endpoint().codec());
        if (decoded == null) {
            throw new PayloadException("payload: null (expected: " + type.getSimpleName() + ")");
        }
        return decoded;
    }

    private Frame replyFrame(Ref ref, String status, Payload payload) {
        return wire.serializer()
                .encodeReply(
                        wire.pushRef(),
                        ref,
                        topic(),
                        status,
                        payload.encoded(endpoint().codec()));
    }

    private C live() {
        return Objects.requireNonNull(channel);
    }

    // For ChannelJoin, on the mailbox.

    C create() {
        C made = spec.newChannel();
        channel = made;
        return made;
    }

    Socket socket() {
        return socket;
    }

    void joined() {
        phase = Phase.JOINED;
    }

    void notJoined() {
        phase = Phase.ENDED;
        channel = null;
        holdings.release();
        wire.onLoop(wire::ended);
    }

    // The end.

    private void crash(Throwable thrown) {
        log.error("channel {} crashed", shownTopic(), thrown);
        endpoint().listener().crashed(connection().mountPath(), pattern(), topic(), thrown);
        if (phase == Phase.JOINED) {
            end(StopReason.crashed(thrown), null);
        }
    }

    /** Gracefully: the last reply, phx_close, then what terminate pushes. Otherwise what terminate pushes, then phx_error. */
    private void end(StopReason reason, @Nullable Frame lastReply) {
        phase = Phase.ENDED;
        holdings.release();
        if (reason.isGraceful()) {
            wire.onLoop(() -> wire.goodbye(lastReply));
        } else if (lastReply != null) {
            wire.transmitReply(lastReply);
        }
        try {
            spec.terminate(live(), reason, socket);
        } catch (Throwable thrown) { // as in guarded
            log.error("terminate of {} failed", shownTopic(), thrown);
        }
        channel = null;
        wire.onLoop(() -> wire.left(reason));
        endpoint().listener().left(connection().mountPath(), pattern(), topic(), reason);
    }

    // From any thread, through Socket.

    void push(String event, Object payload) {
        requireJoined("push");
        Payload encoded = encode(event, payload);
        Frame frame = wire.serializer().encodePush(wire.pushRef(), topic(), event, encoded);
        wire.transmit(frame);
        endpoint().listener().pushed(connection().mountPath(), pattern(), topic(), event, frame.length());
    }

    Broadcast toBroadcast(String event, Object payload) {
        requireJoined("broadcast");
        Broadcast broadcast = Broadcast.ofAny(topic(), event, encode(event, payload));
        endpoint().listener().broadcast(connection().mountPath(), pattern(), topic(), event);
        return broadcast;
    }

    private Payload encode(String event, Object payload) {
        Payload encoded = Payload.of(payload).encoded(endpoint().codec());
        if (!wire.serializer().accepts(encoded)) {
            throw new IllegalArgumentException("payload of " + event + ": " + encoded + " (expected: what vsn "
                    + wire.serializer().version() + " can carry)");
        }
        return encoded;
    }

    private void requireJoined(String what) {
        if (phase == Phase.NEW) {
            throw new IllegalStateException(
                    what + " before the join finished (expected: socket.send(new AfterJoin()) in" + " join, then "
                            + what + " from handleInfo)");
        }
    }

    void reply(Ref ref, String status, Object payload) {
        wire.transmitReply(replyFrame(ref, status, Payload.of(payload)));
    }

    SocketRef ref() {
        Ref ref = handling;
        if (ref == null || ref.isNone()) {
            throw new IllegalStateException(
                    ref == null
                            ? "ref outside of handleIn (expected: socket.ref() while a message is handled)"
                            : "ref of a message without one (expected: a message that its client waits for)");
        }
        return new SocketRef(this, ref);
    }

    void info(Object message) {
        post(new Info(message));
    }

    Timer sendAfter(Duration delay, Object message) {
        Timer timer = new Timer(holdings, message);
        if (holdings.hold(timer)) {
            timer.cancelWith(endpoint().timers().schedule(delay, () -> post(timer)));
        } else {
            timer.cancel();
        }
        return timer;
    }

    Subscription subscribe(String topic) {
        Subscription subscription =
                endpoint().pubsub().subscribe(topic, wire.loop(), broadcast -> delivered(broadcast, false));
        if (!holdings.hold(subscription)) {
            subscription.cancel();
        }
        return subscription;
    }
}
