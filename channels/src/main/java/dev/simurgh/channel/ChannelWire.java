package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.JoinOutcome;
import dev.simurgh.channel.spi.ConnectionView;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One join of a channel, on the side of its connection's event loop: what may still be sent, and in which order. All of it but the
 * {@code transmit} methods runs on that loop. Its counterpart is {@link ChannelRuntime}. Which join of a topic is whose turn is the
 * business of its {@link Owner}.
 */
final class ChannelWire implements LoopSide, Succession.Heir {
    private static final Logger log = LoggerFactory.getLogger(ChannelWire.class);
    private static final Payload CRASHED = Payload.json("{\"reason\":\"" + Protocol.CHANNEL_CRASH + "\"}");

    /** Hears what becomes of its joins. */
    interface Owner {
        /** The client has been let in. */
        void joined(ChannelWire channel);

        /** How long the connection may last. For any thread. */
        Lifetime lifetime();

        /** Nothing that comes from the client is for this join any more. */
        void closed(ChannelWire channel);

        /** The join is over, its {@code terminate} included. Comes once, behind {@link #closed}. */
        void ended(ChannelWire channel);

        /** A message came for a join for which too much waits already. */
        void full(Message message, Ref joinRef);

        /** A message came for a join that had ended by then. */
        void unjoined(Message message);
    }

    private final Line line;
    private final Owner owner;
    private final ChannelRuntime<?> runtime;
    private final String pattern;
    private final String topic;
    private final Ref joinRef;
    private final Ref pushRef;
    private final long openedNanos;
    private @Nullable Message join; // until it is answered: it holds on to its whole frame
    private @Nullable ChannelWire predecessor; // until then, too
    private @Nullable Ref leave; // of the client's phx_leave, once it has come
    private @Nullable Succession succession;
    private @Nullable Subscription subscription;
    private @Nullable EarlyBroadcasts early;
    private @Nullable Runnable joinTimer;
    private JoinState state = JoinState.JOINING;

    /**
     * @param join already counted by the intake
     * @param predecessor whose close is told behind the answer, if it is still owed
     */
    ChannelWire(Line line, Owner owner, Route route, Message join, Assigns assigns, @Nullable ChannelWire predecessor) {
        this.line = line;
        this.owner = owner;
        this.pattern = route.pattern();
        this.topic = join.topic();
        this.joinRef = join.joinRef();
        this.pushRef = joinRef.isNone() ? join.ref() : joinRef;
        this.join = join;
        this.predecessor = predecessor;
        this.openedNanos = line.environment().timers().nanoTime();
        this.runtime = new ChannelRuntime<>(line, this, route.spec(), assigns);
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public String pattern() {
        return pattern;
    }

    @Override
    public Ref pushRef() {
        return pushRef;
    }

    @Override
    public Lifetime lifetime() {
        return owner.lifetime();
    }

    /** The ref that tells this join from others of the topic; none if its client sent none. */
    Ref joinRef() {
        return joinRef;
    }

    /** As who watches sees it. */
    ConnectionView.Joined view() {
        return new ConnectionView.Joined(topic, pattern, openedNanos, runtime.waitingItems(), runtime.waitingBytes());
    }

    private Taps taps() {
        return line.environment().taps();
    }

    private Serializer serializer() {
        return line.serializer();
    }

    // Joining.

    void start() {
        Message asked = Objects.requireNonNull(join);
        if (taps().isOn()) {
            taps().received(asked);
        }
        runtime.join(asked);
        ChannelSpec<?> spec = runtime.spec();
        if (state.isUnanswered()) { // one that is non-blocking may wait for the cluster
            startJoinTimer(spec.joinTimeout());
        }
    }

    private void startJoinTimer(Duration limit) {
        if (!Durations.isForever(limit)) {
            joinTimer = line.environment().timers().schedule(limit, () -> line.onLoop(this::joinTimedOut));
        }
    }

    @Override
    public void joined(Frame reply, Subscription subscribed) {
        boolean answers = state.isUnanswered();
        state = state.joined();
        subscription = subscribed;
        if (state != JoinState.OPEN) {
            unsubscribe();
        }
        if (answers) {
            answerJoin(reply);
            owner.joined(this);
        }
        if (state == JoinState.OPEN) {
            deliverEarly();
            if (subscribed.subscriber() instanceof Replay replay) {
                replay.begin();
            }
        }
    }

    @Override
    public void refused(Frame reply) {
        if (state.isUnanswered()) {
            answerJoin(reply);
        }
        close();
    }

    private void joinTimedOut() {
        if (join != null && state.isUnanswered()) {
            String reason = runtime.hasBegun() ? Protocol.JOIN_TIMEOUT : Protocol.BUSY;
            answerJoin(serializer().encodeError(join, joinRef, reason));
            close();
            runtime.requestStop(StopReason.JOIN_TIMEOUT);
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "join of {} refused as {}: it took over {} (expected: joinTimeout)",
                            topic,
                            reason,
                            Elapsed.shown(Durations.nanos(runtime.spec().joinTimeout())));
            report(JoinOutcome.TIMEOUT, Durations.nanos(runtime.spec().joinTimeout()));
        }
    }

