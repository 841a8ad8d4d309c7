package dev.simurgh.transport.admit;

import dev.simurgh.transport.ServerLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The room that a server has for connections, whatever carries them: WebSockets and long-poll sessions are counted together, for the
 * node and for each address, and the handshakes of a second. For any thread.
 *
 * <p>A seat is taken before the application is asked, and given back when nothing is left of the connection: by a WebSocket when
 * its TCP connection has gone, by a session when it has ended. So what connects is bounded while {@code connect} still works on it, and
 * closed connections whose clients do not hang up count.
 */
public final class Seats {
    /** Before the network of an IPv4 address, where no IPv6 network is: {@code 0:ffff::/32} belongs to nobody. */
    private static final long IPV4 = 0xFFFFL << 32;

    private final ServerLimits limits;
    private final @Nullable Rate handshakes;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();
    private final Map<Long, Integer> byAddress = new ConcurrentHashMap<>();

    /** Makes as many as there may be, all free. */
    public Seats(ServerLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        int perSecond = limits.handshakesPerSecond();
        this.handshakes = perSecond == Integer.MAX_VALUE ? null : new Rate(perSecond, nanoTime);
    }

    /** What comes of asking for a seat: one, or why there is none. */
    public sealed interface Answer permits Seat, Overload {}

    /** Room for one connection, until it is left. For one thread. */
    public final class Seat implements Answer {
        private final long network;
        private final boolean session;
        private boolean left;

        private Seat(long network, boolean session) {
            this.network = network;
            this.session = session;
        }

        /** Gives it back. Harmless when repeated. */
        public void leave() {
            if (!left) {
                left = true;
                Seats.this.leave(network, session);
            }
        }
    }

    /**
     * Takes a seat, if there is one.
     *
     * @param client its own address, not that of a proxy
     * @param session whether it is for long polling
     */
    public Answer take(InetSocketAddress client, boolean session) {
        long network = network(client);
        Overload none = take(network, session);
        return none == null ? new Seat(network, session) : none;
    }

    private @Nullable Overload take(long network, boolean session) {
        if (!takeOne(connections, limits.maxConnections())) {
            return Overload.CONNECTIONS;
        }
        if (session && !takeOne(sessions, limits.maxLongPollSessions())) {
            connections.decrementAndGet();
            return Overload.LONG_POLL_SESSIONS;
        }
        if (!takeOneOf(network)) {
            giveBack(session);
            return Overload.CONNECTIONS_PER_ADDRESS;
        }
        if (handshakes != null && !handshakes.take()) { // last: who gets no seat does not use it up for others
            leave(network, session);
            return Overload.HANDSHAKES_PER_SECOND;
        }
        return null;
    }

    private static boolean takeOne(AtomicInteger taken, int most) {
        return taken.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    private boolean takeOneOf(long network) {
        int most = limits.maxConnectionsPerAddress();
        if (!countsAddresses()) {
            return true;
        }
        boolean[] taken = new boolean[1];
        byAddress.compute(network, (address, before) -> {
            int now = before == null ? 0 : before;
            taken[0] = now < most;
            return taken[0] ? now + 1 : now;
        });
        return taken[0];
    }

    private void giveBack(boolean session) {
        connections.decrementAndGet();
        if (session) {
            sessions.decrementAndGet();
        }
    }

    private void leave(long network, boolean session) {
        giveBack(session);
        if (countsAddresses()) {
            byAddress.computeIfPresent(network, (address, now) -> now == 1 ? null : now - 1);
        }
    }

    /** Where one address may have all there are, nothing is kept for it. */
    private boolean countsAddresses() {
        return limits.maxConnectionsPerAddress() < limits.maxConnections();
    }

    /** What counts as one: an IPv4 address, or the first 64 bits of an IPv6 one, the rest of which its owner chooses. */
    private static long network(InetSocketAddress client) {
        InetAddress address = client.getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == Integer.BYTES ? IPV4 | Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
    }

    /** How many are taken. */
    public int connections() {
        return connections.get();
    }

    /** How many of them are of long-poll sessions. */
    public int sessions() {
        return sessions.get();
    }

    /** For how many addresses something is kept. */
    int addresses() {
        return byAddress.size();
    }
}
