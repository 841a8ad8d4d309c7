package dev.simurgh.server;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.DrainOptions;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import io.netty.util.LeakPresenceDetector;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A real server on a free port, and the check that it gave back every buffer. */
public final class TestServer implements AutoCloseable {
    public static final String TARGET = "/socket/websocket?vsn=2.0.0";
    public static final String HEARTBEAT = "[null,\"1\",\"phoenix\",\"heartbeat\",{}]";

    public record Flood(int frames, int bytes) {}

    /** What {@code /info_socket} was asked, and how connects to it went. */
    public final Queue<ConnectRequest> asked = new ConcurrentLinkedQueue<>();

    public final Queue<ConnectOutcome> outcomes = new ConcurrentLinkedQueue<>();

    public final Endpoint endpoint;
    public final Server server;

    private TestServer(Limits limits, Optional<ClusterAdapter> cluster, UnaryOperator<ServerBuilder> options) {
        endpoint = endpoint(limits, cluster);
        server = options.apply(
                        Server.builder(endpoint).host("127.0.0.1").port(0).eventLoops(2))
                .start();
    }

    private Endpoint endpoint(Limits limits, Optional<ClusterAdapter> cluster) {
        Endpoint.Builder builder = Endpoint.builder();
        cluster.ifPresent(builder::cluster);
        return builder.listener(new EndpointListener() {
                    @Override
                    public void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {
                        if (mount.startsWith("/info_socket")) {
                            outcomes.add(outcome);
                        }
                    }
                })
                .codec(new JacksonCodec())
                .drain(DrainOptions.builder()
                        .batchSize(100)
                        .batchInterval(Duration.ofMillis(10))
                        .limit(Duration.ofSeconds(5))
                        .build())
                .socket("/socket", socket(limits).build())
                .socket(
                        "/refuse_socket",
                        socket(limits)
                                .connect(request -> switch (request.param("outcome")
                                        .orElse("")) {
                                    case "error" -> ConnectResult.refuse();
                                    case "reason" -> ConnectResult.refuse("because");
                                    case "raise" ->
                                        throw new IllegalStateException("connect raises, as it was told to");
                                    default -> ConnectResult.ok();
                                })
                                .build())
                .socket(
                        "/info_socket/:org",
                        socket(limits).connect(this::remember).build())
                .build();
    }

    private ConnectResult remember(ConnectRequest request) {
        asked.add(request);
        return ConnectResult.ok();
    }

    public static TestServer start() {
        return start(UnaryOperator.identity());
    }

    public static TestServer start(UnaryOperator<ServerBuilder> options) {
        return start(Limits.defaults(), options);
    }

    public static TestServer start(Limits limits, UnaryOperator<ServerBuilder> options) {
        return new TestServer(limits, Optional.empty(), options);
    }

    /** One on a node of a cluster. */
    public static TestServer start(Limits limits, ClusterAdapter node, UnaryOperator<ServerBuilder> options) {
        return new TestServer(limits, Optional.of(node), options);
    }

    public static TestServer start(WebSocketOptions.Builder options) {
        return start(Limits.defaults(), options);
    }

    public static TestServer start(ServerLimits.Builder limits) {
        return start(server -> server.limits(limits.build()));
    }

    public static TestServer start(Limits limits, WebSocketOptions.Builder options) {
        return start(limits, server -> server.webSocket(options.build()));
    }

    private static SocketSpec.Builder socket(Limits limits) {
        ChannelSpec<Object> load = ChannelSpec.builder(Object::new)
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .handleIn("pub", Payload.class, (channel, payload, socket) -> broadcast(payload, socket))
                .handleIn("flood", Flood.class, (channel, flood, socket) -> flood(flood, socket))
                .nonBlocking()
                .quiet()
                .build();
        return SocketSpec.builder().channel("load:*", load).limits(limits).quiet();
    }

    private static Result broadcast(Payload payload, Socket socket) {
        socket.broadcast("msg", payload);
        return Result.noReply();
    }

    private static Result flood(Flood flood, Socket socket) {
        Map<String, String> payload = Map.of("s", "x".repeat(flood.bytes()));
        for (int i = 0; i < flood.frames(); i++) {
            socket.push("water", payload);
        }
        return Result.noReply();
    }

    public RawClient client() {
        return new RawClient(server.port());
    }

    public RawClient webSocket() {
        return RawClient.webSocket(server.port(), TARGET);
    }

    /** A client that has joined {@code load:a}. */
    public RawClient joined() {
        return join(webSocket());
    }

    public static RawClient join(RawClient client) {
        client.text("[\"1\",\"1\",\"load:a\",\"phx_join\",{}]").read();
        return client;
    }

    /** Nobody else is hurt: a new client gets its heartbeat answered. */
    public boolean answers() {
        try (RawClient client = webSocket()) {
            return client.text(HEARTBEAT).read().text().contains("\"status\":\"ok\"");
        }
    }

    @Override
    public void close() {
        try {
            server.stop().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not stopped", e);
        }
        endpoint.close();
        LeakPresenceDetector.check();
    }
}
