package dev.simurgh.transport;

/**
 * What a server holds of its clients, and whom it did not admit. Of the first five nothing is left when nobody is there.
 *
 * @param connections how many WebSockets and long-poll sessions there are, together, with those that are about to be; see {@link
 *     ServerLimits.Builder#maxConnections}
 * @param sessions how many of them are long-poll sessions
 * @param queuedBytes how much waits to go out to clients that do not take it at once, on both transports; of WebSockets as of the last 100 ms
 * @param pendingConnections how many there are that are not admitted, see {@link ServerLimits.Builder#maxPendingConnections}; 0 on the
 *     application's port, where they are its server's
 * @param pendingBytes what is kept of requests that have not come to their end, and of bodies that handlers work on, see
 *     {@link ServerLimits.Builder#maxPendingBytes}; on the application's port the bodies alone
 * @param turnedAway how many were ended for want of room, since the server started; 0 on the application's port
 * @param refused how many requests were answered with an error before any route saw them, since the server started: 400, 408,
 *     413, 414, 417, 431, 501 or 505; on the application's port 400, 408, 413 or 503, but for those that its server answers itself
 */
public record ServerStats(
        int connections,
        int sessions,
        long queuedBytes,
        int pendingConnections,
        long pendingBytes,
        long turnedAway,
        long refused) {}
