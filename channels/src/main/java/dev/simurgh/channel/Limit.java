package dev.simurgh.channel;

/**
 * A limit that was reached, named as the option that sets it, without its {@code max}. Counted in {@link Endpoint#limitCounts}, and
 * told to {@link EndpointListener#limited}.
 */
public enum Limit {
    // Of a socket, set by Limits.

    /** A client sent a message of more bytes; or one that inflates to more, or from too little. */
    MESSAGE_BYTES,
    /** A client sent a message in more frames than a WebSocket may. */
    FRAGMENTS,
    /** More pushes and broadcasts waited for a client. */
    QUEUE_BYTES,
    /** A client wanted to join more channels. */
    CHANNELS,
    /** A client sent a longer topic, event or ref. */
    NAME_BYTES,
    /** A client sent more frames that are no messages. */
    MALFORMED_FRAMES,
    /** A client pushed more than may wait for one channel. */
    MAILBOX_BYTES,
    /** A client sent JSON that is nested more deeply. */
    JSON_DEPTH,
    /** A client sent more messages in a second; told once until it has been read for a second again. */
    MESSAGES_PER_SECOND,
    /** A client sent more bytes in a second; told once until it has been read for a second again. */
    BYTES_PER_SECOND,
    /** The clients of a socket wanted to join more often within a second. */
    JOINS_PER_SECOND,
    /** A client has taken longer to join something. */
    JOIN_WITHIN,

    // Of a server, set by its limits.

    /** More clients wanted to connect than a server has connections for. */
    CONNECTIONS,
    /** More clients of one address wanted to connect. */
    CONNECTIONS_PER_ADDRESS,
    /** More clients wanted to connect within a second. */
    HANDSHAKES_PER_SECOND,
    /** A client took longer to ask for something. */
    HANDSHAKE_TIMEOUT,
    /** More connections were there that had not been admitted. */
    PENDING_CONNECTIONS,
    /** More bytes were kept of requests that had not come to their end. */
    PENDING_BYTES,
    /** More waited to go out for all clients together. */
    QUEUED_BYTES,
    /** A request had a longer first line. */
    REQUEST_LINE_BYTES,
    /** A request had longer headers, or more of them. */
    HEADER_BYTES,
    /** A request had a longer body. */
    BODY_BYTES,
    /** More clients wanted to begin long polling. */
    LONG_POLL_SESSIONS,
    /** More was held by all who poll together. */
    LONG_POLL_BYTES
}
