package dev.simurgh.conformance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A client's TCP connection: one HTTP request and, if the answer is an upgrade, WebSocket frames after it. */
final class Connection implements AutoCloseable {
    private static final int REMEMBERED = 10;

    private final Arrivals arrivals;
    private final Socket socket = new Socket();
    private final Deque<String> last = new ArrayDeque<>();
    private final long openedNanos = System.nanoTime();
    private volatile boolean upgraded;
    private volatile boolean closed;

    private Connection(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    /** Connects and sends a request. A connection that is refused is a {@link Received.TcpEnd}. */
    static Connection request(HttpMessage request, int port, Arrivals arrivals) {
        Connection connection = new Connection(arrivals);
        try {
            connection.socket.setTcpNoDelay(true);
            connection.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            connection.arrived(new Received.TcpEnd("no connection: " + e.getMessage()));
            return connection;
        }
        Thread reader = new Thread(() -> connection.read(request.firstLine().startsWith("HEAD ")), "replay-reader");
        reader.setDaemon(true);
        connection.send(request.encode(), request.firstLine());
        reader.start();
        return connection;
    }

    /** Sends bytes. That the server has gone is no failure here; it will be missed when something is expected of it. */
    void send(byte[] bytes, String shown) {
        remember("> " + shown);
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            remember("> not sent: " + e.getMessage());
        }
    }

    boolean upgraded() {
        return upgraded;
    }

    /** Whether this side closed it, so that it no longer matters what arrives. */
    boolean closed() {
        return closed;
    }

    /** The last frames in both directions, oldest first. */
    List<String> last() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            remember("> not closed: " + e.getMessage());
        }
    }

    private void read(boolean head) {
        String how = "server ended the TCP stream";
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean open = true;
            while (open) {
                open = upgraded ? readFrame(in) : readAnswer(in, head);
            }
        } catch (IOException e) {
            how = e.toString();
        }
        arrived(new Received.TcpEnd(how));
    }

    private boolean readAnswer(InputStream in, boolean head) throws IOException {
        Optional<HttpMessage> answer = HttpMessage.read(in, head);
        answer.ifPresent(http -> {
            upgraded = http.status() == 101;
            arrived(new Received.Answer(http));
        });
        return answer.isPresent();
    }

    private boolean readFrame(InputStream in) throws IOException {
        Optional<WireFrame> frame = WireFrame.read(in);
        frame.ifPresent(wire -> arrived(new Received.Frame(wire)));
        return frame.isPresent();
    }

    private void arrived(Received received) {
        remember("< " + received.show());
        arrivals.add(this, received);
    }

    private void remember(String line) {
        long millis = (System.nanoTime() - openedNanos) / 1_000_000;
        synchronized (last) {
            if (last.size() == REMEMBERED) {
                last.remove();
            }
            last.add(String.format("%6d ms %s", millis, ReplayFailure.shortened(line)));
        }
    }
}
