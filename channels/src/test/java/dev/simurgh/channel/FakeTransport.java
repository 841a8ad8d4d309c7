package dev.simurgh.channel;

import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.ManualLoop;
import java.util.ArrayList;
import java.util.List;

/** A transport that keeps what it is told. Like a real one it goes away some time after it was closed. */
final class FakeTransport implements Transport {
    private final ManualLoop loop;
    final List<Frame> frames = new ArrayList<>();
    final List<String> closes = new ArrayList<>();
    final List<String> reading = new ArrayList<>();
    private Runnable gone = () -> {};

    FakeTransport(ManualLoop loop) {
        this.loop = loop;
    }

    void whenGone(Runnable code) {
        gone = code;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void send(Frame frame) {
        requireLoop();
        frames.add(frame);
    }

    @Override
    public void sendShared(Frame frame) {
        requireLoop();
        frames.add(frame);
    }

    @Override
    public void close(int code, String reason) {
        requireLoop();
        closes.add((code + " " + reason).strip());
        loop.execute(gone);
    }

    @Override
    public void pauseReading() {
        requireLoop();
        reading.add("pause");
    }

    @Override
    public void resumeReading() {
        requireLoop();
        reading.add("resume");
    }

    private void requireLoop() {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("transport called off its event loop");
        }
    }
}
