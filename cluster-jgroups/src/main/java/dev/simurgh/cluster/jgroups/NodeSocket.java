package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection between two nodes, encrypted or not; to its user a plain socket. What has to happen before the nodes talk has
 * a deadline as a whole: a timeout of each read, which is all that {@link Socket} has, lets a peer that says a byte now and then hold
 * a thread for hours.
 *
 * <p>It closes without TLS's farewell. To say it can block, when the peer does not read; and what a farewell would protect from, a
 * connection cut by someone on the network, the nodes find out and mend anyway.
 */
final class NodeSocket extends Socket {
    private static final String[] VERSIONS = {"TLSv1.3"};
    private static final long NONE = 0;

    private final @Nullable ClusterTls tls;
    private final Duration handshakeTimeout;
    private final Refusals refusals;
    private volatile @Nullable InputStream in;
    private volatile @Nullable OutputStream out;
    private volatile long deadline = NONE;

    /** Makes one that is not connected. */
    NodeSocket(@Nullable ClusterTls tls, Duration handshakeTimeout, Refusals refusals) {
        this.tls = tls;
        this.handshakeTimeout = handshakeTimeout;
        this.refusals = refusals;
    }

    /** Connects to another node; with TLS, returns or fails after the handshake. */
    @Override
    public void connect(SocketAddress node, int timeoutMillis) throws IOException {
        super.connect(node, timeoutMillis);
        InetAddress address = ((InetSocketAddress) node).getAddress();
        try {
            begin();
            secure(true);
            end();
            refusals.forget(address, tls);
        } catch (IOException e) {
            close();
            refusals.tell(address, tls, e);
            throw e;
        }
    }

    /** Starts the time in which {@link #end} has to be reached. */
    void begin() {
        long due = System.nanoTime() + handshakeTimeout.toNanos();
        deadline = due == NONE ? 1 : due;
    }

    /** Ends what has a deadline: from now on, reads wait. */
    void end() throws IOException {
        deadline = NONE;
        setSoTimeout(0);
    }

    /** Makes the connection an encrypted one, if it is to be. Blocks. */
    void secure(boolean client) throws IOException {
        if (tls == null) {
            return;
        }
        SSLSocketFactory factory = tls.context().getSocketFactory();
        // the layer above takes the streams of this one as it is made, so before they are replaced
        SSLSocket layer = (SSLSocket) factory.createSocket(this, null, true);
        layer.setUseClientMode(client);
        layer.setEnabledProtocols(VERSIONS);
        if (!client) {
            layer.setNeedClientAuth(true);
        }
        layer.startHandshake();
        in = layer.getInputStream();
        out = layer.getOutputStream();
    }

    /** Puts bytes that have been read before those that come. */
    void unread(InputStream bytes) throws IOException {
        in = new SequenceInputStream(bytes, getInputStream());
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream secured = in;
        return secured == null ? new Timed(super.getInputStream()) : secured;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream secured = out;
        return secured == null ? super.getOutputStream() : secured;
    }

    /** The bytes as they come from the network, until the deadline. */
    private final class Timed extends InputStream {
        private final InputStream raw;

        Timed(InputStream raw) {
            this.raw = raw;
        }

        private boolean limited() throws IOException {
            long due = deadline;
            if (due == NONE) {
                return false;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime());
            if (left <= 0) {
                throw late();
            }
            setSoTimeout((int) left);
            return true;
        }

        private SocketTimeoutException late() {
            return new SocketTimeoutException("introduction (expected: within " + handshakeTimeout + ")");
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] array, int offset, int length) throws IOException {
            if (!limited()) {
                return raw.read(array, offset, length);
            }
            try {
                return raw.read(array, offset, length);
            } catch (SocketTimeoutException e) {
                throw late();
            }
        }

        @Override
        public int available() throws IOException {
            return raw.available();
        }

        @Override
        public void close() throws IOException {
            NodeSocket.this.close();
        }
    }
}
