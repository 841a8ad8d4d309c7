package dev.simurgh.protocol;

/**
 * The WebSocket close codes that Simurgh sends, and what phoenix.js makes of them: it reconnects (first after 10 ms) and rejoins its
 * channels, but for {@link #NORMAL}, after which 1.8.12 stays away; 1.8.16 comes back after that too.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1">RFC 6455, section 7.4.1</a>
 */
public final class CloseCode {

    /**
     * 1000: the answer to a client that closes. Never sent of our own accord, since phoenix.js 1.8.12 does <em>not</em>
     * reconnect after it.
     */
    public static final int NORMAL = 1000;
    /** 1001: the socket was disconnected by id ("kicked"), or was idle for too long. phoenix.js reconnects. */
    public static final int GOING_AWAY = 1001;
    /** 1002: the client broke the WebSocket protocol. phoenix.js reconnects. */
    public static final int PROTOCOL_ERROR = 1002;
    /** 1005: the client closed without a code. Never sent. */
    public static final int NO_CODE = 1005;
    /** 1006: the connection broke without a close frame. Never sent. */
    public static final int BROKEN = 1006;
    /** 1007: a text frame was not UTF-8. phoenix.js reconnects. */
    public static final int INVALID_TEXT = 1007;
    /** 1008: the client sent malformed messages again and again, or broke another rule of this server. phoenix.js reconnects. */
    public static final int POLICY_VIOLATION = 1008;
    /** 1009: a frame or message was longer than the limit. phoenix.js reconnects. */
    public static final int TOO_BIG = 1009;
    /** 1011: a defect on our side ended the connection. phoenix.js reconnects. */
    public static final int INTERNAL_ERROR = 1011;
    /** 1012: this node is being drained for a restart. phoenix.js reconnects, to another node behind a load balancer. */
    public static final int SERVICE_RESTART = 1012;
    /** 1013: the node is overloaded, or the client reads too slowly and its outgoing queue is full. phoenix.js reconnects. */
    public static final int TRY_AGAIN_LATER = 1013;
    /**
     * 3000: the client's authorization has expired. phoenix.js reconnects, and is refused if it has no fresh token to show. The code is in the
     * registry that RFC 6455 section 11.7 sets up, under the name Unauthorized.
     */
    public static final int UNAUTHORIZED = 3000;

    private CloseCode() {}
}
