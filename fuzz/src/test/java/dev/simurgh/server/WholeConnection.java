package dev.simurgh.server;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Query;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.netty.FrameLoops;
import dev.simurgh.protocol.Payload;
import dev.simurgh.server.http.HttpExchange;
import dev.simurgh.server.http.HttpTerms;
import dev.simurgh.server.listen.ServerLoop;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.serve.Serving;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** All that a server has between its socket and the channels, for one connection after the other, on the thread of the test. */
final class WholeConnection {
    private static final Queue<Runnable> TASKS = new ArrayDeque<>();
    private static final Endpoint ENDPOINT = Endpoint.builder()
            .codec(new JacksonCodec())
            .scheduler(TASKS::add)
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .channel("room:*", room())
                            .channel(
                                    "*",
                                    ChannelSpec.builder(Object::new).quiet().build())
                            .quiet()
                            .build())
            .build();
    private static final ServerBuilder BUILDER = Server.builder(ENDPOINT)
            .webSocket(WebSocketOptions.builder().compress().build())
            .longPoll(LongPollOptions.builder(Tokens.of("a secret of more than twenty bytes"))
                    .build());
    private static final Duration TICK = Duration.ofMillis(100);
    /** By then a session has ended whose client has gone. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final EmbeddedChannel channel = new EmbeddedChannel() {
        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress("192.0.2.1", 1);
        }
    };
    /** Whose event loop goes on when the connection has ended. */
    private final EmbeddedChannel other = new EmbeddedChannel();

    private long nanos;
    private final ServerLoop loop = new ServerLoop(other.eventLoop(), () -> nanos);
    private final FrameLoops frames = new FrameLoops(ENDPOINT.backstage().clientLog(), 1 << 20, 1);
    private final Serving serving = new Serving(
            ENDPOINT, ServerLimits.builder().maxLongPollBytes(1 << 20).build(), 1, Duration.ofMinutes(1));
    private final HttpTerms terms;

    WholeConnection() {
        Routes<HttpExchange> routes = BUILDER.routes(serving, frames, serving.handlers());
        routes.add("/echo", new Echo());
        terms = new HttpTerms(routes, serving);
        terms.serve(channel.pipeline(), loop);
        channel.pipeline().fireChannelActive();
    }

    private static ChannelSpec<Object> room() {
        return ChannelSpec.builder(Object::new)
                .join((channel, socket) -> JoinResult.ok())
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .handleIn("shout", Payload.class, (channel, payload, socket) -> {
                    if (!(payload instanceof Payload.Json json)
                            || json.isObject()) { // all else is the channel's mistake
                        socket.broadcast("shout", payload);
                    }
                    return Result.noReply();
                })
                .quiet()
                .build();
    }

    /** Answers with the parameters and the body. */
    private static final class Echo implements Route<HttpExchange> {
        @Override
        public void serve(HttpExchange exchange) {
            String query = Query.parse(exchange.rawQuery()).map(Query::toString).orElse("none");
            String body = new String(exchange.body(), StandardCharsets.ISO_8859_1);
            exchange.respond(Answer.error(200, query + body));
        }

        @Override
        public int maxBodyBytes() {
            return 1000;
        }
    }

    /** Sends what the client sends, in pieces; returns what the server sends. */
    byte[] converse(byte[] data, int piece) {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        for (int at = 0; at < data.length && channel.isOpen(); at += piece) {
            channel.writeInbound(Unpooled.copiedBuffer(data, at, Math.min(piece, data.length - at)));
            settle(answers);
        }
        return answers.toByteArray();
    }

    private void settle(ByteArrayOutputStream answers) {
        do {
            for (Runnable task = TASKS.poll(); task != null; task = TASKS.poll()) {
                task.run();
            }
            other.runPendingTasks();
            channel.runPendingTasks();
            for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
                byte[] bytes = new byte[part.readableBytes()];
                part.readBytes(bytes);
                answers.writeBytes(bytes);
                part.release();
            }
        } while (!TASKS.isEmpty());
    }

    /** The client goes; checks that nothing is left of it. */
    void leave() {
        channel.finishAndReleaseAll();
        settle(new ByteArrayOutputStream());
        awaitEndOfSessions();
        serving.close();
        loop.release();
        frames.release();
        other.finishAndReleaseAll();
        var lobby = terms.counters();
        if (lobby.guests() != 0 || lobby.pinnedBytes() != 0) {
            throw new AssertionError(lobby.guests() + " pending, with " + lobby.pinnedBytes() + " bytes");
        }
        if (serving.seats().connections() != 0) {
            throw new AssertionError(serving.seats().connections() + " seats taken");
        }
        if (ENDPOINT.connectionCount() != 0 || ENDPOINT.channelCount() != 0) {
            throw new AssertionError(
                    ENDPOINT.connectionCount() + " connections, " + ENDPOINT.channelCount() + " channels");
        }
    }

    private void awaitEndOfSessions() {
        while (serving.sessions().count() > 0) {
            if (nanos > PATIENCE.toNanos()) {
                throw new AssertionError(serving.sessions().count() + " sessions");
            }
            nanos += TICK.toNanos();
            other.advanceTimeBy(TICK.toMillis(), TimeUnit.MILLISECONDS);
            other.runScheduledPendingTasks();
            settle(new ByteArrayOutputStream());
        }
        if (serving.sessions().bytes() != 0) {
            throw new AssertionError(serving.sessions().bytes() + " bytes of no session");
        }
    }
}
