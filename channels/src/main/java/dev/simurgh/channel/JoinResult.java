package dev.simurgh.channel;

import dev.simurgh.protocol.Payload;

/** What {@code join} returns: the client is in, or is refused for a reason it may expect. */
public sealed interface JoinResult {
    /** Lets the client in; the reply is empty. */
    static JoinResult ok() {
        return Joined.EMPTY;
    }

    /** Lets the client in, with a reply. The payload is a record, a map or whatever the codec encodes, bytes, or a {@link Payload}. */
    static JoinResult ok(Object payload) {
        return new Joined(Payload.of(payload));
    }

    /** Refuses with an empty reply. */
    static JoinResult error() {
        return new Refused(Payload.EMPTY);
    }

    /** Refuses, with a reply that says why. */
    static JoinResult error(Object payload) {
        return new Refused(Payload.of(payload));
    }

    /** The reply's payload. */
    Payload payload();

    /**
     * The client is in.
     *
     * @param payload the reply's payload
     */
    record Joined(Payload payload) implements JoinResult {
        private static final Joined EMPTY = new Joined(Payload.EMPTY);
    }

    /**
     * The client is refused.
     *
     * @param payload the reply's payload
     */
    record Refused(Payload payload) implements JoinResult {}
}
