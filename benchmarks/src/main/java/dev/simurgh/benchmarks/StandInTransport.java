package dev.simurgh.benchmarks;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.pubsub.EventLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A transport that keeps the last frame, and otherwise only counts. */
final class StandInTransport implements Transport {
    private final StandInLoop loop;
    private @Nullable Connection connection;
    private @Nullable Frame last;
    private long sent;

    StandInTransport(StandInLoop loop) {
        this.loop = loop;
    }

    void open(Handshake.Accepted accepted) {
        connection = accepted.open(this);
    }

    /** Gives the connection a message of the client, and returns what was sent last when nothing is left to do. */
    Frame receive(byte[] text) {
        Objects.requireNonNull(connection, "connection").textReceived(text, 0, text.length);
        loop.runAll();
        return Objects.requireNonNull(last, "nothing was sent");
    }

    long sent() {
        return sent;
    }

    @Override
    public String name() {
        return "websocket";
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void send(Frame frame) {
        last = frame;
        sent++;
    }

    @Override
    public void sendShared(Frame frame) {
        last = frame;
        sent++;
    }

    @Override
    public void close(int code, String reason) {
        throw new IllegalStateException("closed with " + code + " " + reason + " (expected: an open connection)");
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}
}
