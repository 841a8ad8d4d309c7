package dev.simurgh.channel;

import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;

/** A message of a client that is still to be answered, from any thread: the channel that handled it has returned {@code noReply}. */
public final class SocketRef {
    private final SocketSide channel;
    private final Ref ref;

    SocketRef(SocketSide channel, Ref ref) {
        this.channel = channel;
        this.ref = ref;
    }

    /** Replies ok. Nothing happens if the channel has gone. */
    public void reply(Object payload) {
        reply(Protocol.OK, payload);
    }

    /** Replies error. Nothing happens if the channel has gone. */
    public void error(Object payload) {
        reply(Protocol.ERROR, payload);
    }

    /**
     * Replies with a status of one's own. Nothing happens if the channel has gone.
     *
     * @throws dev.simurgh.protocol.PayloadException if the payload cannot be encoded
     */
    public void reply(String status, Object payload) {
        channel.reply(ref, status, payload);
    }
}
