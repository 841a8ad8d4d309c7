package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.blocks.cs.TcpConnection;
import org.jgroups.blocks.cs.TcpServer;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ThreadFactory;
import org.jgroups.util.Util;

/** The cluster port and the connections of a node. */
final class PeerServer extends TcpServer {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int INTRODUCTION_MILLIS = 2_000;

    private final NodeSockets sockets;

    /** Binds the first free port. */
    PeerServer(Transport transport, NodeSockets sockets, InetAddress host, int firstPort, int lastPort)
            throws Exception {
        super(transport.getThreadFactory(), sockets, host, firstPort, lastPort, null, 0, 0);
        this.sockets = sockets;
        acceptor = factory.newThread(new Door(), "port-" + srv_sock.getLocalPort());
        peerAddressReadTimeout(INTRODUCTION_MILLIS);
        usePeerConnections(true);
        receiver(transport);
        timeService(transport.getTimeService());
        socketConnectionTimeout(CONNECT_MILLIS);
        tcpNodelay(true);
        clientBindAddress(host);
        logDetails(false);
        addConnectionListener(transport);
    }

    ThreadFactory threads() {
        return factory;
    }

    /** Hears what became of a connection that this node made: whether the peer has said something, or ended it before. */
    void made(Address peer, boolean answered) {
        if (!sockets.encrypt()) { // with TLS, the handshake has told
            InetAddress address = ((IpAddress) peer).getIpAddress();
            if (answered) {
                sockets.refusals().answered(address);
            } else {
                sockets.refusals().cutOff(address);
            }
        }
    }

    @Override
    protected TcpConnection createConnection(Address to) throws Exception {
        return new PeerConnection(to, this);
    }

    /** What waits on a connection that gives way to another one goes there. */
    @Override
    public void replaceConnection(Address peer, Connection connection) {
        Connection previous = conns.put(peer, connection);
        if (previous != null && previous != connection) {
            ((PeerConnection) previous).handOver((PeerConnection) connection);
            Util.close(previous);
        }
    }

    /** Closes what leads to none of these, and to no member; all at once, since to say goodbye to a peer that hangs takes a while. */
    @Override
    public void retainAll(Collection<Address> wanted, Predicate<PhysicalAddress> isMember) {
        List<PeerConnection> gone = new ArrayList<>();
        conns.forEach((address, connection) -> {
            // one by one, for one that comes in meanwhile has to stay
            if (!wanted.contains(address)
                    && !isMember.test((PhysicalAddress) address)
                    && conns.remove(address, connection)) {
                gone.add((PeerConnection) connection);
            }
        });
        locks.keySet().removeIf(address -> !wanted.contains(address) && !conns.containsKey(address));
        PeerConnection.closeAll(gone);
    }

    /** Frees the port, also if it was never started. */
    @Override
    public void stop() {
        super.stop();
        Util.close(srv_sock);
    }

    private final class Door extends Acceptor {
        @Override
        protected void handleAccept(Socket socket) throws Exception {
            PeerConnection connection = new PeerConnection(socket, PeerServer.this);
            try {
                handleIncomingConnection(connection.peerAddress(), connection);
            } catch (Exception e) {
                Util.close(connection);
                throw e;
            } catch (OutOfMemoryError e) { // also if no thread can be started, which would end the acceptor
                Util.close(connection);
                throw new IOException(e);
            }
        }
    }
}
