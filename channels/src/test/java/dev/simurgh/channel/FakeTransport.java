package dev.simurgh.channel;

import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.ManualLoop;
import java.util.ArrayList;
import java.util.List;

/** A transport that keeps what it is told. Like a real one it goes away some time after it was closed. */
final class FakeTransport implements Transport {
    private final ManualLoop loop;
    final List<Frame> frames = new ArrayList<>();
    final List<String> closes = new ArrayList<>();
    final List<Throwable> thrown = new ArrayList<>();
    final List<String> reading = new ArrayList<>();
    /** How many bytes may wait that could as well wait elsewhere, until {@link #drain}. */
    int room = Integer.MAX_VALUE;
    /** The most that has waited. */
    int most;

    private int waiting;
    private boolean drains = true;
    private final List<Runnable> whenDrained = new ArrayList<>();
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
        waiting += frame.length();
        most = Math.max(most, waiting);
    }

    @Override
    public void sendShared(Frame frame) {
        send(frame);
    }

    @Override
    public boolean hasSpareRoom(int bytes) {
        requireLoop();
        return drains || waiting == 0 || waiting + bytes <= room;
    }

    @Override
    public void whenDrained(Runnable callback) {
        requireLoop();
        whenDrained.add(callback);
        if (drains) {
            loop.execute(this::drainOnce);
        }
    }

    /** Takes nothing any more, but for so many bytes, until {@link #drain}. */
    void stalls(int bytes) {
        drains = false;
        waiting = 0;
        room = bytes;
    }

    /** Takes what waits, once. */
    void drain() {
        loop.turn(this::drainOnce);
    }

    private void drainOnce() {
        waiting = 0;
        List<Runnable> due = List.copyOf(whenDrained);
        whenDrained.clear();
        due.forEach(Runnable::run);
    }

    /** Takes everything again. */
    void flows() {
        drains = true;
        drain();
    }

    @Override
    public void close(int code, String reason) {
        requireLoop();
        closes.add((code + " " + reason).strip());
        loop.execute(gone);
    }

    @Override
    public void callbackThrew(String topic, Ref joinRef, Throwable cause) {
        requireLoop();
        thrown.add(cause);
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