    /** Tells how the join went, unless the mailbox has done so. */
    private void report(JoinOutcome outcome, long nanos) {
        if (runtime.claimOutcome()) {
            line.environment().listener().joined(line.mountPath(), pattern, topic, outcome, nanos);
        }
    }

    private void answerJoin(Frame reply) {
        cancelJoinTimer();
        releaseJoin();
        send(reply);
        if (predecessor != null) {
            predecessor.closeIfOwed();
            predecessor = null;
        }
    }

    private void closeIfOwed() {
        if (state == JoinState.SUPERSEDED) {
            send(closeFrame(Protocol.PHX_CLOSE, Payload.EMPTY));
            state = JoinState.CLOSED;
        }
    }

    private void releaseJoin() {
        if (join != null) {
            line.intake().done(Intake.cost(join));
            join = null;
        }
    }

    private void cancelJoinTimer() {
        if (joinTimer != null) {
            joinTimer.run();
            joinTimer = null;
        }
    }

    // The next join of the topic.

    @Nullable
    Succession succession() {
        return succession;
    }

    /**
     * Hears that a newer join waits for this one to end. If the client has left it before, then its end is under way, and comes in order,
     * behind what the client had sent before. Otherwise it ends now.
     */
    void succeededBy(Succession next) {
        succession = next;
        if (leave == null) {
            replaced();
        }
    }

    /** Gives way to the newer join, which has its turn now; if this one hangs, then before it has ended. */
    void succeeded() {
        succession = null;
        if (leave != null && (state == JoinState.JOINING || state == JoinState.OPEN)) {
            send(serializer().encodeReply(pushRef, leave, topic, Protocol.OK, Payload.EMPTY));
            replaced();
        }
    }

    private void replaced() {
        unsubscribe();
        runtime.giveUpJoin();
        state = state.replaced();
        runtime.requestStop(StopReason.DUPLICATE_JOIN);
    }

    // In.

    void received(Message message) {
        if (taps().isOn()) {
            taps().received(message);
        }
        boolean leaves = noteLeave(message);
        if (!runtime.received(message, leaves)) {
            owner.full(message, pushRef);
        }
    }

    @Override
    public void waited(Message message) {
        if (taps().isOn()) {
            taps().received(message);
        }
        noteLeave(message);
        runtime.waited(message);
    }

    /** Whether it is the message with which the client leaves. */
    private boolean noteLeave(Message message) {
        boolean leaves = leave == null && message.event().equals(Protocol.PHX_LEAVE);
        if (leaves) {
            leave = message.ref();
            runtime.giveUpJoin();
        }
        return leaves;
    }

    /** The connection ends soon. Whoever is let in later hears of it then. */
    void warn(ExpiryWarning warning) {
        if (state == JoinState.OPEN && runtime.spec().info(warning) != null) {
            runtime.info(warning, null);
        }
    }

    @Override
    public void inspect(BiConsumer<Object, Socket> look) {
        runtime.inspect(look);
    }

    @Override
    public void deliver(Broadcast broadcast) {
        if (state != JoinState.OPEN) {
            if (state == JoinState.JOINING) {
                early(broadcast);
            }
            return;
        }
        if (runtime.spec().intercepts(broadcast.event())) {
            runtime.delivered(broadcast, ChannelMailbox.To.HANDLE_OUT);
            return;
        }
        Frame frame = broadcast.frame(serializer());
        if (frame != null) {
            line.sendShared(broadcast, frame);
        } else {
            line.environment().dropped(EndpointListener.Drop.NO_FORM);
        }
    }

