package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jgroups.Address;
import org.jgroups.blocks.cs.TcpConnection;
import org.jgroups.blocks.cs.TcpServer;
import org.jgroups.util.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to another node, with a thread that connects and writes, and one that reads. To send never blocks; when too much waits,
 * what is sent is dropped, and JGroups sends it again when the peer misses it. To close takes {@link #GOODBYE_NANOS} at most.
 */
final class PeerConnection extends TcpConnection {
    private static final Logger log = LoggerFactory.getLogger(PeerConnection.class);
    /** More than the window of a link ({@link PeerLink}), and room for what JGroups itself says. */
    private static final int MAX_WAITING_BYTES = 4 << 20;

    private static final long GOODBYE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int BUFFER_BYTES = 1 << 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Whether this node connected. */
    private final boolean made;

    private int waitingBytes;
    private boolean closing;
    private volatile @Nullable Thread writer;
    private volatile boolean connecting;
    private volatile boolean closedHere;
    private volatile boolean failed;
    private volatile boolean broken;

    /** Makes one that will connect. */
    PeerConnection(Address peer, TcpServer server) throws Exception {
        super(peer, server);
        made = true;
    }

    /** Takes one that a peer has made. */
    PeerConnection(Socket socket, TcpServer server) throws Exception {
        super(socket, server);
        made = false;
    }

    /** Whether it has ended without either side closing it. */
    boolean isBroken() {
        return broken;
    }

    @Override
    public boolean isConnectionPending() {
        return connecting;
    }

    /** Has it connect once it starts. */
    @Override
    public void connect(Address peer) {
        connecting = true;
    }

    @Override
    public void start() {
        Thread thread = threads().newThread(this::write, "writer-" + peer_addr);
        writer = thread;
        if (!connecting) {
            startReader();
        }
        thread.start();
    }

    private ThreadFactory threads() {
        return ((PeerServer) server).threads();
    }

    private void startReader() {
        receiver = new Reader(threads()).start();
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        byte[] frame = Arrays.copyOfRange(bytes, offset, offset + length); // JGroups will use the array again
        lock.lock();
        try {
            if (!closing && waitingBytes + length <= MAX_WAITING_BYTES) {
                waiting.add(frame);
                waitingBytes += length;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives what waits to another connection, which has not sent anything yet. */
    void handOver(PeerConnection next) {
        lock.lock();
        try {
            for (byte[] frame = waiting.poll(); frame != null; frame = waiting.poll()) {
                next.send(frame, 0, frame.length);
            }
            waitingBytes = 0;
        } finally {
            lock.unlock();
        }
    }

    private byte @Nullable [] next() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closing) {
                changed.await();
            }
            byte[] frame = waiting.poll();
            if (frame != null) {
                waitingBytes -= frame.length;
            }
            return frame;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasMore() {
        lock.lock();
        try {
            return !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        try {
            if (connecting) {
                super.connect(peer_addr);
                connecting = false;
                startReader();
            }
            for (byte[] frame = next(); frame != null; frame = next()) {
                doSend(frame, 0, frame.length, !hasMore());
            }
            sayGoodbye();
        } catch (Exception e) {
            log.debug("connection to {} ends: {}", peer_addr, e.toString());
            failed = !closedHere && !closed_gracefully; // the removal below closes it from here
        } finally {
            connecting = false;
            ended.countDown();
            doClose();
            server.removeConnectionIfPresent(peer_addr, this);
        }
    }

    private void sayGoodbye() throws IOException {
        if (!closed_gracefully) {
            out.writeInt(GRACEFUL_CLOSE);
            out.flush();
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close(boolean graceful) throws IOException {
        beginToClose(graceful);
        if (graceful) {
            awaitGoodbye(System.nanoTime() + GOODBYE_NANOS);
        }
        doClose();
    }

    /** Closes them with a goodbye. Takes no longer than for one of them. */
    static void closeAll(List<PeerConnection> connections) {
        connections.forEach(connection -> connection.beginToClose(true));
        long deadline = System.nanoTime() + GOODBYE_NANOS;
        for (PeerConnection connection : connections) {
            try {
                connection.awaitGoodbye(deadline);
            } catch (IOException e) {
                log.debug("connection to {}", connection.peer_addr, e);
            }
            connection.doClose();
        }
    }

    private void beginToClose(boolean graceful) {
        closedHere = true;
        lock.lock();
        try {
            closing = true;
            if (!graceful) {
                waiting.clear();
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void awaitGoodbye(long deadlineNanos) throws IOException {
        Thread thread = writer;
        if (connecting || thread == Thread.currentThread()) {
            return;
        }
        if (thread == null) {
            sayGoodbye(); // nothing was written yet, so it does not block
            return;
        }
        try {
            if (!ended.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                log.debug("{} takes no goodbye", peer_addr);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Only the socket: the streams would flush, or wait for the thread that writes. */
    @Override
    protected void doClose() {
        try {
            sock.close();
        } catch (IOException e) {
            log.debug("connection to {}", peer_addr, e);
        }
        connected = false;
    }

    private final class Reader extends Receiver {
        private boolean answered;

        Reader(ThreadFactory threads) {
            super(threads);
        }

        @Override
        public void run() {
            try {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int length = in.readInt(); length != GRACEFUL_CLOSE; length = in.readInt()) {
                    if (length < 0 || length > Transport.MAX_FRAME_BYTES) {
                        throw new IOException(
                                "frame of " + length + " bytes (expected: at most " + Transport.MAX_FRAME_BYTES + ")");
                    }
                    byte[] frame = length <= BUFFER_BYTES ? buffer : new byte[length];
                    in.readFully(frame, 0, length);
                    if (!answered) {
                        answered = true;
                        tell();
                    }
                    server.receive(peer_addr, frame, 0, length);
                }
                closed_gracefully = true;
            } catch (IOException | RuntimeException e) {
                log.debug("connection from {} ends: {}", peer_addr, e.toString());
            } finally {
                end();
            }
        }

        private void tell() {
            if (made) {
                ((PeerServer) server).made(peer_addr, answered);
            }
        }

        private void end() {
            broken = !closed_gracefully && (failed || !closedHere);
            if (broken && !answered) {
                tell();
            }
            lock.lock();
            try {
                closing = true;
                waiting.clear();
                changed.signal();
            } finally {
                lock.unlock();
            }
            server.notifyConnectionClosed(PeerConnection.this);
            doClose();
        }
    }
}
