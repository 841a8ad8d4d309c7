package dev.simurgh.channel;

import dev.simurgh.protocol.Payload;

/** What {@code join} returns: the client is in, or is refused for a reason it may expect. */
public sealed interface JoinResult {
    /** Lets the client in; the reply is empty. */
    static JoinResult ok() {
        return Joined.EMPTY;
    }

    /** Lets the client in, with a reply. */
    static JoinResult ok(Object reply) {
        return new Joined(Payload.of(reply));
    }

    /** Refuses with an empty reply. */
    static JoinResult error() {
        return new Refused(Payload.EMPTY);
    }

    /** Refuses, with a reply that says why. */
    static JoinResult error(Object reply) {
        return new Refused(Payload.of(reply));
    }

    /** The reply's payload. */
    Payload reply();

    /**
     * The client is in.
     *
     * @param reply the reply's payload
     */
    record Joined(Payload reply) implements JoinResult {
        private static final Joined EMPTY = new Joined(Payload.EMPTY);
    }

    /**
     * The client is refused.
     *
     * @param reply the reply's payload
     */
    record Refused(Payload reply) implements JoinResult {}
}
