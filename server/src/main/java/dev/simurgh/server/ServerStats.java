package dev.simurgh.server;

/**
 * What a server holds of connections that are not admitted yet, and whom it did not admit.
 *
 * @param pendingConnections how many there are, see {@link ServerLimits.Builder#maxPendingConnections}
 * @param pendingBytes what is kept of requests that have not come to their end, and of bodies that handlers work on, see
 *     {@link ServerLimits.Builder#maxPendingBytes}
 * @param turnedAway how many were ended for want of room, since the server started
 * @param refused how many requests were answered with an error before any route saw them, since the server started: 400, 408,
 *     413, 414, 417, 431, 501 or 505
 */
public record ServerStats(int pendingConnections, long pendingBytes, long turnedAway, long refused) {}
