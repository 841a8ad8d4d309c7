package dev.simurgh.channel;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.pubsub.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A vsn 2 client on a real loop, which checks what it hears: from each sender, on each topic, in order. */
final class StressClient implements Transport {
    private final ThreadLoop loop;
    private final CompletableFuture<Connection> connection = new CompletableFuture<>();
    private final Map<String, Integer> lastHeard = new HashMap<>();
    private final Map<String, AtomicInteger> heard = new ConcurrentHashMap<>();
    final AtomicInteger joined = new AtomicInteger();
    final AtomicInteger disordered = new AtomicInteger();
    volatile boolean closed;

    StressClient(ThreadLoop loop, Handshake.Accepted accepted) {
        this.loop = loop;
        loop.execute(() -> connection.complete(accepted.open(this)));
    }

    void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        loop.execute(() -> connection.join().textReceived(bytes, 0, bytes.length));
    }

    void vanish() {
        loop.execute(() -> connection.join().transportClosed());
    }

    @Override
    public void send(Frame frame) {
        if (frame.toString().contains("\"status\":\"ok\"")) {
            joined.incrementAndGet();
        }
    }

    /** Only broadcasts are shared: {@code [null,null,"room:1","said",{"from":"c7","n":12}]}. */
    @Override
    public void sendShared(Frame frame) {
        String[] parts = frame.toString().split("[\",:{}\\[\\]]+", 0);
        String topic = parts[3] + ":" + parts[4];
        int n = Integer.parseInt(parts[9]);
        heard(topic).incrementAndGet();
        Integer before = lastHeard.put(topic + " " + parts[7], n);
        if (before != null && before >= n) {
            disordered.incrementAndGet();
        }
    }

    AtomicInteger heard(String topic) {
        return heard.computeIfAbsent(topic, name -> new AtomicInteger());
    }

    @Override
    public void close(int code, String reason) {
        closed = true;
        vanish();
    }

    @Override
    public String name() {
        return "stress";
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}
}
