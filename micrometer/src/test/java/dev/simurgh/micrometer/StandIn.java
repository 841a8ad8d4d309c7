package dev.simurgh.micrometer;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** A client without a network, whose event loop is the thread of the test. */
final class StandIn implements Transport {
    /** The event loop of all of them. */
    static final class Loop implements EventLoop {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        @Override
        public boolean inEventLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    private final Loop loop;
    private final String name;
    private final Connection connection;
    private String last = "";

    private StandIn(Loop loop, String name, Handshake.Accepted accepted) {
        this.loop = loop;
        this.name = name;
        this.connection = accepted.open(this);
    }

    /** Connects to {@code /socket}. */
    static StandIn connect(Endpoint endpoint, Loop loop, String transport) {
        List<Handshake> answer = new ArrayList<>();
        ConnectRequest request = ConnectRequest.of(
                Map.of(), ConnectInfo.builder().transport(transport).build());
        endpoint.backstage()
                .mount("/socket")
                .orElseThrow()
                .connect(request, Serializers.V2, loop, () -> true, answer::add);
        loop.runAll();
        return new StandIn(loop, transport, (Handshake.Accepted) answer.get(0));
    }

    /** Sends a frame, and returns what came last when nothing is left to do. */
    String send(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        connection.textReceived(utf8, 0, utf8.length);
        loop.runAll();
        return last;
    }

    StandIn join(String topic) {
        send("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{}]");
        return this;
    }

    String push(String topic, String event) {
        return send("[\"1\",\"2\",\"" + topic + "\",\"" + event + "\",{}]");
    }

    void gone(int code, String reason) {
        connection.transportClosed(code, reason);
        loop.runAll();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void send(Frame frame) {
        last = frame.toString();
    }

    @Override
    public void sendShared(Frame frame) {
        send(frame);
    }

    @Override
    public void close(int code, String reason) {
        loop.execute(() -> connection.transportClosed(code, reason));
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}
}
