package dev.simurgh.server;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Query;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.server.admit.Seats;
import dev.simurgh.server.carry.FrameLoops;
import dev.simurgh.server.http.HttpExchange;
import dev.simurgh.server.http.HttpTerms;
import dev.simurgh.server.http.Responses;
import dev.simurgh.server.http.Route;
import dev.simurgh.server.http.Routes;
import dev.simurgh.server.listen.ServerLoop;
import dev.simurgh.server.listen.Workers;
import dev.simurgh.server.poll.Forwarding;
import dev.simurgh.server.poll.LongPollSessions;
import dev.simurgh.token.Tokens;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
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
    private final ServerLoop loop = new ServerLoop(other.eventLoop(), true, () -> nanos);
    private final FrameLoops frames = new FrameLoops(ENDPOINT.backstage().clientLog(), 1 << 20, 1);
    private final Seats seats = new Seats(BUILDER.limits(), System::nanoTime);
    private final LongPollSessions sessions =
            new LongPollSessions(ENDPOINT.backstage().clientLog(), 1 << 20, 1);
    private final Forwarding forwarding = new Forwarding(ENDPOINT.node(), sessions, 1 << 20);
    private final HttpTerms terms;

    WholeConnection() {
        Routes routes = BUILDER.routes(new Workers(), () -> false, seats, frames, sessions, forwarding);
        routes.add("/echo", new Echo());
        terms = new HttpTerms(routes, BUILDER.limits(), BUILDER.answerTimeout(), 1, () -> false, ENDPOINT.backstage());
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
    private static final class Echo implements Route {
        @Override
        public void serve(HttpExchange exchange) {
            String query = Query.parse(exchange.rawQuery()).map(Query::toString).orElse("none");
            String body = new String(exchange.body(), StandardCharsets.ISO_8859_1);
            exchange.respond(Responses.error(HttpResponseStatus.OK, query + body));
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
        forwarding.close();
        loop.release();
        frames.release();
        other.finishAndReleaseAll();
        var lobby = terms.counters();
        if (lobby.guests() != 0 || lobby.pinnedBytes() != 0) {
            throw new AssertionError(lobby.guests() + " pending, with " + lobby.pinnedBytes() + " bytes");
        }
        if (seats.connections() != 0) {
            throw new AssertionError(seats.connections() + " seats taken");
        }
        if (ENDPOINT.connectionCount() != 0 || ENDPOINT.channelCount() != 0) {
            throw new AssertionError(
                    ENDPOINT.connectionCount() + " connections, " + ENDPOINT.channelCount() + " channels");
        }
    }

    private void awaitEndOfSessions() {
        while (sessions.count() > 0) {
            if (nanos > PATIENCE.toNanos()) {
                throw new AssertionError(sessions.count() + " sessions");
            }
            nanos += TICK.toNanos();
            other.advanceTimeBy(TICK.toMillis(), TimeUnit.MILLISECONDS);
            other.runScheduledPendingTasks();
            settle(new ByteArrayOutputStream());
        }
        if (sessions.bytes() != 0) {
            throw new AssertionError(sessions.bytes() + " bytes of no session");
        }
    }
}
