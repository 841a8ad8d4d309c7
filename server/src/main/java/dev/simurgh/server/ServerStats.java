package dev.simurgh.server;

/**
 * What a server holds of connections that are not admitted yet.
 *
 * @param pendingConnections how many there are, see {@link ServerBuilder#maxPendingConnections}
 * @param pendingBytes what is kept of requests that have not come to their end, see {@link ServerBuilder#maxPendingBytes}
 * @param turnedAway how many were ended for want of room, since the server started
 */
public record ServerStats(int pendingConnections, long pendingBytes, long turnedAway) {}
