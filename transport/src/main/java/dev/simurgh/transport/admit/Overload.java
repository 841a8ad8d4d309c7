package dev.simurgh.transport.admit;

import dev.simurgh.channel.Limit;
import dev.simurgh.transport.http.Answer;

/**
 * Why there is no room for a client that else might come in: the server is full, or it is the client that is too many or too fast. A
 * balancer may ask another node after 503, and need not after 429.
 */
public enum Overload implements Seats.Answer {
    CONNECTIONS(
            Limit.CONNECTIONS,
            503,
            "too many connections",
            "refused a client of {}, {}: all connections are taken (expected: at most ServerLimits.maxConnections). Start another"
                    + " node, or raise it if this one has the memory"),
    CONNECTIONS_PER_ADDRESS(
            Limit.CONNECTIONS_PER_ADDRESS,
            429,
            "too many connections from your address",
            "refused a client of {}, {}: too many connections of this address (expected: at most"
                    + " ServerLimits.maxConnectionsPerAddress). If it is a proxy, name it with ServerBuilder.trustedProxies or"
                    + " proxyProtocol"),
    HANDSHAKES_PER_SECOND(
            Limit.HANDSHAKES_PER_SECOND,
            429,
            "too many handshakes",
            "refused a client of {}, {}: too many ask at once (expected: at most ServerLimits.handshakesPerSecond)"),
    LONG_POLL_SESSIONS(
            Limit.LONG_POLL_SESSIONS,
            503,
            "too many long-poll sessions",
            "refused a client of {}, {}: all long-poll sessions are taken (expected: at most"
                    + " ServerLimits.maxLongPollSessions)");

    private static final int FULL_SECONDS = 5;
    private static final int FAST_SECONDS = 1;

    private final Limit limit;
    private final int status;
    private final String text;
    private final String line;

    Overload(Limit limit, int status, String text, String line) {
        this.limit = limit;
        this.status = status;
        this.text = text;
        this.line = line;
    }

    /** What counts it. */
    Limit limit() {
        return limit;
    }

    /** What the client gets. */
    Answer answer() {
        return Answer.later(status, text, this == HANDSHAKES_PER_SECOND ? FAST_SECONDS : FULL_SECONDS);
    }

    /** The line for the log, with places for the socket and the client. */
    String line() {
        return line;
    }
}
