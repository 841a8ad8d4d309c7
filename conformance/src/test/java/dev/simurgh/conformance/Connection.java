package dev.simurgh.conformance;

import java.util.List;

/** A client's way to the server: one HTTP request and, if the answer is an upgrade, frames after it. */
interface Connection extends AutoCloseable {
    /** How a request is sent: {@link TcpConnection#request}, or {@link PollingConnection#request}. */
    interface Opener {
        /** Connects and sends a request. A connection that is refused is a {@link Received.TcpEnd}. */
        Connection request(HttpMessage request, int port, Arrivals arrivals);
    }

    /** Sends a frame. That the server has gone is no failure here; it will be missed when something is expected of it. */
    void send(WireFrame frame, boolean masked);

    /** Sends bytes straight onto the TCP stream. */
    void send(byte[] bytes, String shown);

    boolean upgraded();

    /** Whether this side closed it, so that it no longer matters what arrives. */
    boolean closed();

    /** The last frames in both directions, oldest first. */
    List<String> last();

    @Override
    void close();
}
