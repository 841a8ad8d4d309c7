package dev.simurgh.channel;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;

/**
 * What {@code handleIn} returns: a reply, or none; and whether the channel goes on.
 *
 * <p>{@code handleOut} and {@code handleInfo} answer no message and return a {@link Next}.
 */
public sealed interface Result permits Next, Reply {
    /** Goes on without a reply. */
    static Next noReply() {
        return Next.CONTINUE;
    }

    /** Ends the channel without a reply; the client gets {@code phx_close}. */
    static Next stop() {
        return stop(StopReason.normal());
    }

    /** Ends the channel without a reply; the reason decides between {@code phx_close} and {@code phx_error}. */
    static Next stop(StopReason reason) {
        return new Next(reason);
    }

    /** Replies ok with an empty payload. */
    static Reply ok() {
        return ok(Payload.EMPTY);
    }

    /** Replies ok. The payload is a record, a map or whatever the codec encodes, bytes, or a {@link Payload}. */
    static Reply ok(Object payload) {
        return reply(Protocol.OK, payload);
    }

    /** Replies error with an empty payload. */
    static Reply error() {
        return error(Payload.EMPTY);
    }

    /** Replies error: for what a client may expect to happen. What it may not expect should throw. */
    static Reply error(Object payload) {
        return reply(Protocol.ERROR, payload);
    }

    /** Replies with a status of one's own. phoenix.js hands it to {@code receive(status, …)}. */
    static Reply reply(String status, Object payload) {
        return new Reply(status, Payload.of(payload), null);
    }
}
