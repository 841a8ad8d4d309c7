package dev.simurgh.channel;

/**
 * Hears what happens at an endpoint, for metrics. Called on the threads that do the work, event loops among them: must be quick and
 * must not block. What it throws is logged and hurts nothing. All durations are in nanoseconds, all sizes in bytes.
 *
 * <p>Methods that are not overridden cost nothing: which ones are is looked up once, in the class of the listener, and where nobody
 * listens no time is taken and nothing is counted.
 *
 * <p>Three words say where something happened. {@code mount} is the path of the socket, such as {@code /socket}. {@code pattern} is the
 * route that a topic took, such as {@code room:*}: there are as many as were declared, so it may be the label of a metric. {@code topic}
 * is the client's, and there may be any number of them.
 */
public interface EndpointListener {
    /** Hears nothing. */
    EndpointListener NONE = new EndpointListener() {};

    /** In place of a time that was not taken: -1. */
    long NOT_TIMED = -1;

    /** How a connect went. */
    enum ConnectOutcome {
        /** Accepted, and the connection is open; {@link #disconnected} follows. */
        OK,
        /** Refused by {@code connect}. */
        REFUSED,
        /** {@code connect} threw. */
        CRASHED,
        /** The connection was never opened: the client had gone before {@code connect} was called or returned, or could not be upgraded. */
        NOT_OPENED,
        /** Refused by the transport: a web page that may not connect here. */
        WRONG_ORIGIN,
        /** Refused by the transport: no serializer of the version that was asked for. */
        WRONG_VERSION,
        /** Refused by the transport: none of the sub-protocols that were offered is spoken here. */
        WRONG_SUBPROTOCOL,
        /** Refused by the transport: what it sent is not well-formed. */
        MALFORMED,
        /** Refused by the transport: there are too many connections already, or too many connects at once. */
        OVER_LIMIT,
        /** Refused by the transport: the node, or this server of it, sends its clients away. */
        DRAINING
    }

    /** How a join went. */
    enum JoinOutcome {
        /** Let in. */
        OK,
        /** Refused by {@code join}, or for its payload. */
        REFUSED,
        /** {@code join} threw. */
        CRASHED,
        /** Took too long. */
        TIMEOUT,
        /** No route matches the topic; the pattern is empty then. */
        NO_ROUTE,
        /** Refused for a bound: too many channels on one connection, or names that are too long (the pattern is empty then). */
        OVER_LIMIT,
        /**
         * Never ran, or its result was of no use any more: a newer join of the topic took its place, its client left before its turn came,
         * or its connection has gone.
         */
        ABANDONED
    }

    /** Why a message was dropped. */
    enum Drop {
        /** A broadcast, for all subscribers of one event loop: too much waits for that loop. */
        EVENT_LOOP_BEHIND,
        /** A frame that a channel pushed or replied from another thread: too much waits for the client's event loop. */
        PUSH_BEHIND,
        /** A broadcast or a message to itself, for one channel: too much waits for its callbacks. */
        CHANNEL_BEHIND,
        /** A client's message, which was answered with an error: too much waits for its channel's callbacks. */
        CHANNEL_FULL,
        /** A broadcast, for one subscriber outside of channels: too much waits for it. */
        SUBSCRIBER_BEHIND,
        /**
         * A message, for one client: it has no form in the version that the client speaks, or over its transport, such as bytes that are no
         * text over long polling.
         */
        NO_FORM,
        /** A broadcast, for one channel that intercepts it: its payload is not what the handler takes. */
        INVALID_PAYLOAD,
        /** A broadcast to a topic that is kept, for everybody: it could not be stored. */
        NOT_KEPT
    }

    /** Why a client's connection is not read for a while. */
    enum PauseCause {
        /** Too much of what it sent waits for its channels. */
        CHANNELS_BEHIND,
        /** It broadcasts faster than an event loop gets rid of it. */
        EVENT_LOOP_BEHIND,
        /** It does not take what it asked for. */
        CLIENT_BEHIND,
        /** It sends more in a second than it may. */
        OVER_RATE
    }

    // Connections.

    /** A client asked to connect to a socket. Called once for each that asked, when its outcome is known. */
    default void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {}

