package dev.simurgh.jakarta;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCode;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session of Jakarta WebSocket. What blocks there, runs on other threads: pings, and what ends connections, apart, so that none of these wait for those. */
final class JakartaWire implements Wire {
    private static final Logger log = LoggerFactory.getLogger(JakartaWire.class);

    private final Session session;
    private final RemoteEndpoint.Async remote;
    private final Container container;
    private final String peer;
    private final int slowTicks;
    private final Pings pings;
    private final Executor ends;
    private volatile boolean closing;

    JakartaWire(Session session, String peer, int slowTicks, Pings pings, Executor ends) {
        this.session = session;
        this.remote = session.getAsyncRemote();
        this.container = Container.of(session);
        this.peer = peer;
        this.slowTicks = slowTicks;
        this.pings = pings;
        this.ends = ends;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void send(Message message, Sent sent) {
        SendHandler handler = result -> {
            if (result.isOK()) {
                sent.sent();
            } else {
                sent.failed(result.getException());
            }
        };
        if (message.isBinary()) {
            remote.sendBinary(message.bytes(), handler);
        } else {
            remote.sendText(message.text(), handler);
        }
    }

    @Override
    public void ping(byte[] content, Sent sent) {
        pings.send(() -> remote.sendPing(ByteBuffer.wrap(content)), slowTicks, sent);
    }

    @Override
    public void close(int code, String reason) {
        closing = true;
        ends.execute(() -> {
            try {
                container.awaitOpen();
                session.close(new CloseReason(code(code), reason));
            } catch (IOException | RuntimeException e) {
                log.debug("{} not closed: {}", peer, e.toString()); // it has gone, or is cut when its time is over
            }
        });
    }

    private static CloseCode code(int code) {
        return () -> code;
    }

    @Override
    public void abort() {
        try {
            ends.execute(this::cut);
        } catch (
                RejectedExecutionException
                        e) { // the servlet has ended, and this is a latecomer on the container's thread
            cut();
        }
    }

    private void cut() {
        try {
            container.abort();
        } catch (IOException | RuntimeException e) {
            log.debug("{} not cut: {}", peer, e.toString());
        }
    }

    /** Whether it is the end when the container says that it was closed: some say so when a close frame has been sent. */
    boolean isEnd() {
        return !closing || container.endsWhenClosed();
    }

    @Override
    public boolean hasEnded() {
        return container.hasEnded();
    }

    @Override
    public boolean stopReading() {
        return container.stopReading();
    }

    @Override
    public void readOn() {
        container.readOn();
    }
}
