package dev.simurgh.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.dashboard.Dashboard;
import dev.simurgh.dashboard.DashboardAccess;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/** A node with a dashboard, with clients and viewers that have no network: what is measured is the node, not its sockets. */
final class DashboardSubject implements AutoCloseable {
    private static final int LOOPS = 2;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final String PATH = "/dashboard";
    private static final Payload PAYLOAD = Payload.json("{\"text\":\"the quick brown fox jumps over the lazy dog\"}");
    /** What each viewer looks at, in turn. */
    private static final List<String> LOOKS = List.of(
            look("overview", "", ""),
            look("connections", "", "messages_out"),
            look("connections", "stand", ""),
            look("connections", "", "queued_bytes"),
            look("topics", "", "deliveries_per_s"),
            look("topics", "77", "subscribers"),
            look("topics", "", "topic"),
            look("channels", "", ""),
            look("limits", "", ""),
            look("loops", "", ""));

    private final int connections;
    private final int topics;
    private final List<LoopThread> loops = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Onlooker> onlookers = new ArrayList<>();
    private final Endpoint endpoint;
    private final Server server;
    private final AtomicLong joined = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong views = new AtomicLong();
    private final long[] sentAt; // by topic; handed on with the broadcast
    private volatile ConcurrentHistogram latencies = new ConcurrentHistogram(3);
    private long expected;
    private int next;
    private boolean eachSaw = true;

    DashboardSubject(int connections, int topics) {
        this.connections = connections;
        this.topics = topics;
        this.sentAt = new long[topics];
        for (int i = 0; i < LOOPS; i++) {
            loops.add(new LoopThread());
        }
        Dashboard dashboard = Dashboard.builder(
                        Tokens.builder("a secret of the benchmark, and of nobody else, with many characters")
                                .build(),
                        DashboardAccess.loopback())
                .path(PATH)
                .build();
        ChannelSpec<Object> room =
                ChannelSpec.builder(Object::new).quiet().nonBlocking().build();
        SocketSpec socket = SocketSpec.builder()
                .quiet()
                .channel("room:*", room)
                .limits(Limits.builder().joinsPerSecond(Integer.MAX_VALUE).build())
                .build();
        endpoint = dashboard.addTo(Endpoint.builder()).socket("/socket", socket).build();
        server = dashboard
                .addTo(Server.builder(endpoint))
                .host("127.0.0.1")
                .port(0)
                .start();
    }

    private static String look(String page, String text, String sort) {
        return "{\"page\":\"" + page + "\",\"node\":\"\",\"text\":\"" + text + "\",\"sort\":\"" + sort
                + "\",\"desc\":true,\"offset\":0,\"limit\":50,\"id\":\"\"}";
    }

    private static ConnectRequest request(Map<String, String> params) {
        return ConnectRequest.of(
                params, ConnectInfo.builder().transport("stand-in").build());
    }

    private SocketMount mount(String path) {
        return endpoint.backstage().mount(path).orElseThrow();
    }

    void connect() throws InterruptedException {
        SocketMount mount = mount("/socket");
        for (int i = 0; i < connections; i++) {
            Member member = new Member(loops.get(i % LOOPS), i % topics);
            members.add(member);
            member.on.execute(() -> mount.connect(
                    request(Map.of()),
                    Serializers.V2,
                    member.on,
                    () -> true,
                    answer -> member.join((Handshake.Accepted) answer)));
        }
        await(joined, connections);
    }

    private static void await(AtomicLong count, long expected) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (count.get() < expected && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    /** Broadcasts to one topic after the other. */
    void publish(double rate, double seconds, ConcurrentHistogram into) throws InterruptedException {
        latencies = into;
        long began = System.nanoTime();
        long count = Math.max(1, (long) (rate * seconds));
        for (long i = 0; i < count; i++) {
            long due = began + (long) (i * 1e9 / rate);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int topic = next++ % Math.min(topics, connections);
            expected += connections / topics + (topic < connections % topics ? 1 : 0);
            sentAt[topic] = System.nanoTime();
            endpoint.broadcast("room:" + topic, "news", PAYLOAD);
        }
        await(delivered, expected);
    }

    long missed() {
        return expected - delivered.get();
    }

    // Viewers.

    void look(int viewers) throws IOException, InterruptedException {
        SocketMount mount = mount(PATH + "/socket");
        for (int i = 0; i < viewers; i++) {
            Onlooker onlooker = new Onlooker(loops.get(i % LOOPS), LOOKS.get(i % LOOKS.size()));
            onlookers.add(onlooker);
            ConnectRequest request = request(Map.of("token", token()));
            mount.connect(request, Serializers.V2, onlooker.loop, () -> true, answer -> {
                if (!(answer instanceof Handshake.Accepted accepted)) {
                    throw new IllegalStateException("viewer: refused (expected: a token that is valid)");
                }
                onlooker.begin(accepted);
            });
        }
    }

    private String token() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + PATH + "/token"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        return new ObjectMapper().readTree(answer.body()).path("token").asText();
    }

    void lookAway() {
        for (Onlooker onlooker : onlookers) {
            eachSaw &= onlooker.seen > 0;
            onlooker.loop.execute(() -> onlooker.connection().transportClosed());
        }
        onlookers.clear();
    }

    long views() {
        return views.get();
    }

    boolean eachViewerSaw() {
        return eachSaw;
    }

    /** What the dashboard's own thread has taken so far. */
    double dashboardCpuSeconds() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("simurgh-dashboard")) {
                return Math.max(0, threads.getThreadCpuTime(id(thread))) / 1e9;
            }
        }
        return 0;
    }

    @SuppressWarnings("deprecation") // threadId() is of Java 19
    private static long id(Thread thread) {
        return thread.getId();
    }

    @Override
    public void close() {
        server.close();
        endpoint.backstage().close(() -> {});
        loops.forEach(LoopThread::close);
    }

    /** A client of the node. */
    private final class Member extends CountingTransport {
        private final LoopThread on;
        private final int topic;

        Member(LoopThread on, int topic) {
            super(on);
            this.on = on;
            this.topic = topic;
        }

        void join(Handshake.Accepted accepted) {
            open(accepted);
            receive("[\"1\",\"1\",\"room:" + topic + "\",\"phx_join\",{}]");
        }

        @Override
        void replied() {
            joined.incrementAndGet();
        }

        @Override
        public void sendShared(Frame frame) {
            latencies.recordValue(Math.max(0, System.nanoTime() - sentAt[topic]));
            delivered.incrementAndGet();
        }
    }

    /** A page of the dashboard. */
    private final class Onlooker extends CountingTransport {
        private final String looks;
        private boolean joined;
        volatile long seen;

        Onlooker(LoopThread on, String looks) {
            super(on);
            this.looks = looks;
        }

        void begin(Handshake.Accepted accepted) {
            open(accepted);
            receive("[\"1\",\"1\",\"dashboard:main\",\"phx_join\",{}]");
        }

        @Override
        void replied() {
            if (!joined) {
                joined = true;
                loop.execute(() -> receive("[\"1\",\"2\",\"dashboard:main\",\"look\"," + looks + "]"));
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // the loop alone writes
        public void push(Frame frame) {
            seen++;
            views.incrementAndGet();
        }
    }
}
