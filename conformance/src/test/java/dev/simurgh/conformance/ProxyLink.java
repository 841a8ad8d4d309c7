package dev.simurgh.conformance;

import dev.simurgh.conformance.TestProxy.Conditions;
import dev.simurgh.conformance.TestProxy.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;

/** A client's connection to a {@link TestProxy} and the one from there to the server. On the proxy's thread only. */
final class ProxyLink {
    /** Small, so that what a line does not take yet waits with the server and not between it and the proxy. */
    private static final int RECEIVE_BYTES = 32 << 10;

    private final SocketChannel client;
    private final SocketChannel server;
    private final SelectionKey clientKey;
    private final SelectionKey serverKey;
    private final ProxyFlow toServer;
    private final ProxyFlow toClient;

    ProxyLink(SocketChannel client, Selector selector, Map<Way, Conditions> conditions) throws IOException {
        this.client = client;
        this.server = SocketChannel.open();
        server.setOption(StandardSocketOptions.TCP_NODELAY, true);
        server.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
        client.configureBlocking(false);
        clientKey = client.register(selector, 0);
        toServer = new ProxyFlow(client, server, () -> conditions.getOrDefault(Way.TO_SERVER, Conditions.GOOD));
        toClient = new ProxyFlow(server, client, () -> conditions.getOrDefault(Way.TO_CLIENT, Conditions.GOOD));
        serverKey = connectable(selector);
    }

    private SelectionKey connectable(Selector selector) throws IOException {
        server.configureBlocking(false);
        return server.register(selector, 0);
    }

    /** Connects to the server; false if nobody listens there. */
    boolean connect(int port) {
        try {
            if (!server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                long limit = System.nanoTime() + 1_000_000_000L;
                while (!server.finishConnect()) { // the loopback answers at once, if at all
                    if (System.nanoTime() > limit) {
                        return false;
                    }
                    Thread.onSpinWait();
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    ProxyFlow flow(Way way) {
        return way == Way.TO_SERVER ? toServer : toClient;
    }

    /** Takes what is there, passes on what is due, and says what to be told of next. */
    void forward() {
        if (isOver()) {
            return;
        }
        toServer.forward();
        toClient.forward();
        if (toServer.isCut() || toClient.isCut()) {
            reset();
        } else if (toServer.isDone() && toClient.isDone()) {
            close();
        } else {
            clientKey.interestOps(interest(toServer, toClient));
            serverKey.interestOps(interest(toClient, toServer));
        }
    }

    private static int interest(ProxyFlow in, ProxyFlow out) {
        return (in.wantsToRead() ? SelectionKey.OP_READ : 0) | (out.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
    }

    /** In how many nanoseconds something is due. */
    long waitNanos(long now) {
        return Math.min(toServer.waitNanos(now), toClient.waitNanos(now));
    }

    boolean isOver() {
        return !client.isOpen();
    }

    /** Ends it with FIN to both. */
    void finish() {
        toServer.finish();
        toClient.finish();
    }

    /** Ends it with RST to both. */
    void reset() {
        try {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            server.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // gone already
        }
        close();
    }

    private void close() {
        try (client) {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
