package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;

/**
 * A message of a client that is still to be answered, from any thread: the channel that handled it has returned {@code noReply}. Nothing
 * happens if the channel has gone by then. What a payload may be is said at {@link Result}.
 */
public final class SocketRef {
    private final SocketSide channel;
    private final Ref ref;

    SocketRef(SocketSide channel, Ref ref) {
        this.channel = channel;
        this.ref = ref;
    }

    /** Where it is logged what comes of messages of clients, so that they cannot fill the log; for extensions that answer by this. */
    public ClientLog clientLog() {
        return channel.environment().clientLog();
    }

    /** Replies ok with an empty payload. */
    public void ok() {
        ok(Payload.EMPTY);
    }

    /**
     * Replies ok.
     *
     * @throws dev.simurgh.protocol.PayloadException if the payload cannot be encoded
     */
    public void ok(Object payload) {
        reply(Protocol.OK, payload);
    }

    /** Replies error with an empty payload. */
    public void error() {
        error(Payload.EMPTY);
    }

    /**
     * Replies error: for what a client may expect to happen.
     *
     * @throws dev.simurgh.protocol.PayloadException if the payload cannot be encoded
     */
    public void error(Object payload) {
        reply(Protocol.ERROR, payload);
    }

    /**
     * Replies with a status of one's own. phoenix.js hands it to {@code receive(status, …)}.
     *
     * @throws dev.simurgh.protocol.PayloadException if the payload cannot be encoded
     */
    public void reply(String status, Object payload) {
        channel.reply(ref, status, payload);
    }
}