    /**
     * A connection has gone. Called once for each {@link #connected} with {@link ConnectOutcome#OK}.
     *
     * @param code the close code that ended it, ours or the client's, RFC 6455 section 7.4; 1006 if it broke without one
     * @param reason what came with the code; often empty, and of the client's making
     * @param nanos how long it was open
     */
    default void disconnected(String mount, String transport, int code, String reason, long nanos) {}

    /** A message of a client has come in: what stands in the frame, before it is decoded. */
    default void received(String mount, String transport, int bytes) {}

    /** A frame for one client was given to its transport: a push or a reply. */
    default void sent(String mount, String transport, int bytes) {}

    /** A client is not read any more, until {@link #resumed}. */
    default void paused(String mount, String transport, PauseCause cause) {}

    /** A client is read again, or has gone. Called once for each {@link #paused}. */
    default void resumed(String mount, String transport, PauseCause cause, long nanos) {}

    /** A message could not be decoded, or its payload not turned into what its handler takes. */
    default void malformed(String mount, String transport) {}

    /**
     * A client has reached a limit. Called for each time, whatever became of it; a client that is refused, closed or not read is told so
     * by the other methods, too.
     *
     * @param mount empty if it came no further than to the server
     * @param transport empty if it came no further than to the server
     */
    default void limited(String mount, String transport, Limit limit) {}

    // Channels.

    /**
     * A client asked to join a topic. Called once for each join, when its outcome is known.
     *
     * @param pattern that of its route; empty if none was looked for, or none matches
     * @param topic empty if it is too long
     * @param nanos how long it took; zero if it never ran
     */
    default void joined(String mount, String pattern, String topic, JoinOutcome outcome, long nanos) {}

    /**
     * A client's message has waited that long before its channel took it; {@link #handledIn} follows if a handler deals with it. Of a
     * non-blocking channel most do not wait, and nothing is told of those.
     */
    default void waited(String mount, String pattern, String topic, long nanos) {}

    /**
     * A channel has handled an event, without an exception. The event is the client's, if the channel takes any.
     *
     * @param nanos how long it took. Of a {@linkplain ChannelSpec.Builder#nonBlocking non-blocking} channel it is told of one event in 16,
     *     by chance, and {@link #NOT_TIMED} of the others: to take the time costs as much as half of what metrics may. Where time is not
     *     the real one, as in tests, it is told of each
     */
    default void handledIn(String mount, String pattern, String topic, String event, long nanos) {}

    /** A channel has pushed a frame of that many bytes. */
    default void pushed(String mount, String pattern, String topic, String event, int bytes) {}

    /**
     * A joined channel has ended, for whatever reason. Called after its {@code terminate}, once for each {@link #joined} whose outcome was
     * {@link JoinOutcome#OK}.
     */
    default void left(String mount, String pattern, String topic, StopReason reason) {}

    /** A callback has thrown. */
    default void crashed(String mount, String pattern, String topic, Throwable cause) {}

    // Broadcasts.

    /** A channel or the endpoint has broadcast; mount and pattern are empty if it was the endpoint. */
    default void broadcast(String mount, String pattern, String topic, String event) {}

    /** A broadcast was given to the transports of that many clients of one event loop, which makes that many bytes in all. */
    default void delivered(String topic, String event, int clients, long bytes) {}

    /** Something was dropped. */
    default void dropped(Drop kind) {}

    // Event loops.

    /** So much waits for an event loop that clients who broadcast to it are not read for a while. */
    default void behind(long bytes) {}

    /** An event loop has caught up. Called once for each {@link #behind}. */
    default void caughtUp(long nanos) {}

    /**
     * A callback of a non-blocking channel, or a non-blocking {@code connect}, holds up its event loop and all connections there. Told once for each, when it
     * has done so for 100 ms; of a channel while it still does.
     *
     * @param pattern empty if it is {@code connect}
     * @param topic empty if it is {@code connect}
     * @param nanos for how long by now
     */
    default void heldUp(String mount, String pattern, String topic, long nanos) {}

    // The end.

    /** One batch of connections was told to go, as part of a drain. */
    default void drained(int connections, int batch, int batches) {}
}
