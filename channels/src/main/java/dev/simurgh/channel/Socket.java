package dev.simurgh.channel;

import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.Optional;

/**
 * One join, as the channel that was made for it sees it: whose it is, and what can be sent. Each join has its own; what a client connects to
 * is a {@link SocketSpec}.
 *
 * <p>Every method but {@link #ref} may be called from any thread; what one thread sends arrives in order. Sending never blocks and is
 * at most once: nothing is acknowledged, and what is sent after the channel has ended is dropped.
 */
public final class Socket {
    private final SocketSide channel;

    Socket(SocketSide channel) {
        this.channel = channel;
    }

    /** For those behind the endpoint. */
    SocketSide side() {
        return channel;
    }

    /** The joined topic. */
    public String topic() {
        return channel.topic();
    }

    /**
     * What stands behind the prefix of the route: {@code 42} of the topic {@code room:42} if the channel was declared for {@code room:*};
     * empty if it was declared for the whole topic.
     */
    public String topicRest() {
        return channel.topicRest();
    }

    /** What the socket knew when it connected, and the route's own assigns. */
    public Assigns assigns() {
        return channel.assigns();
    }

    /** The name of the connection, if its socket gives one. */
    public Optional<String> id() {
        return channel.id();
    }

    /**
     * Has the connection end in so long from now, whatever {@link ConnectResult#expiresIn} or an earlier call has said: for a client
     * that has shown a fresh token. With no time left it ends at once; with {@code ChronoUnit.FOREVER}'s duration, never. Nothing else about
     * the client changes: its assigns are those that it has connected with.
     */
    public void renew(Duration time) {
        channel.renew(time);
    }

    /** How long the connection will last yet; empty if nothing ends it. */
    public Optional<Duration> expiresIn() {
        return channel.expiresIn();
    }

    /** The endpoint that the connection belongs to. */
    public Endpoint endpoint() {
        return Endpoint.of(channel.environment());
    }

    /** The kind of transport, such as {@code websocket}. */
    public String transport() {
        return channel.transportName();
    }

    /**
     * Sends an event to this client. The payload is a record, a map or whatever the codec encodes, bytes, or a {@link
     * dev.simurgh.protocol.Payload}.
     *
     * @throws IllegalStateException before the join has finished
     * @throws IllegalArgumentException if the client's protocol version cannot take the payload: vsn 2 takes JSON objects and
     *     binary, vsn 1 any JSON
     * @throws dev.simurgh.protocol.PayloadException if the payload cannot be encoded
     */
    public void push(String event, Object payload) {
        channel.push(event, payload);
    }

    /**
     * Sends an event to all subscribers of this topic, on all nodes.
     *
     * @throws IllegalStateException before the join has finished
     * @throws IllegalArgumentException if the client's own protocol version could not send the payload
     * @throws dev.simurgh.protocol.PayloadException if the payload cannot be encoded
     */
    public void broadcast(String event, Object payload) {
        channel.broadcast(event, payload);
    }

    /** As {@link #broadcast}, but not to this channel itself. */
    public void broadcastFrom(String event, Object payload) {
        channel.broadcastFrom(event, payload);
    }

    /** As {@link #broadcast}, to this node's subscribers only. */
    public void localBroadcast(String event, Object payload) {
        channel.localBroadcast(event, payload);
    }

    /** As {@link #localBroadcast}, but not to this channel itself. */
    public void localBroadcastFrom(String event, Object payload) {
        channel.localBroadcastFrom(event, payload);
    }

    /**
     * Sends a message to the channel's own {@code handleInfo}; what is for the client goes through {@link #push}. Allowed in {@code join}: the message comes after the join's reply. A channel for
     * which 10,000 such messages wait is ended, with {@code phx_error}.
     */
    public void send(Object message) {
        channel.send(message);
    }

    /**
     * Sends a message to the channel's own {@code handleInfo} after a delay. One that no clock can count, such as that of {@code
     * ChronoUnit.FOREVER}, never ends.
     *
     * @throws IllegalStateException if 10,000 timers of the channel wait already
     */
    public TimerRef sendAfter(Duration delay, Object message) {
        return channel.sendAfter(delay, message);
    }

    /**
     * Remembers the message that is being handled, for a reply later. Only inside {@code handleIn}.
     *
     * @throws IllegalStateException outside of {@code handleIn}, or if the message carries no ref
     */
    public SocketRef ref() {
        return new SocketRef(channel, channel.ref());
    }

    /**
     * Subscribes the channel to another topic: its broadcasts come to {@code handleInfo} as {@link
     * dev.simurgh.pubsub.Broadcast}. Subscribing twice delivers twice. It ends with the channel.
     */
    public Subscription subscribe(String topic) {
        return channel.subscribe(topic);
    }

    /**
     * Has a task run when this join has ended, for whatever reason: behind {@code terminate}, or behind the refusal of a join that was not let
     * in. It runs exactly once, on the channel's mailbox; if the end is over already, then at once, on the calling thread. For what others
     * keep about a channel: it hurts nobody if it throws, and it must not block for long.
     *
     * @throws IllegalStateException if 10,000 such tasks of the channel wait already
     */
    public void atEnd(Runnable task) {
        channel.atEnd(task);
    }

    @Override
    public String toString() {
        return "Socket[" + topic() + "]";
    }
}
