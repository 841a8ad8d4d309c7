package dev.simurgh.jakarta;

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
import dev.simurgh.server.RawClient;
import jakarta.servlet.ServletContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** An endpoint on the port of a container. */
final class Rig implements AutoCloseable {
    static final String TARGET = "/socket/websocket?vsn=2.0.0";
    static final String HEARTBEAT = "[null,\"1\",\"phoenix\",\"heartbeat\",{}]";

    record Flood(int frames, int bytes) {}

    /** What {@code /info} was asked, and how connects went. */
    final Queue<ConnectRequest> asked = new ConcurrentLinkedQueue<>();

    final Queue<ConnectOutcome> outcomes = new ConcurrentLinkedQueue<>();
    /** Handlers of {@code wait} wait for it. */
    final CountDownLatch goOn = new CountDownLatch(1);

    final List<ServletContext> contexts = new CopyOnWriteArrayList<>();
    final Endpoint endpoint;
    final SimurghServlet servlet;
    final WebContainer container;

    Rig(WebContainer.Kind kind) {
        this(kind, Limits.defaults(), options -> options);
    }

    Rig(WebContainer.Kind kind, Limits limits, UnaryOperator<SimurghServlet.Builder> options) {
        this(kind, limits, options, (container, endpoint) -> {});
    }

    /** @param others adds other applications of the endpoint to the container */
    Rig(
            WebContainer.Kind kind,
            Limits limits,
            UnaryOperator<SimurghServlet.Builder> options,
            BiConsumer<WebContainer, Endpoint> others) {
        endpoint = Endpoint.builder()
                .codec(new JacksonCodec())
                .listener(new EndpointListener() {
                    @Override
                    public void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {
                        outcomes.add(outcome);
                    }
                })
                .drain(DrainOptions.builder()
                        .batchSize(100)
                        .batchInterval(Duration.ofMillis(10))
                        .limit(Duration.ofSeconds(5))
                        .build())
                .socket("/socket", socket(limits).build())
                .socket("/info/:org", socket(limits).connect(this::remember).build())
                .socket(
                        "/kicked",
                        socket(limits)
                                .id(assigns -> "kicked")
                                .connect(this::kick)
                                .build())
                .build();
        servlet = options.apply(SimurghServlet.builder(endpoint).eventLoops(2)).build();
        container = kind.make();
        container.add("", (classes, context) -> {
            servlet.register(context);
            contexts.add(context);
        });
        others.accept(container, endpoint);
        container.start();
    }

    private ConnectResult remember(ConnectRequest request) {
        asked.add(request);
        return switch (request.param("outcome").orElse("")) {
            case "error" -> ConnectResult.refuse();
            case "reason" -> ConnectResult.refuse("because");
            default -> ConnectResult.ok();
        };
    }

    /** As a log-out that comes meanwhile does, on a thread of its own. */
    private ConnectResult kick(ConnectRequest request) {
        CompletableFuture.runAsync(() -> endpoint().disconnect("kicked")).join();
        return ConnectResult.ok();
    }

    private Endpoint endpoint() {
        return endpoint;
    }

    private SocketSpec.Builder socket(Limits limits) {
        ChannelSpec<Object> load = ChannelSpec.builder(Object::new)
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .handleIn("pub", Payload.class, (channel, payload, socket) -> broadcast(payload, socket))
                .handleIn("flood", Flood.class, (channel, flood, socket) -> flood(flood, socket))
                .nonBlocking()
                .quiet()
                .build();
        ChannelSpec<Object> slow = ChannelSpec.builder(Object::new)
                .handleIn("wait", Payload.class, (channel, payload, socket) -> awaitLatch(payload))
                .quiet()
                .build();
        return SocketSpec.builder()
                .channel("load:*", load)
                .channel("slow:*", slow)
                .limits(limits)
                .quiet();
    }

    private Result awaitLatch(Payload payload) {
        try {
            goOn.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Result.ok(payload);
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

    RawClient client() {
        return new RawClient(container.port());
    }

    RawClient webSocket() {
        return RawClient.webSocket(container.port(), TARGET);
    }

    /** A client that has joined {@code load:a}. */
    RawClient joined() {
        return join(webSocket(), "load:a");
    }

    static RawClient join(RawClient client, String topic) {
        client.text("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{}]").read();
        return client;
    }

    @Override
    public void close() {
        goOn.countDown();
        servlet.close();
        container.close();
        endpoint.close();
    }
}
