package dev.simurgh.cluster.jgroups;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jgroups.Version;
import org.jgroups.blocks.cs.Connection;
import org.jspecify.annotations.Nullable;

/** A cluster port that lets in whom it lets in, one after the other, and then echoes a byte. */
final class SocketsRig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final NodeSockets sockets;
    private final ServerSocket server;
    private final Thread acceptor = new Thread(this::acceptAll, "acceptor");

    SocketsRig(@Nullable ClusterTls tls, Duration handshakeTimeout) {
        try {
            sockets = new NodeSockets(tls, handshakeTimeout);
            server = sockets.createServerSocket("test", 0, 0, InetAddress.getLoopbackAddress());
            acceptor.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SocketsRig(@Nullable ClusterTls tls) {
        this(tls, PATIENCE);
    }

    /** As JGroups does: on one thread, with what blocks in it. */
    private void acceptAll() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] introduction = new byte[introduction().length];
                in.readFully(introduction);
                if (!Arrays.equals(introduction, introduction())) {
                    throw new IOException("introduction: " + Arrays.toString(introduction));
                }
                socket.getOutputStream().write(in.read());
            } catch (IOException e) {
                // the other side will notice
            }
        }
    }

    /** What JGroups says first: a cookie, its version, and an address with its length. */
    static byte[] introduction() {
        return ByteBuffer.allocate(15)
                .put(Connection.cookie)
                .putShort(Version.version)
                .putShort((short) 7)
                .put((byte) 4)
                .put(new byte[] {127, 0, 0, 1})
                .putShort((short) 7700)
                .array();
    }

    int port() {
        return server.getLocalPort();
    }

    Refusals refusals() {
        return sockets.refusals();
    }

    /** Connects as a node does, and tells whether the cluster port let it in. */
    boolean lets(@Nullable ClusterTls tls) {
        return lets(new NodeSockets(tls, PATIENCE).createSocket("test"));
    }

    /** Connects a socket, and tells whether the cluster port let it in. */
    boolean lets(Socket socket) {
        try (socket) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(introduction());
            out.write(42);
            out.flush();
            return socket.getInputStream().read() == 42;
        } catch (IOException e) {
            return false;
        }
    }

    /** A connection without encryption that has not said anything. */
    Socket stranger() {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
