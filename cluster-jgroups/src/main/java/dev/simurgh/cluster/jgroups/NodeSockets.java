package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jgroups.util.DefaultSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes the sockets of a node: all that JGroups opens comes from here. For any thread. */
final class NodeSockets extends DefaultSocketFactory {
    private final @Nullable ClusterTls tls;
    private final Duration handshakeTimeout;
    private final Refusals refusals = new Refusals();

    /**
     * Says how.
     *
     * @param tls how to encrypt; null for not at all
     * @param handshakeTimeout how long a connection may take until it has introduced itself, in either direction
     */
    NodeSockets(@Nullable ClusterTls tls, Duration handshakeTimeout) {
        this.tls = tls;
        this.handshakeTimeout = handshakeTimeout;
    }

    boolean encrypt() {
        return tls != null;
    }

    Refusals refusals() {
        return refusals;
    }

    @Override
    public Socket createSocket(String service) {
        return new NodeSocket(tls, handshakeTimeout, refusals);
    }

    @Override
    public Socket createSocket(String service, String host, int port) throws IOException {
        return createSocket(service, InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String service, InetAddress host, int port) throws IOException {
        Socket socket = createSocket(service);
        socket.connect(new InetSocketAddress(host, port), (int) handshakeTimeout.toMillis());
        return socket;
    }

    @Override
    public Socket createSocket(String service, String host, int port, InetAddress from, int fromPort)
            throws IOException {
        return createSocket(service, InetAddress.getByName(host), port, from, fromPort);
    }

    @Override
    public Socket createSocket(String service, InetAddress host, int port, InetAddress from, int fromPort)
            throws IOException {
        Socket socket = createSocket(service);
        socket.bind(new InetSocketAddress(from, fromPort));
        socket.connect(new InetSocketAddress(host, port), (int) handshakeTimeout.toMillis());
        return socket;
    }

    @Override
    public ServerSocket createServerSocket(String service) throws IOException {
        return new NodeServerSocket(tls, handshakeTimeout, refusals);
    }

    @Override
    public ServerSocket createServerSocket(String service, int port) throws IOException {
        return createServerSocket(service, port, 0);
    }

    @Override
    public ServerSocket createServerSocket(String service, int port, int backlog) throws IOException {
        ServerSocket socket = createServerSocket(service);
        socket.bind(new InetSocketAddress(port), backlog);
        return socket;
    }

    @Override
    public ServerSocket createServerSocket(String service, int port, int backlog, InetAddress address)
            throws IOException {
        ServerSocket socket = createServerSocket(service);
        socket.bind(new InetSocketAddress(address, port), backlog);
        return socket;
    }

    /** Refuses: what speaks over channels would neither be encrypted nor know who it speaks with. */
    @Override
    public SocketChannel createSocketChannel(String service) throws IOException {
        throw refused(service);
    }

    /** Refuses, for the same reason. */
    @Override
    public ServerSocketChannel createServerSocketChannel(String service) throws IOException {
        throw refused(service);
    }

    private static IOException refused(String service) {
        return new IOException(service + " (expected: a protocol that uses the cluster port)");
    }
}
