package dev.simurgh.channel;

import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One join, as other threads and its own callbacks see it through its {@link Socket}: encodes what it sends on the thread that calls,
 * and keeps what ends with it. The third side, beside {@link ChannelWire} on the event loop and {@link ChannelRuntime} on the mailbox.
 */
final class ChannelOutside implements SocketSide {
    private static final Logger log = LoggerFactory.getLogger(ChannelOutside.class);
    private static final String NO_MESSAGE = "message: null (expected: an object of a class that a handleInfo takes)";

    private final ChannelMailbox mailbox;
    private final LoopSide wire;
    private final Assigns assigns;
    private final Holdings holdings = new Holdings();
    private volatile boolean joined;
    private Subscriber subscriber; // to the topic, once joined
    private @Nullable Object handling; // a Ref or a Delivery; written on the mailbox only
    private @Nullable List<Runnable> afterJoin; // until the join is over; guarded by this
    private boolean repliedTo; // guarded by this
    private volatile StopReason stopReason = StopReason.normal();

    /** A kept broadcast that handleOut handles, and on which thread: what other threads push meanwhile is not for it. */
    private record Delivery(Ref position, Thread thread) {}

    ChannelOutside(ChannelMailbox mailbox, LoopSide wire, Assigns assigns) {
        this.mailbox = mailbox;
        this.wire = wire;
        this.subscriber = wire;
        this.assigns = assigns;
    }

    // For the runtime, on the mailbox.

    void joined(Subscriber subscribed) {
        subscriber = subscribed;
        joined = true;
    }

    /** Runs what was to come behind the reply. */
    void afterJoin() {
        List<Runnable> tasks;
        synchronized (this) {
            repliedTo = true;
            tasks = afterJoin == null ? List.of() : afterJoin;
            afterJoin = null;
        }
        tasks.forEach(Runnable::run);
    }

    void stopped(StopReason reason) {
        stopReason = reason;
    }

    void handling(@Nullable Ref ref) {
        handling = ref;
    }

    /** A broadcast is handled by handleOut; if it is kept, then what that pushes has its position. */
    void handling(Broadcast broadcast) {
        if (broadcast.offset() >= 0) {
            Ref position = Ref.of(broadcast.position().orElseThrow());
            handling = new Delivery(position, Thread.currentThread());
        }
    }

    Ref handlingOrNone() {
        return handling instanceof Ref ref ? ref : Ref.NONE;
    }

    /** Sends the client a kept broadcast that is not intercepted. */
    void passOn(Broadcast kept) {
        Frame frame = kept.frame(line().serializer());
        if (frame == null) {
            environment().dropped(EndpointListener.Drop.NO_FORM);
            return;
        }
        wire.transmitReply(frame);
        if (frame.binary()) {
            wire.transmitReply(Replay.positionFrame(line().serializer(), kept));
        }
    }

    void release() {
        holdings.release();
    }

    void end() {
        holdings.end(this::endingFailed);
    }

    private void endingFailed(Throwable thrown) {
        environment().clientLog().failure(log, thrown, "what was to happen at the end of a channel failed");
        wire.threw(thrown);
    }

    Frame replyFrame(Ref ref, String status, Payload payload) {
        Payload encoded = payload.encoded(environment().codec());
        return line().serializer().encodeReply(wire.pushRef(), ref, topic(), status, encoded);
    }

    private Line line() {
        return mailbox.line();
    }

    // For the socket.

    @Override
    public Environment environment() {
        return line().environment();
    }

    @Override
    public String topic() {
        return wire.topic();
    }

    @Override
    public String topicRest() {
        String pattern = wire.pattern();
        return pattern.endsWith("*") ? topic().substring(pattern.length() - 1) : "";
    }

    @Override
    public Assigns assigns() {
        return assigns;
    }

    @Override
    public Optional<String> id() {
        return line().id();
    }

    @Override
    public String transportName() {
        return line().transportName();
    }

    @Override
    public void renew(Duration time) {
        wire.lifetime().renew(time);
    }

    @Override
    public Optional<Duration> expiresIn() {
        return wire.lifetime().expiresIn();
    }

    @Override
    public void push(String event, Object payload) {
        requireJoined("push");
        if (handling instanceof Delivery delivery && delivery.thread == Thread.currentThread()) {
            pushed(event, pushAt(delivery.position, event, encode(event, payload)));
        } else {
            Frame frame = pushFrame(event, payload);
            wire.transmit(frame);
            pushed(event, frame);
        }
    }

    @Override
    public Optional<Backlog> offer(String event, Object payload) {
        requireJoined("push");
        Optional<Backlog> behind = line().ifBehind();
        if (behind.isPresent()) {
            return behind;
        }
        Frame frame = pushFrame(event, payload);
        Optional<Backlog> full = wire.transmitInOrder(frame);
        pushed(event, frame);
        return full;
    }

    private Frame pushFrame(String event, Object payload) {
        return line().serializer().encodePush(wire.pushRef(), topic(), event, encode(event, payload));
    }

    private void pushed(String event, Frame frame) {
        environment().listener().pushed(line().mountPath(), wire.pattern(), topic(), event, frame.length());
    }

