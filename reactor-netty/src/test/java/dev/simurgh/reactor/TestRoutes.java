package dev.simurgh.reactor;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.server.RawClient;
import dev.simurgh.token.Tokens;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** An application with a Reactor Netty server of its own, and sockets on its port. */
final class TestRoutes implements AutoCloseable {
    static final Tokens TOKENS = Tokens.of("a secret that only this test knows, and 64 bytes long at least".repeat(2));
    static final String TARGET = "/socket/websocket?vsn=2.0.0";

    /** What {@code /asking} was asked. */
    final Queue<ConnectInfo> asked = new ConcurrentLinkedQueue<>();

    final Endpoint endpoint;
    final SimurghRoutes routes;
    final DisposableServer server;

    TestRoutes() {
        this(Limits.defaults(), UnaryOperator.identity(), UnaryOperator.identity());
    }

    TestRoutes(UnaryOperator<SimurghRoutesBuilder> options) {
        this(Limits.defaults(), options, UnaryOperator.identity());
    }

    TestRoutes(Limits limits, UnaryOperator<SimurghRoutesBuilder> options, UnaryOperator<HttpServer> http) {
        ChannelSpec<Object> load = ChannelSpec.builder(Object::new)
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .handleIn("pub", Payload.class, (channel, payload, socket) -> broadcast(payload, socket))
                .nonBlocking()
                .quiet()
                .build();
        endpoint = Endpoint.builder()
                .codec(JacksonCodec.create())
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel("load:*", load)
                                .limits(limits)
                                .quiet()
                                .build())
                .socket(
                        "/asking",
                        SocketSpec.builder()
                                .connect(request -> {
                                    asked.add(request.info());
                                    return request.param("no").isPresent()
                                            ? ConnectResult.refuse()
                                            : ConnectResult.ok();
                                })
                                .quiet()
                                .build())
                .socket(
                        "/kicked",
                        SocketSpec.builder()
                                .id(assigns -> "kicked")
                                .connect(request -> kick())
                                .quiet()
                                .build())
                .build();
        routes = options.apply(SimurghRoutes.builder(endpoint)).build();
        server = http.apply(HttpServer.create())
                .host("127.0.0.1")
                .port(0)
                .route(all -> {
                    routes.accept(all);
                    all.get("/hello", (request, response) -> response.sendString(Mono.just("hello")));
                })
                .bindNow();
    }

    /** As a log-out that comes meanwhile does, on a thread of its own. */
    private ConnectResult kick() {
        CompletableFuture.runAsync(() -> endpoint().disconnect("kicked")).join();
        return ConnectResult.ok();
    }

    private Endpoint endpoint() {
        return endpoint;
    }

    private static Result broadcast(Payload payload, Socket socket) {
        socket.broadcast("msg", payload);
        return Result.noReply();
    }

    RawClient client() {
        return new RawClient(server.port());
    }

    RawClient webSocket() {
        return RawClient.webSocket(server.port(), TARGET);
    }

    /** A client that has joined {@code load:a}. */
    RawClient joined() {
        RawClient client = webSocket();
        client.text("[\"1\",\"1\",\"load:a\",\"phx_join\",{}]").read();
        return client;
    }

    @Override
    public void close() {
        routes.close();
        server.disposeNow(Duration.ofSeconds(10));
        endpoint.close();
    }
}
