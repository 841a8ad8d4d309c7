package dev.simurgh.protocol;

/** The words of the protocol: the only place in Simurgh where they are written down. */
public final class Protocol {

    /** Event of a client that wants to join a topic. */
    public static final String PHX_JOIN = "phx_join";
    /** Event of a client that leaves a topic. */
    public static final String PHX_LEAVE = "phx_leave";
    /** Event that tells a client that its channel ended as intended; phoenix.js does not rejoin. */
    public static final String PHX_CLOSE = "phx_close";
    /** Event that tells a client that its channel crashed; phoenix.js rejoins. */
    public static final String PHX_ERROR = "phx_error";
    /** Event of a reply to a message with a ref. */
    public static final String PHX_REPLY = "phx_reply";
    /** Event on the topic {@link #PHOENIX} with which a client shows that it is alive. */
    public static final String HEARTBEAT = "heartbeat";
    /** Event that, broadcast to a socket's id, closes that socket's connections. Never sent to a client. */
    public static final String DISCONNECT = "disconnect";

    /** Topic of the connection itself: takes heartbeats and cannot be joined. */
    public static final String PHOENIX = "phoenix";

    /** Status of a reply that says yes. */
    public static final String OK = "ok";
    /** Status of a reply that says no. */
    public static final String ERROR = "error";

    /**
     * Of a topic that is kept: key of a client's position in the payload of its join, and of its position from then on in the response; and
     * the event, not the application's, that tells a position behind a binary message, which has no room for one.
     */
    public static final String POSITION = "position";
    /** Key in a message's payload, and parameter and header of a connect: the trace that goes on here, see {@link Traceparent}. */
    public static final String TRACEPARENT = "traceparent";
    /** Key in the response to a join with a {@link #POSITION}: whether the client gets all that it has missed. */
    public static final String RECOVERED = "recovered";

    /** Event that tells a client all who are present on a topic. */
    public static final String PRESENCE_STATE = "presence_state";
    /** Event that tells clients who has come to a topic and who has gone. */
    public static final String PRESENCE_DIFF = "presence_diff";
    /** Key of what makes a meta of a presence different from all others. */
    public static final String PHX_REF = "phx_ref";
    /** Key of the {@link #PHX_REF} that a meta had before it was updated. */
    public static final String PHX_REF_PREV = "phx_ref_prev";

    /** Key of the reason in the response of an error and in the payload of {@link #PHX_ERROR}. */
    public static final String REASON = "reason";
    /** Key of the status in the payload of a {@link #PHX_REPLY}. */
    public static final String STATUS = "status";
    /** Key of the response in the payload of a {@link #PHX_REPLY}. */
    public static final String RESPONSE = "response";

    /** Reason for refusing a join that no route matches, or a push to a topic that is not joined. */
    public static final String UNMATCHED_TOPIC = "unmatched topic";
    /** Reason for refusing a join whose handler threw. */
    public static final String JOIN_CRASHED = "join crashed";
    /** Reason in the payload of {@link #PHX_ERROR}. */
    public static final String CHANNEL_CRASH = "channel_crash";
    /** Reason for refusing a join over the limit of channels per connection. */
    public static final String TOO_MANY_CHANNELS = "too many channels joined";
    /** Reason for refusing a join over the limit of joins per second; {@code retry_after} beside it says in how many seconds to ask again. */
    public static final String TOO_MANY_JOINS = "too many joins";
    /** Reason for refusing a message that could be read only in part. Phoenix has none: it closes the connection. */
    public static final String MALFORMED = "malformed message";
    /** Reason for refusing a push or join whose payload is not what its handler takes. */
    public static final String INVALID_PAYLOAD = "invalid payload";
    /** Reason for refusing a join whose topic the cluster could not subscribe to, or whose history cannot be read now. */
    public static final String TOPIC_UNAVAILABLE = "topic unavailable";
    /** Reason for refusing a join that took longer than its limit. */
    public static final String JOIN_TIMEOUT = "join timeout";
    /** Reason for refusing a join whose turn did not come in time: so much is to be done. Its client may come later. */
    public static final String BUSY = "busy";
    /** Reason for refusing a push to a channel for which too much waits already. */
    public static final String CHANNEL_FULL = "channel full";
    /** Reason for refusing a message whose topic, event, ref or join_ref is too long. */
    public static final String NAME_TOO_LONG = "name too long";
    /** Reason for refusing a join that waited for an earlier one of its topic to end, and was overtaken by a newer one. */
    public static final String JOIN_REPLACED = "join replaced";

    /** The sub-protocol of a client that sends an auth token. */
    public static final String SUBPROTOCOL = "phoenix";
    /** What stands before an auth token, in base64, in the list of sub-protocols that a client offers. */
    public static final String AUTH_TOKEN_PREFIX = "base64url.bearer.phx.";
    /** Parameter of a client that may use the session of its cookies. */
    public static final String CSRF_TOKEN = "_csrf_token";

    private Protocol() {}
}