    @Override
    public boolean offer(Broadcast kept, boolean live) {
        Frame frame = kept.frame(serializer());
        if (state != JoinState.OPEN || !line.hasSpareRoom(frame == null ? 0 : frame.length())) {
            return false;
        }
        if (runtime.spec().isIntercepting()) {
            return runtime.offer(kept); // all of them, as positions must not overtake each other
        }
        if (frame == null) {
            line.environment().dropped(EndpointListener.Drop.NO_FORM);
        } else if (live) {
            line.sendShared(kept, frame);
        } else {
            line.push(frame);
        }
        if (frame != null && frame.binary()) {
            line.push(Replay.positionFrame(serializer(), kept));
        }
        return true;
    }

    @Override
    public void whenTaken(Runnable next) {
        if (runtime.spec().isIntercepting()) {
            runtime.behind(() -> line.onLoop(() -> line.whenDrained(next)));
        } else {
            line.whenDrained(next);
        }
    }

    @Override
    public void lost(String why) {
        runtime.requestStop(StopReason.other(why)); // its client joins again
    }

    /** Keeps it until the client has been told that it has joined. */
    private void early(Broadcast broadcast) {
        if (early == null) {
            early = new EarlyBroadcasts();
        }
        early.add(broadcast);
    }

    private void deliverEarly() {
        EarlyBroadcasts kept = early;
        early = null;
        if (kept != null && kept.isTooMany()) {
            line.environment().dropped(EndpointListener.Drop.CHANNEL_BEHIND);
            runtime.requestStop(StopReason.other("too many broadcasts during the join")); // its client joins again
        } else if (kept != null) {
            kept.broadcasts().forEach(this::deliver);
        }
    }

    // Out, from any thread.

    @Override
    public void transmit(Frame frame) {
        if (line.isInTurn()) {
            push(frame);
        } else {
            line.offer(frame, () -> push(frame));
        }
    }

    @Override
    public Optional<Backlog> transmitInOrder(Frame frame) {
        return line.offerInOrder(frame, () -> push(frame));
    }

    @Override
    public void transmitReply(Frame frame) {
        if (line.isInTurn()) {
            answer(frame);
        } else {
            line.owe(frame, () -> answer(frame));
        }
    }

    private void push(Frame frame) {
        if (state.sendsPushes()) {
            tapped(frame);
            line.push(frame);
        }
    }

    private void answer(Frame frame) {
        if (state == JoinState.OPEN) {
            send(frame);
        }
    }

    private void send(Frame frame) {
        tapped(frame);
        line.send(frame);
    }

    private void tapped(Frame frame) {
        if (taps().isOn()) {
            taps().sent(topic, serializer(), frame);
        }
    }

    // The end.

    @Override
    public void goodbye(@Nullable Frame lastReply) {
        if (state == JoinState.OPEN) {
            if (lastReply != null) {
                send(lastReply);
            }
            send(closeFrame(Protocol.PHX_CLOSE, Payload.EMPTY));
            close();
            state = JoinState.LEAVING;
        }
    }

    @Override
    public void left(StopReason reason) {
        if (state == JoinState.OPEN && !reason.isGraceful()) {
            send(closeFrame(Protocol.PHX_ERROR, CRASHED));
        }
        ended();
        line.channelEnded(topic, joinRef, reason);
    }

    @Override
    public void ended() {
        close();
        releaseJoin();
        owner.ended(this);
    }

    @Override
    public void threw(Throwable thrown) {
        line.onLoop(() -> line.transport().callbackThrew(topic, joinRef, thrown));
    }

    @Override
    public void late(Message message) {
        if (runtime.stopRequest() == null
                && !line.isClosed()) { // those of a join that a newer one replaced are dropped
            owner.unjoined(message);
        }
    }

    void connectionClosed(StopReason reason) {
        if (state.isUnanswered()) {
            report(JoinOutcome.ABANDONED, 0);
        }
        runtime.giveUpJoin();
        cancelJoinTimer();
        unsubscribe();
        state = JoinState.CLOSED;
        runtime.requestStop(reason);
    }

    private void close() {
        cancelJoinTimer();
        unsubscribe();
        state = state.closed();
        early = null;
        owner.closed(this);
    }

    private void unsubscribe() {
        if (subscription != null) {
            subscription.cancel();
            if (subscription.subscriber() instanceof Replay replay) {
                replay.end();
            }
            subscription = null;
        }
    }

    /** phx_close and phx_error carry the join's own join_ref in both places, none if it had none. */
    private Frame closeFrame(String event, Payload payload) {
        return serializer().encodeMessage(joinRef, joinRef, topic, event, payload);
    }
}
