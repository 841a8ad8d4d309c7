package dev.simurgh.cluster.jgroups;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jgroups.Version;
import org.jgroups.blocks.cs.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster port. Hands out only connections that have introduced themselves.
 *
 * <p>JGroups accepts connections on one thread, and on that thread it waits for each to finish the TLS handshake and to tell its
 * address. Strangers who connect and say nothing would keep nodes out for a second each, and those who speak slowly, for hours. So here
 * each connection has a thread until it has said what JGroups waits for (cookie, version, address), within a deadline, and {@link
 * #accept} returns those that have. No more than {@value #MAX_WAITING} wait; one more pushes out the one that has waited longest: a
 * node needs milliseconds.
 *
 * <p>What is no node is closed here, before JGroups has seen it, which would log a stack trace for each.
 */
final class NodeServerSocket extends ServerSocket {
    static final int MAX_WAITING = 128;

    private static final Logger log = LoggerFactory.getLogger(NodeServerSocket.class);

    /** How many the kernel keeps until they are accepted. Those beyond come again a second later: 50, as is usual, were too few. */
    private static final int BACKLOG = 1_000;

    private static final Socket CLOSED = new Socket();
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration TOLD_AGAIN = Duration.ofMinutes(1);
    private static final int HEAD = Connection.cookie.length + 2 * Short.BYTES;
    private static final int IPV4 = 4;
    private static final int IPV6 = 16;
    private static final int MAX_ADDRESS = 1 + IPV6 + Integer.BYTES + Short.BYTES; // length, address, scope, port

    private final @Nullable ClusterTls tls;
    private final Duration handshakeTimeout;
    private final Refusals refusals;
    private final LinkedBlockingQueue<Socket> ready = new LinkedBlockingQueue<>();
    private final Set<NodeSocket> waiting = new LinkedHashSet<>();
    private @Nullable Thread door;
    private long failedAt;

    /** Makes one that is not bound. */
    NodeServerSocket(@Nullable ClusterTls tls, Duration handshakeTimeout, Refusals refusals) throws IOException {
        this.tls = tls;
        this.handshakeTimeout = handshakeTimeout;
        this.refusals = refusals;
    }

    @Override
    public void bind(@Nullable SocketAddress address, int backlog) throws IOException {
        super.bind(address, Math.max(backlog, BACKLOG));
    }

    @Override
    public Socket accept() throws IOException {
        open();
        try {
            Socket next = ready.take();
            if (next == CLOSED) {
                ready.add(CLOSED);
                throw new SocketException("Socket closed");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("Closed by interrupt");
        }
    }

    private synchronized void open() {
        if (door == null) {
            door = daemon("port-" + getLocalPort(), this::acceptAll);
        }
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, ClusterThreads.PREFIX + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void acceptAll() {
        while (!isClosed()) {
            NodeSocket socket = new NodeSocket(tls, handshakeTimeout, refusals);
            try {
                implAccept(socket);
                socket.begin();
                admitLater(socket);
            } catch (IOException | OutOfMemoryError e) {
                // out of file descriptors or threads: strangers that are let go will give some back
                close(socket);
                notAccepted(e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Told once, until it is over for a while: ten times a second would only fill the log. */
    private void notAccepted(Throwable why) {
        long now = System.nanoTime();
        if (!isClosed() && (failedAt == 0 || now - failedAt > TOLD_AGAIN.toNanos())) {
            log.warn("cluster port {} takes no connections for now: {}", getLocalPort(), why.toString());
        }
        failedAt = now;
    }

    private void admitLater(NodeSocket socket) {
        @Nullable NodeSocket oldest = null;
        synchronized (waiting) {
            if (waiting.size() == MAX_WAITING) {
                oldest = waiting.iterator().next();
                waiting.remove(oldest);
            }
            waiting.add(socket);
        }
        if (oldest != null) {
            close(oldest);
        }
        if (isClosed()) {
            close(socket);
        }
        daemon("introduction-" + getLocalPort(), () -> admit(socket));
    }

    private void admit(NodeSocket socket) {
        try {
            socket.secure(false);
            introduce(socket);
            socket.end();
            refusals.forget(socket.getInetAddress(), tls);
            synchronized (waiting) {
                if (waiting.remove(socket) && !isClosed()) {
                    ready.add(socket);
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            boolean pushedOut;
            synchronized (waiting) {
                pushedOut = !waiting.remove(socket);
            }
            if (!pushedOut) {
                refusals.tell(socket.getInetAddress(), tls, e);
            }
        }
        close(socket);
    }

    private static void introduce(NodeSocket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[HEAD + MAX_ADDRESS];
        read(in, bytes, 0, HEAD);
        ByteBuffer head = ByteBuffer.wrap(bytes, Connection.cookie.length, 2 * Short.BYTES);
        short version = head.getShort();
        int length = head.getShort();
        if (!Arrays.equals(bytes, 0, Connection.cookie.length, Connection.cookie, 0, Connection.cookie.length)
                || length < 1
                || length > MAX_ADDRESS) {
            throw new IOException("no node (expected: JGroups)");
        }
        if (!Version.isBinaryCompatible(version)) {
            throw new IOException("JGroups " + Version.print(version) + " (expected: " + Version.printVersion() + ")");
        }
        read(in, bytes, HEAD, length);
        if (length != (bytes[HEAD] == IPV4 ? 1 + IPV4 + Short.BYTES : bytes[HEAD] == IPV6 ? MAX_ADDRESS : 0)) {
            throw new IOException("no node (expected: JGroups with an address)");
        }
        socket.unread(new ByteArrayInputStream(bytes, 0, HEAD + length));
    }

    private static void read(InputStream in, byte[] bytes, int offset, int length) throws IOException {
        if (in.readNBytes(bytes, offset, length) < length) {
            throw new EOFException();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        ready.add(CLOSED);
        synchronized (waiting) {
            waiting.forEach(NodeServerSocket::close);
            waiting.clear();
        }
        for (Socket socket = ready.poll(); socket != null && socket != CLOSED; socket = ready.poll()) {
            close(socket);
        }
        ready.add(CLOSED);
    }
}