    /** It is owed: whoever has the position counts as having what was pushed for it. */
    private Frame pushAt(Ref position, String event, Payload encoded) {
        Serializer serializer = line().serializer();
        boolean binary = encoded instanceof Payload.Binary;
        Frame frame = binary
                ? serializer.encodePush(wire.pushRef(), topic(), event, encoded)
                : serializer.encodeMessage(wire.pushRef(), position, topic(), event, encoded);
        wire.transmitReply(frame);
        if (binary) {
            wire.transmitReply(serializer.encodeMessage(Ref.NONE, position, topic(), Protocol.POSITION, Payload.EMPTY));
        }
        return frame;
    }

    @Override
    public void broadcast(String event, Object payload) {
        line().outrun(environment().pubsub().broadcast(toBroadcast(event, payload)));
    }

    @Override
    public void broadcastFrom(String event, Object payload) {
        line().outrun(environment().pubsub().broadcastFrom(subscriber, toBroadcast(event, payload)));
    }

    @Override
    public void localBroadcast(String event, Object payload) {
        line().outrun(environment().pubsub().localBroadcast(toBroadcast(event, payload)));
    }

    @Override
    public void localBroadcastFrom(String event, Object payload) {
        line().outrun(environment().pubsub().localBroadcastFrom(subscriber, toBroadcast(event, payload)));
    }

    @Override
    public Subscriber subscriber() {
        return subscriber;
    }

    @Override
    public Broadcast toBroadcast(String event, Object payload) {
        requireJoined("broadcast");
        Broadcast broadcast = Broadcast.ofAny(topic(), event, encode(event, payload));
        environment().listener().broadcast(line().mountPath(), wire.pattern(), topic(), event);
        GuardedObserver observer = environment().observer();
        return observer == null ? broadcast : observer.traced(line().mountPath(), wire.pattern(), broadcast);
    }

    private Payload encode(String event, Object payload) {
        Payload encoded = Payload.of(payload).encoded(environment().codec());
        if (!line().serializer().accepts(encoded)) {
            String vsn = ", since vsn " + line().serializer().version() + " carries ";
            throw new IllegalArgumentException("payload of " + event + ": " + encoded + " (expected: "
                    + (encoded instanceof Payload.Binary
                            ? "JSON" + vsn + "no binary)"
                            : "a JSON object, such as Map.of(\"items\", list)" + vsn + "no other JSON)"));
        }
        return encoded;
    }

    private void requireJoined(String what) {
        if (!joined) {
            throw new IllegalStateException(what + " before the join finished (expected: " + what
                    + " from a method that is declared with afterJoin(...))");
        }
    }

    @Override
    public Ref ref() {
        if (!(handling instanceof Ref ref) || ref.isNone()) {
            throw new IllegalStateException(
                    !(handling instanceof Ref)
                            ? "ref outside of handleIn (expected: socket.ref() while a message is handled)"
                            : "ref of a message without one (expected: a message that its client waits for)");
        }
        return ref;
    }

    @Override
    public void reply(Ref ref, String status, Object payload) {
        wire.transmitReply(replyFrame(ref, status, Payload.of(payload)));
    }

    @Override
    public void send(Object message) {
        Objects.requireNonNull(message, NO_MESSAGE);
        GuardedObserver observer = environment().observer();
        mailbox.info(message, observer == null ? null : observer.sending(line().mountPath(), wire.pattern(), topic()));
    }

    @Override
    public TimerRef sendAfter(Duration delay, Object message) {
        TimerRef timer = new TimerRef(this, Objects.requireNonNull(message, NO_MESSAGE));
        if (!holdings.hold(timer)) {
            timer.cancel();
        } else if (!Durations.isForever(delay)) {
            schedule(delay, timer);
        }
        return timer;
    }

    /** The time of a message has come. It tells a clock that is looked at what waits there. */
    private final class Due implements Runnable {
        private final TimerRef timer;

        Due(TimerRef timer) {
            this.timer = timer;
        }

        @Override
        public void run() {
            mailbox.due(timer);
        }

        @Override
        public String toString() {
            return "sendAfter(…, " + timer.message.getClass().getName() + ") of channel " + topic();
        }
    }

    private void schedule(Duration delay, TimerRef timer) {
        try {
            timer.cancelWith(environment().timers().schedule(delay, new Due(timer)));
        } catch (RuntimeException e) {
            timer.cancel();
            throw e;
        }
    }

    @Override
    public void forget(TimerRef timer) {
        holdings.forget(timer);
    }

    @Override
    public Subscription subscribe(String topic) {
        Subscription subscription = environment()
                .pubsub()
                .subscribe(
                        topic, line().loop(), broadcast -> mailbox.delivered(broadcast, ChannelMailbox.To.HANDLE_INFO));
        boolean held = false;
        try {
            held = holdings.hold(subscription);
        } finally {
            if (!held) { // too late, or one too many
                subscription.cancel();
            }
        }
        return subscription;
    }

    @Override
    public void atEnd(Runnable task) {
        holdings.atEnd(Objects.requireNonNull(task, "task"), this::endingFailed);
    }

    @Override
    public void afterJoin(Runnable task) {
        synchronized (this) {
            if (!repliedTo) {
                if (afterJoin == null) {
                    afterJoin = new ArrayList<>(1);
                }
                afterJoin.add(task);
                return;
            }
        }
        task.run();
    }

    @Override
    public StopReason stopReason() {
        return stopReason;
    }
}
