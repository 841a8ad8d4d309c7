package dev.simurgh.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.listen.ServerLoop;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.serve.Serving;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
    private static final int MOST = 1000;

    private final Endpoint endpoint =
            Endpoint.builder().codec(new JacksonCodec()).build();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ServerLoop loop = new ServerLoop(channel.eventLoop());
    private final Routes<HttpExchange> routes = new Routes<>();
    private final List<HttpExchange> heard = new ArrayList<>();
    private final HttpTerms terms = new HttpTerms(
            routes,
            new Serving(endpoint, ServerLimits.builder().maxPendingBytes(4000).build(), 1, Duration.ofSeconds(10)));

    @BeforeEach
    void serve() {
        routes.add("/take", new Route<HttpExchange>() {
            @Override
            public void serve(HttpExchange exchange) {
                heard.add(exchange);
            }

            @Override
            public int maxBodyBytes() {
                return MOST;
            }
        });
        routes.add("/ignore", heard::add);
        terms.serve(channel.pipeline(), loop);
        channel.pipeline().fireChannelActive();
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

    private String answer() {
        channel.runPendingTasks();
        StringBuilder answer = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            answer.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return answer.toString();
    }

    private static String head(String target, String length) {
        return "POST " + target + " HTTP/1.1\r\nHost: here\r\n" + length + "\r\n\r\n";
    }

    @Test
    void aRouteThatWantsTheBodyHasItWhole() {
        receive(head("/take", "Content-Length: 11") + "hello");
        assertThat(heard).isEmpty();
        assertThat(terms.counters().pinnedBytes()).isGreaterThanOrEqualTo(5);
        receive(" world");

        assertThat(heard)
                .singleElement()
                .satisfies(exchange ->
                        assertThat(exchange.body()).isEqualTo("hello world".getBytes(StandardCharsets.ISO_8859_1)));
        heard.get(0).respond(Answer.empty(200));
        assertThat(answer()).startsWith("HTTP/1.1 200 ");
        assertThat(terms.counters().pinnedBytes()).as("once it is answered").isZero();
        receive(head("/take", "Transfer-Encoding: chunked") + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        assertThat(heard.get(1).body()).isEqualTo("abcde".getBytes(StandardCharsets.ISO_8859_1));
        heard.get(1).respond(Answer.empty(200));
        assertThat(answer()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aBodyThatIsTooLongIsRefusedBeforeItsEnd() {
        receive(head("/take", "Content-Length: 5000") + "x".repeat(MOST + 1));

        assertThat(answer()).startsWith("HTTP/1.1 413 ");
        assertThat(heard).isEmpty();
    }

    @Test
    void whoAnnouncesMuchTakesNoMemoryForIt() {
        receive(head("/take", "Content-Length: 1000") + "x");

        assertThat(terms.counters().pinnedBytes()).isLessThan(10);
    }

    @Test
    void aBodyThatNobodyWantsIsNotKept() {
        receive(head("/ignore", "Content-Length: 500") + "x".repeat(499));
        assertThat(terms.counters().pinnedBytes()).isZero();
        receive("x");

        assertThat(heard)
                .singleElement()
                .satisfies(exchange -> assertThat(exchange.body()).isEmpty());
        heard.get(0).respond(Answer.empty(200));
        answer();
    }

    @Test
    void anExchangeIsAnsweredOnce() {
        receive(head("/ignore", "Content-Length: 0"));
        heard.get(0).respond(Answer.empty(200));
        heard.get(0).respond(Answer.empty(404));

        assertThat(answer()).startsWith("HTTP/1.1 200 ").doesNotContain("404");
    }
}
