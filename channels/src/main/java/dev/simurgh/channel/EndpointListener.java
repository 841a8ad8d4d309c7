package dev.simurgh.channel;

/**
 * Hears what happens at an endpoint, for metrics. Called on the threads that do the work, event loops among them: must be quick and
 * must not block or throw. All durations are in nanoseconds.
 */
public interface EndpointListener {
    /** Hears nothing. */
    EndpointListener NONE = new EndpointListener() {};

    /** How a connect went. */
    enum ConnectOutcome {
        /** Accepted. */
        OK,
        /** Refused by {@code connect}. */
        REFUSED,
        /** {@code connect} threw. */
        CRASHED,
        /** Refused by the transport: a web page that may not connect here. */
        WRONG_ORIGIN,
        /** Refused by the transport: no serializer of the version that was asked for. */
        WRONG_VERSION,
        /** Refused by the transport: none of the sub-protocols that were offered is spoken here. */
        WRONG_SUBPROTOCOL
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
        TIMEOUT
    }

    /** A client connected to a socket, or was refused. */
    default void connected(String mountPath, String transport, ConnectOutcome outcome, long nanos) {}

    /** A connection has gone. */
    default void disconnected(String mountPath, String transport) {}

    /** A client joined a topic, or was refused. */
    default void joined(String topic, JoinOutcome outcome, long nanos) {}

    /** A channel has handled an event, without an exception. */
    default void handledIn(String topic, String event, long nanos) {}

    /** A channel has pushed a frame of that many bytes. */
    default void pushed(String topic, String event, int frameBytes) {}

    /** A channel or the endpoint has broadcast. */
    default void broadcast(String topic, String event) {}

    /** A joined channel has ended, for whatever reason. */
    default void left(String topic, StopReason reason) {}

    /** A callback has thrown. */
    default void crashed(String topic, Throwable cause) {}

    /** A message could not be decoded, or its payload not turned into what its handler takes. */
    default void malformed(String mountPath) {}

    /** A message was dropped for one subscriber. */
    default void dropped(String reason) {}

    /** One batch of connections was told to go, as part of a drain. */
    default void drained(int connections, int batch, int batches) {}
}
