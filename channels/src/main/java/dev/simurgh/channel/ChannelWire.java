package dev.simurgh.channel;

import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One join of a channel, on the side of its connection's event loop: what may still be sent, and in which order. All of it but the
 * {@code transmit} methods and {@link #onLoop} runs on that loop. Its counterpart is {@link ChannelRuntime}.
 *
 * <p>A duplicate join makes a chain: the newcomer waits until its predecessor has terminated (or for a while, if that hangs), and sends
 * the predecessor's {@code phx_close} behind the reply to its own join, as Phoenix does.
 */
final class ChannelWire implements Subscriber {
    private static final Logger log = LoggerFactory.getLogger(ChannelWire.class);
    private static final Duration PREDECESSOR_PATIENCE = Duration.ofSeconds(5);
    private static final Payload CRASHED = Payload.json("{\"reason\":\"" + Protocol.CHANNEL_CRASH + "\"}");

    private enum State {
        /** The join is under way. */
        OPENING,
        /** Joined. */
        OPEN,
        /** The client has been told phx_close; only what terminate pushes still goes out. */
        LEAVING,
        /** Replaced while joining: only the reply to the join still goes out. */
        REPLACED,
        /** Nothing goes out. */
        CLOSED
    }

    private final Connection connection;
    private final ChannelRuntime<?> runtime;
    private final String topic;
    private final Ref joinRef;
    private final Ref pushRef;
    private @Nullable Message join; // until it is answered: it holds on to its whole frame
    private State state = State.OPENING;
    private boolean held;
    private boolean started;
    private boolean letIn;
    private boolean ended;
    private @Nullable Subscription subscription;
    private @Nullable ChannelWire predecessor;
    private @Nullable ChannelWire successor;
    private @Nullable Runnable joinTimer;

    ChannelWire(Connection connection, Route route, Message join, Assigns assigns) {
        this.connection = connection;
        this.topic = join.topic();
        this.joinRef = join.joinRef();
        this.pushRef = joinRef.isNone() ? join.ref() : joinRef;
        this.join = join;
        this.runtime = new ChannelRuntime<>(this, route, route.spec(), assigns);
    }

    String topic() {
        return topic;
    }

    Connection connection() {
        return connection;
    }

    EventLoop loop() {
        return connection.loop();
    }

    Serializer serializer() {
        return connection.serializer();
    }

    /** The join_ref of the channel's own pushes and replies: that of its join, or else the join's ref (fact 6 of the transcripts). */
    Ref pushRef() {
        return pushRef;
    }

    /** The ref that tells this join from others of the topic; none if its client sent none. */
    Ref joinRef() {
        return joinRef;
    }

    // Joining.

    /** Starts the join, behind the end of the channel that it replaces. */
    void start(@Nullable ChannelWire replaced) {
        predecessor = replaced;
        Message join = Objects.requireNonNull(this.join);
        connection.intake().queued(Intake.cost(join));
        if (replaced == null || replaced.ended) {
            startNow();
            return;
        }
        replaced.successor = this;
        held = true;
        runtime.hold(); // so that what the client sends meanwhile waits behind the join
        runtime.join(join);
        joinTimer = connection.endpoint().timers().schedule(PREDECESSOR_PATIENCE, () -> onLoop(this::startNow));
    }

    private void startNow() {
        if (started || state == State.CLOSED) {
            return;
        }
        if (connection.isClosing()) { // replaced before it could start, so that the connection did not know it any more
            ended();
            return;
        }
        started = true;
        cancelJoinTimer();
        if (held) {
            runtime.open();
        } else {
            runtime.join(Objects.requireNonNull(join));
        }
        if (isJoining() && !runtime.spec().isNonBlocking()) {
            Duration limit = runtime.spec().joinTimeout();
            joinTimer = connection.endpoint().timers().schedule(limit, () -> onLoop(this::joinTimedOut));
        }
    }

    void joined(Frame reply, Subscription subscribed) {
        cancelJoinTimer();
        if (state == State.OPENING) {
            state = State.OPEN;
            subscription = subscribed;
        } else {
            subscribed.cancel();
        }
        if (state != State.CLOSED) {
            letIn = true;
            answerJoin(reply);
        }
        if (state == State.REPLACED) {
            state = State.CLOSED;
        }
    }

    void refused(Frame reply) {
        cancelJoinTimer();
        if (state != State.CLOSED) {
            answerJoin(reply);
        }
        close();
    }

    private void joinTimedOut() {
        if (join != null && isJoining()) {
            answerJoin(serializer().encodeError(join, joinRef, Protocol.JOIN_TIMEOUT));
            close();
            runtime.requestStop(StopReason.JOIN_TIMEOUT);
            connection.endpoint().clientLog().line(log, Level.WARN, "join of {} took too long", topic);
            connection
                    .endpoint()
                    .listener()
                    .joined(
                            connection.mountPath(),
                            runtime.pattern(),
                            topic,
                            EndpointListener.JoinOutcome.TIMEOUT,
                            runtime.spec().joinTimeout().toNanos());
        }
    }

    private void answerJoin(Frame reply) {
        releaseJoin();
        connection.send(reply);
        if (predecessor != null && predecessor.letIn) { // one that was refused has nothing to close
            connection.send(predecessor.closeFrame(Protocol.PHX_CLOSE, Payload.EMPTY));
        }
        predecessor = null;
    }

    private boolean isJoining() {
        return state == State.OPENING || state == State.REPLACED;
    }

    private void releaseJoin() {
        if (join != null) {
            connection.intake().done(Intake.cost(join));
            join = null;
        }
    }

    private void cancelJoinTimer() {
        if (joinTimer != null) {
            joinTimer.run();
            joinTimer = null;
        }
    }

    /** Gives way to a new join of the same topic. */
    void replaced() {
        unsubscribe();
        state = state == State.OPENING ? State.REPLACED : State.CLOSED;
        runtime.requestStop(StopReason.DUPLICATE_JOIN);
    }

    // In.

    void received(Message message) {
        runtime.received(message);
    }

    void inspect(BiConsumer<Object, Socket> look) {
        runtime.inspect(look);
    }

    @Override
    public void deliver(Broadcast broadcast) {
        if (state != State.OPEN) { // subscribed, but its client has not been told yet that it has joined
            return;
        }
        if (runtime.spec().intercepts(broadcast.event())) {
            runtime.intercepted(broadcast);
            return;
        }
        Frame frame = broadcast.frame(serializer());
        if (frame != null) {
            connection.sendShared(frame);
        } else {
            connection.endpoint().dropped(EndpointListener.Drop.NO_FORM);
        }
    }

    // Out, from any thread.

    void onLoop(Runnable task) {
        connection.onLoop(task);
    }

    void transmit(Frame frame) {
        if (loop().inEventLoop()) {
            push(frame);
        } else {
            connection.execute(() -> push(frame));
        }
    }

    void transmitReply(Frame frame) {
        if (loop().inEventLoop()) {
            answer(frame);
        } else {
            connection.execute(() -> answer(frame));
        }
    }

    private void push(Frame frame) {
        if (state == State.OPEN || state == State.LEAVING) {
            connection.send(frame);
        }
    }

    void answer(Frame frame) {
        if (state == State.OPEN) {
            connection.send(frame);
        }
    }

    // The end.

    void goodbye(@Nullable Frame lastReply) {
        if (state == State.OPEN) {
            if (lastReply != null) {
                connection.send(lastReply);
            }
            connection.send(closeFrame(Protocol.PHX_CLOSE, Payload.EMPTY));
            close();
            state = State.LEAVING;
        }
    }

    /** As {@link #ended} or {@link #failed}, of a channel that was joined. */
    void left(StopReason reason) {
        if (reason.isGraceful()) {
            ended();
        } else {
            failed();
        }
        connection.transport().channelEnded(topic, joinRef, reason);
    }

    /** The runtime has terminated; nothing comes from it any more. */
    void ended() {
        close();
        if (!ended) {
            ended = true;
            releaseJoin();
            connection.channelEnded();
        }
        if (successor != null) {
            successor.startNow();
        }
    }

    private void failed() {
        if (state == State.OPEN) {
            connection.send(closeFrame(Protocol.PHX_ERROR, CRASHED));
        }
        ended();
    }

    void connectionClosed(StopReason reason) {
        cancelJoinTimer();
        unsubscribe();
        state = State.CLOSED;
        if (started) {
            runtime.requestStop(reason);
        } else {
            ended();
        }
    }

    private void close() {
        cancelJoinTimer();
        unsubscribe();
        state = State.CLOSED;
        connection.remove(this);
    }

    private void unsubscribe() {
        if (subscription != null) {
            subscription.cancel();
            subscription = null;
        }
    }

    /** phx_close and phx_error carry the join's own join_ref in both places, none if it had none. */
    private Frame closeFrame(String event, Payload payload) {
        return serializer().encodeMessage(joinRef(), joinRef(), topic, event, payload);
    }
}
