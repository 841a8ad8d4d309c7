package dev.simurgh.transport.serve;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.ServerStats;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.http.OpenRequests;
import dev.simurgh.transport.poll.Forwarding;
import dev.simurgh.transport.poll.LongPollSessions;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a running server holds beside its sockets: the seats of its clients, its long-poll sessions and what it says of them to other nodes, the threads of
 * handlers, and the requests that are being answered. For any thread.
 */
public final class Serving implements AutoCloseable {
    private final Endpoint endpoint;
    private final ServerLimits limits;
    private final int eventLoops;
    private final Duration answerTimeout;
    private final Seats seats;
    private final LongPollSessions sessions;
    private final Forwarding forwarding;
    private final Workers handlers = new Workers("simurgh-http", Workers.BLOCKING_THREADS);
    private final OpenRequests openRequests = new OpenRequests();
    private final AtomicBoolean stopping = new AtomicBoolean();

    /**
     * Starts: sessions can be asked for by other nodes from now on.
     *
     * @param eventLoops how many share the limits
     * @param answerTimeout how long a handler may take
     */
    public Serving(Endpoint endpoint, ServerLimits limits, int eventLoops, Duration answerTimeout) {
        this.endpoint = endpoint;
        this.limits = limits;
        this.eventLoops = eventLoops;
        this.answerTimeout = answerTimeout;
        this.seats = new Seats(limits, endpoint.timers()::nanoTime);
        this.sessions = new LongPollSessions(endpoint.backstage().clientLog(), limits.maxLongPollBytes(), eventLoops);
        this.forwarding = new Forwarding(endpoint.node(), sessions, limits.maxLongPollBytes());
    }

    /** What is carried. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** What clients may take up. */
    public ServerLimits limits() {
        return limits;
    }

    /** How many event loops share that. */
    public int eventLoops() {
        return eventLoops;
    }

    /** How long a handler may take. */
    public Duration answerTimeout() {
        return answerTimeout;
    }

    /** The room for connections. */
    public Seats seats() {
        return seats;
    }

    /** The sessions of long-polling clients. */
    public LongPollSessions sessions() {
        return sessions;
    }

    /** What is asked for and answered elsewhere. */
    public Forwarding forwarding() {
        return forwarding;
    }

    /** Runs the application's handlers, up to 16 at a time; refuses what it has no room for. */
    public Executor handlers() {
        return handlers;
    }

    /** The requests that are being answered, and those that are refused, for who counts them. */
    public OpenRequests openRequests() {
        return openRequests;
    }

    /**
     * What there is on the application's port.
     *
     * @param webSocketBytes what waits for WebSockets
     * @param bodyBytes what is kept of requests
     */
    public ServerStats stats(long webSocketBytes, long bodyBytes) {
        return stats(webSocketBytes, 0, bodyBytes, 0);
    }

    /**
     * What there is on a port of its own.
     *
     * @param webSocketBytes what waits for WebSockets
     * @param pendingConnections how many are not admitted
     * @param pendingBytes what is kept of requests
     * @param turnedAway how many were ended for want of room
     */
    public ServerStats stats(long webSocketBytes, int pendingConnections, long pendingBytes, long turnedAway) {
        return new ServerStats(
                seats.connections(),
                seats.sessions(),
                webSocketBytes + sessions.bytes() + forwarding.bytes(),
                pendingConnections,
                pendingBytes,
                turnedAway,
                openRequests.refusedTotal());
    }

    /** Nobody is let in any more. */
    public void stopping() {
        stopping.set(true);
    }

    /** Whether clients are sent away: this stops, or its endpoint does. */
    public boolean draining() {
        return stopping.get() || endpoint.isDraining();
    }

    /** Lets go of the polls that wait here for sessions on other nodes. */
    public void release() {
        forwarding.release();
    }

    /** Ends: nothing is taken from other nodes any more, and no handler begins. */
    @Override
    public void close() {
        forwarding.close();
        handlers.stop();
    }
}
