package dev.simurgh.server.http;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limit;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.listen.ServerLoop;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.serve.Serving;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One connection that speaks HTTP, without a network, on a clock that the test owns. All timeouts are 10 s. */
final class HttpRig implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Endpoint endpoint =
            Endpoint.builder().codec(new JacksonCodec()).build();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private long nanos;
    private final ServerLoop loop = new ServerLoop(channel.eventLoop(), () -> nanos);
    final HttpTerms terms;

    HttpRig(String path, Route<? super HttpExchange> route) {
        Routes<HttpExchange> routes = new Routes<>();
        routes.add(path, route);
        ServerLimits limits = ServerLimits.builder()
                .handshakeTimeout(TIMEOUT)
                .maxHeaderBytes(8192)
                .maxPendingConnections(10)
                .maxPendingBytes(1 << 30)
                .build();
        terms = new HttpTerms(routes, new Serving(endpoint, limits, 1, TIMEOUT));
        terms.serve(channel.pipeline(), loop);
        channel.pipeline().fireChannelActive();
    }

    void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    void pass(Duration time) {
        for (long end = nanos + time.toNanos(); nanos < end; ) {
            nanos += Duration.ofMillis(100).toNanos();
            channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    /** What has been sent since the last time. */
    String answer() {
        StringBuilder answer = new StringBuilder();
        channel.runPendingTasks();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            answer.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return answer.toString();
    }

    /** There is no room for it any more. */
    void turnAway() {
        channel.pipeline().get(HttpConnection.class).turnAway(Limit.PENDING_CONNECTIONS);
    }

    /** The client goes. */
    @SuppressWarnings("FutureReturnValueIgnored") // of a channel without a network
    void disconnect() {
        channel.close();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
        loop.release();
        endpoint.close();
    }
}
