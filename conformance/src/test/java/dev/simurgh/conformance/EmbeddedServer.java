package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.DrainOptions;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server in this process whose every connection and channel holds something of all that could leak. */
final class EmbeddedServer implements AutoCloseable {
    /** All connections have this id. */
    static final String EVERYBODY = "everybody";

    /** What a join of {@code large:*} is answered with. */
    static final int LARGE_REPLY_BYTES = 100_000;

    /** How long a poll waits. */
    static final Duration WINDOW = Duration.ofSeconds(2);

    private static final Tokens TOKENS = Tokens.of("a secret of more than twenty bytes");

    final CountingTimers timers = new CountingTimers();
    final CountingCluster cluster = new CountingCluster();
    final Endpoint endpoint;
    final Server server;

    private EmbeddedServer(Limits limits, WebSocketOptions options) {
        endpoint = endpoint(limits);
        server = Server.builder(endpoint)
                .host("127.0.0.1")
                .port(0)
                .eventLoops(2)
                .limits(ServerLimits.builder()
                        .handshakeTimeout(Duration.ofMillis(600))
                        .build())
                .webSocket(options)
                .longPoll(LongPollOptions.builder(TOKENS).window(WINDOW).build())
                .start();
    }

    private Endpoint endpoint(Limits limits) {
        return Endpoint.builder()
                .timers(timers)
                .cluster(cluster)
                .drain(DrainOptions.builder()
                        .batchSize(100)
                        .batchInterval(Duration.ofMillis(10))
                        .limit(Duration.ofSeconds(2))
                        .build())
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .id(assigns -> EVERYBODY)
                                .channel("room:*", TestRoom.handlers().build())
                                .channel(
                                        "loop:*",
                                        TestRoom.handlers().nonBlocking().build())
                                .channel("large:*", largeReplies())
                                .limits(limits)
                                .quiet()
                                .build())
                .build();
    }

    private static ChannelSpec<Object> largeReplies() {
        return ChannelSpec.builder(Object::new)
                .join((channel, socket) -> JoinResult.ok(Map.of("s", "x".repeat(LARGE_REPLY_BYTES))))
                .quiet()
                .build();
    }

    static EmbeddedServer start(Limits limits, WebSocketOptions options) {
        return new EmbeddedServer(limits, options);
    }

    @Override
    public void close() {
        server.stop().orTimeout(20, TimeUnit.SECONDS).join();
        endpoint.close();
        timers.executor.shutdownNow();
    }

    /** Each join holds a timer and a second subscription. */
    static final class TestRoom {
        record Flood(int frames, int bytes) {}

        private enum Never {
            INSTANCE
        }

        static ChannelSpec.Builder<TestRoom> handlers() {
            return ChannelSpec.builder(TestRoom::new)
                    .join(TestRoom::join)
                    .handleIn("echo", Payload.class, (room, payload, socket) -> Result.ok(payload))
                    .handleIn("shout", Payload.class, TestRoom::shout)
                    .handleIn("flood", Flood.class, TestRoom::flood)
                    .handleIn("crash", (room, socket) -> {
                        throw new IllegalStateException("crashes as it was told to");
                    })
                    .handleOut("whisper", Payload.class, TestRoom::whisper)
                    .handleInfo(Never.class, (room, message, socket) -> Result.noReply())
                    .handleInfo(Broadcast.class, (room, message, socket) -> Result.noReply())
                    .quiet();
        }

        JoinResult join(Socket socket) {
            socket.sendAfter(Duration.ofHours(1), Never.INSTANCE);
            socket.subscribe("news");
            return JoinResult.ok();
        }

        Result shout(Payload payload, Socket socket) {
            socket.broadcast("shout", payload);
            return Result.noReply();
        }

        Next whisper(Payload payload, Socket socket) {
            socket.push("whisper", payload);
            return Result.noReply();
        }

        Result flood(Flood flood, Socket socket) {
            Map<String, String> payload = Map.of("s", "x".repeat(flood.bytes()));
            for (int i = 0; i < flood.frames(); i++) {
                socket.push("water", payload);
            }
            return Result.noReply();
        }
    }

    /** Real time, whose waiting tasks can be counted, but for those of the log, which are one of a kind whoever comes and goes. */
    static final class CountingTimers implements Timers {
        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "counting-timers");
            thread.setDaemon(true);
            return thread;
        });

        private final AtomicInteger ofTheLog = new AtomicInteger();

        CountingTimers() {
            executor.setRemoveOnCancelPolicy(true);
        }

        int waiting() {
            return executor.getQueue().size() - ofTheLog.get();
        }

        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            int ofLog = task.getClass().getName().startsWith(ClientLog.class.getName()) ? 1 : 0;
            ofTheLog.addAndGet(ofLog);
            ScheduledFuture<?> future = executor.schedule(
                    () -> {
                        ofTheLog.addAndGet(-ofLog);
                        task.run();
                    },
                    delay.toNanos(),
                    TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }

    /** A cluster of one, which remembers what this node is interested in. */
    static final class CountingCluster implements ClusterAdapter {
        final Set<String> topics = ConcurrentHashMap.newKeySet();

        @Override
        public NodeId self() {
            return new NodeId("counting@127.0.0.1", 1);
        }

        @Override
        public List<NodeId> nodes() {
            return List.of();
        }

        @Override
        public void start(Receiver receiver) {}

        @Override
        public void broadcast(Broadcast broadcast) {}

        @Override
        public boolean directBroadcast(String node, Broadcast broadcast) {
            return false;
        }

        @Override
        public boolean send(NodeId to, String kind, byte[] message) {
            return false;
        }

        @Override
        public CompletableFuture<Void> topicAdded(String topic) {
            topics.add(topic);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void topicRemoved(String topic) {
            topics.remove(topic);
        }

        @Override
        public void close() {}
    }
}
