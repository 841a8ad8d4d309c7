package dev.simurgh.channel;

/**
 * Where one join stands, as far as its client is concerned: what may go out, and what comes next.
 *
 * <pre>
 *              joined       refused, too late   replaced     goodbye    over     connection closed
 * JOINING      OPEN         CLOSED              REPLACED                CLOSED   CLOSED
 * OPEN                                          SUPERSEDED   LEAVING    CLOSED   CLOSED
 * LEAVING                                                               CLOSED   CLOSED
 * REPLACED     SUPERSEDED   CLOSED                                      CLOSED   CLOSED
 * SUPERSEDED                                                                     CLOSED
 * </pre>
 *
 * What stands empty changes nothing.
 */
enum JoinState {
    /** The join is under way: its answer goes out. */
    JOINING,
    /** Joined: everything goes out. */
    OPEN,
    /** The client has been told phx_close; only what terminate pushes still goes out. */
    LEAVING,
    /** Replaced while joining: only the answer to the join still goes out. */
    REPLACED,
    /** Replaced: nothing goes out, and phx_close is owed, behind the answer to the newer join. */
    SUPERSEDED,
    /** Nothing goes out. */
    CLOSED;

    boolean isUnanswered() {
        return this == JOINING || this == REPLACED;
    }

    boolean sendsPushes() {
        return this == OPEN || this == LEAVING;
    }

    JoinState joined() {
        return this == JOINING ? OPEN : this == REPLACED ? SUPERSEDED : this;
    }

    JoinState replaced() {
        return this == JOINING ? REPLACED : this == OPEN ? SUPERSEDED : this;
    }

    /** After a refusal, a crash or the end. */
    JoinState closed() {
        return this == SUPERSEDED ? SUPERSEDED : CLOSED;
    }
}
