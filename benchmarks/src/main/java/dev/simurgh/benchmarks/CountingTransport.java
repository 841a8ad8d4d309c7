package dev.simurgh.benchmarks;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.pubsub.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A transport that only counts what it is given, on any event loop. */
class CountingTransport implements Transport {
    final EventLoop loop;
    private @Nullable Connection connection;
    private volatile long frames;
    private volatile long bytes;

    CountingTransport(EventLoop loop) {
        this.loop = loop;
    }

    void open(Handshake.Accepted accepted) {
        connection = accepted.open(this);
    }

    Connection connection() {
        return Objects.requireNonNull(connection, "connection");
    }

    /** Gives the connection a message of the client. */
    void receive(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        connection().textReceived(utf8, 0, utf8.length);
    }

    /** Pushes and broadcasts so far; for any thread. */
    long frames() {
        return frames;
    }

    /** The bytes of those. */
    long bytes() {
        return bytes;
    }

    /** Hears of a reply. */
    void replied() {}

    @Override
    public String name() {
        return "stand-in";
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void send(Frame frame) {
        replied();
    }

    @Override
    public void push(Frame frame) {
        count(frame);
    }

    @Override
    public void sendShared(Frame frame) {
        count(frame);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // the loop alone writes
    private void count(Frame frame) {
        frames++;
        bytes += frame.length();
    }

    @Override
    public void close(int code, String reason) {
        connection().transportClosed(code, reason);
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}
}
