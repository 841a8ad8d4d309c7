package dev.simurgh.benchmarks;

/** What is counted while a load runs. */
enum Count {
    /** Connections that are up: open, and joined if they shall be. */
    LIVE,
    OPENED,
    JOINED,
    /** Attempts that ended before the TCP connection, the upgrade or the join was there. */
    FAILED_CONNECTS,
    FAILED_UPGRADES,
    FAILED_JOINS,
    /** Joins that were refused and tried again on the same connection. */
    REFUSED_JOINS,
    /** Connections that were up and then ended without our doing. */
    LOST,
    RETRIES,
    /** Connections that are not tried again. */
    GIVEN_UP,
    /** Pushes that expect a reply, and replies that came for them. */
    REQUESTS,
    REPLIES,
    UNKNOWN_REPLIES,
    /** Replies with another status than ok. */
    PUSH_ERRORS,
    DELIVERIES,
    /** Deliveries that came twice or in the wrong order. */
    OUT_OF_ORDER,
    MISROUTED,
    /** Pushes that were due but not sent, because the connection was down or did not take them. */
    SKIPPED,
    /** Broadcasts of a closed loop that were given up, because a delivery of them did not come. */
    ABANDONED,
    /** Joins with a position that were told that nothing is missed. */
    RECOVERED,
    /** Lists of who is there, and the bytes of their payloads. */
    STATES,
    STATE_BYTES,
    /** Changes of such a list, and the bytes of their payloads. */
    DIFFS,
    DIFF_BYTES,
    HEARTBEATS,
    /** Channels that the server ended. */
    CHANNEL_ERRORS,
    /** Frames that are no message of the protocol. */
    UNREADABLE,
    /** Messages of events that nobody asked for. */
    OTHER,
    BYTES_READ
}
