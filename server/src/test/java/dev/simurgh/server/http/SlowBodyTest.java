package dev.simurgh.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.listen.ServerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a body may take, on a clock that the test owns. */
class SlowBodyTest {
    private static final int STEP = 64 << 10;

    private final Endpoint endpoint =
            Endpoint.builder().codec(new JacksonCodec()).build();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<HttpExchange> heard = new ArrayList<>();
    private long nanos;
    private final ServerLoop loop = new ServerLoop(channel.eventLoop(), true, () -> nanos);

    @BeforeEach
    void serve() {
        Routes routes = new Routes();
        routes.add("/take", new Route() {
            @Override
            public void serve(HttpExchange exchange) {
                heard.add(exchange);
            }

            @Override
            public int maxBodyBytes() {
                return 10 * STEP;
            }
        });
        var limits = new HttpTerms.Limits(Duration.ofSeconds(10), Duration.ofSeconds(10), 8192, 8192, 10, 1 << 30);
        new HttpTerms(routes, limits, 1, () -> false, endpoint.backstage().clientLog()).serve(channel.pipeline(), loop);
        channel.pipeline().fireChannelActive();
        receive("POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: " + 5 * STEP + "\r\n\r\n");
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        loop.release();
        endpoint.close();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private void pass(Duration time) {
        for (long end = nanos + time.toNanos(); nanos < end; ) {
            nanos += Duration.ofMillis(100).toNanos();
            channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private String answer() {
        StringBuilder answer = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            answer.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return answer.toString();
    }

    @Test
    void whoseBodyComesIsWaitedFor() {
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofSeconds(9));
            receive("x".repeat(STEP));
        }
        assertThat(heard)
                .singleElement()
                .satisfies(exchange -> assertThat(exchange.body()).hasSize(5 * STEP));
        assertThat(answer()).isEmpty();
    }

    @Test
    void whoSendsAByteNowAndThenIsNot() {
        for (int i = 0; i < 9; i++) {
            pass(Duration.ofSeconds(1));
            receive("x");
        }
        assertThat(answer()).isEmpty();
        pass(Duration.ofSeconds(2));
        assertThat(answer()).startsWith("HTTP/1.1 408 ");
        assertThat(heard).isEmpty();
    }
}
