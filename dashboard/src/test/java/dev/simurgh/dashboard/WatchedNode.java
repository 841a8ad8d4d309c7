package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.testkit.VirtualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/** A node that a dashboard looks at, on the test's own thread and clock. */
final class WatchedNode implements AutoCloseable {
    static final long EPOCH = 1_700_000_000_000L;

    final VirtualClock clock = VirtualClock.create();
    final NodeView view = new NodeView(Runnable::run, () -> EPOCH + clock.now().toMillis());
    final List<Metric> metrics = new ArrayList<>();
    final Endpoint endpoint;
    final Loop loop = new Loop();
    private int refs;

    WatchedNode(SocketSpec socket) {
        this(socket, builder -> builder);
    }

    WatchedNode(SocketSpec socket, UnaryOperator<Endpoint.Builder> setup) {
        endpoint = setup.apply(Endpoint.builder()
                        .codec(JacksonCodec.create())
                        .timers(clock)
                        .scheduler(loop)
                        .nodeName("a@test")
                        .socket("/socket", socket))
                .part(new ViewPart())
                .build();
    }

    private final class ViewPart implements Part {
        @Override
        public Optional<EndpointListener> listener() {
            return Optional.of(view.listener());
        }

        @Override
        public List<Metric> metrics() {
            return metrics;
        }

        @Override
        public void start(Endpoint watched) {
            view.start(watched, topic -> 0);
        }

        @Override
        public void stop() {
            view.stop();
        }
    }

    /** An event loop that does at once what it is given, unless it hangs. */
    static final class Loop implements EventLoop {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean running;
        private boolean hangs;

        @Override
        public boolean inEventLoop() {
            return running;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            run();
        }

        void hangs(boolean now) {
            hangs = now;
            run();
        }

        private void run() {
            if (running || hangs) {
                return;
            }
            running = true;
            try {
                for (Runnable task = tasks.poll(); task != null && !hangs; task = tasks.poll()) {
                    task.run();
                }
            } finally {
                running = false;
            }
        }
    }

    /** A client, as its transport. */
    final class Client implements Transport {
        final List<String> got = new ArrayList<>();
        final List<Integer> closes = new ArrayList<>();
        long queued;
        Runnable whenLookedAt = () -> {};
        Duration stalled = Duration.ZERO;
        Duration roundTrip = Duration.ofMillis(12);
        private final String peer;
        private Connection connection;

        @SuppressWarnings("NullAway.Init") // behind open
        Client(String peer) {
            this.peer = peer;
        }

        Client join(String topic) {
            say(topic, "phx_join", "{}");
            return this;
        }

        void say(String topic, String event, String json) {
            int ref = ++refs;
            byte[] text = ("[null,\"" + ref + "\",\"" + topic + "\",\"" + event + "\"," + json + "]")
                    .getBytes(StandardCharsets.UTF_8);
            loop.execute(() -> connection.textReceived(text, 0, text.length));
        }

        void vanish() {
            loop.execute(connection::transportClosed);
        }

        void endsWith(int code) {
            loop.execute(() -> connection.transportClosed(code, ""));
        }

        void behind() {
            loop.execute(connection::clientBehind);
        }

        @Override
        public String name() {
            return "websocket";
        }

        @Override
        public String peer() {
            return peer;
        }

        @Override
        public EventLoop eventLoop() {
            return loop;
        }

        @Override
        public void send(Frame frame) {
            got.add(new String(frame.bytes(), StandardCharsets.UTF_8));
        }

        @Override
        public void sendShared(Frame frame) {
            send(frame);
        }

        @Override
        public long queuedBytes() {
            whenLookedAt.run();
            return queued;
        }

        @Override
        public long stalledNanos() {
            return stalled.toNanos();
        }

        @Override
        public void roundTrip(LongConsumer nanos) {
            nanos.accept(roundTrip.toNanos());
        }

        @Override
        public void close(int code, String reason) {
            closes.add(code);
            loop.execute(() -> connection.transportClosed(CloseCode.NORMAL, ""));
        }

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}
    }

    Client connect(String name, String peer) {
        Client client = new Client(peer);
        loop.execute(() -> client.connection = endpoint.backstage()
                .accept(
                        endpoint.backstage().mount("/socket").orElseThrow(),
                        Serializers.V2,
                        Assigns.EMPTY,
                        Optional.of(name).filter(given -> !given.isEmpty()))
                .open(client));
        return client;
    }

    Client connect() {
        return connect("", "/10.0.0.1:1");
    }

    /** What a viewer sees, as it comes to other nodes: JSON holds all of it. */
    Map<String, Object> see(Query query) {
        Map<String, Object> answer = view.answer(query).join();
        return through(answer);
    }

    Map<String, Object> see(String page) {
        return see(Query.of(page));
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> through(Map<String, Object> answer) {
        byte[] json = endpoint.codec().encode(answer);
        assertThat(new String(json, StandardCharsets.UTF_8)).doesNotContain("NaN", "Infinity");
        return (Map<String, Object>) Objects.requireNonNull(endpoint.codec().decode(json, 0, json.length, Map.class));
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> rows(Map<String, Object> data, String key) {
        return (List<Map<String, Object>>) Objects.requireNonNull(data.get(key));
    }

    static double number(Map<String, Object> data, String key) {
        return ((Number) Objects.requireNonNull(data.get(key))).doubleValue();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Map<String, Object> data, String key) {
        return (Map<String, Object>) Objects.requireNonNull(data.get(key));
    }

    void advance(Duration by) {
        clock.advance(by);
    }

    @Override
    public void close() {
        loop.hangs(false);
        endpoint.backstage().close(() -> {});
    }
}
