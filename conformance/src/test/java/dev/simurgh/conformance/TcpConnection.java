package dev.simurgh.conformance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/** One TCP connection: one HTTP request and, if the answer is an upgrade, WebSocket frames after it. */
final class TcpConnection implements Connection {
    private final Arrivals arrivals;
    private final Socket socket = new Socket();
    private final LastFrames last = new LastFrames();
    private volatile boolean upgraded;
    private volatile boolean closed;

    private TcpConnection(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    /** Connects and sends a request. A connection that is refused is a {@link Received.TcpEnd}. */
    static Connection request(HttpMessage request, int port, Arrivals arrivals) {
        TcpConnection connection = new TcpConnection(arrivals);
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

    @Override
    public void send(WireFrame frame, boolean masked) {
        send(frame.encode(masked), frame.show());
    }

    @Override
    public void send(byte[] bytes, String shown) {
        last.remember("> " + shown);
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            last.remember("> not sent: " + e.getMessage());
        }
    }

    @Override
    public boolean upgraded() {
        return upgraded;
    }

    @Override
    public boolean closed() {
        return closed;
    }

    @Override
    public List<String> last() {
        return last.shown();
    }

    @Override
    public void close() {
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            last.remember("> not closed: " + e.getMessage());
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
        last.remember("< " + received.show());
        arrivals.add(this, received);
    }
}
