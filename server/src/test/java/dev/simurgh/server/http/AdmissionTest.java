package dev.simurgh.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.listen.ProxyHeader;
import dev.simurgh.server.listen.ServerLoop;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.SocketOptions;
import dev.simurgh.transport.TrustedProxies;
import dev.simurgh.transport.admit.Admission;
import dev.simurgh.transport.admit.RefusalForm;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.PathPattern;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.serve.Serving;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of a transport that is no WebSocket. */
class AdmissionTest {
    private final List<ConnectRequest> asked = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private final Endpoint endpoint = Endpoint.builder()
            .codec(new JacksonCodec())
            .listener(new EndpointListener() {
                @Override
                public void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {
                    outcomes.add(transport + " " + outcome);
                }
            })
            .socket(
                    "/socket/:org",
                    SocketSpec.builder().connect(this::connect).nonBlocking().build())
            .build();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ServerLoop loop = new ServerLoop(channel.eventLoop());
    private final PathPattern path = PathPattern.of("/socket/:org/carried");
    private final Admission admission = new Admission(
            "pigeons",
            endpoint.backstage().mount("/socket/:org").orElseThrow(),
            path,
            SocketOptions.builder()
                    .checkOrigin(OriginPolicy.host("here"))
                    .refusal(
                            reason -> HttpHandler.Response.text("no: " + reason).withStatus(429))
                    .build(),
            TrustedProxies.none(),
            new Seats(ServerLimits.defaults(), System::nanoTime),
            endpoint.backstage(),
            RefusalForm.HTTP);

    private ConnectResult connect(ConnectRequest request) {
        asked.add(request);
        return request.param("reason").<ConnectResult>map(ConnectResult::refuse).orElseGet(ConnectResult::ok);
    }

    @BeforeEach
    void serve() {
        Routes<HttpExchange> routes = new Routes<>();
        routes.add(path, this::admit);
        new HttpTerms(
                        routes,
                        new Serving(
                                endpoint,
                                ServerLimits.builder().maxPendingBytes(4000).build(),
                                1,
                                Duration.ofSeconds(10)))
                .serve(channel.pipeline(), loop);
        channel.pipeline().fireChannelActive();
        // a channel without a network has no address
        channel.pipeline().fireUserEventTriggered(new ProxyHeader.Client(new InetSocketAddress("10.0.0.1", 4321)));
    }

    private void admit(HttpExchange exchange) {
        admission
                .examine(exchange)
                .ifPresent(client -> admission.connect(
                        client,
                        Optional.of(exchange.header("x-token")),
                        accepted -> exchange.respond(Answer.empty(202))));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        loop.release();
        endpoint.close();
    }

    private String ask(String query, String headers) {
        channel.writeInbound(Unpooled.copiedBuffer(
                "GET /socket/acme/carried?" + query + " HTTP/1.1\r\nHost: here\r\n" + headers + "\r\n",
                StandardCharsets.ISO_8859_1));
        channel.runPendingTasks();
        StringBuilder answer = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            answer.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return answer.toString();
    }

    @Test
    void theApplicationLearnsWhatItLearnsOfAWebSocket() {
        assertThat(ask("vsn=2.0.0&name=a+b", "X-Token: secret\r\nOrigin: http://here\r\n"))
                .startsWith("HTTP/1.1 202 ");
        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request.param("org")).contains("acme");
            assertThat(request.param("name")).contains("a b");
            assertThat(request.info().transport()).isEqualTo("pigeons");
            assertThat(request.info().authToken()).contains("secret");
        });
    }

    @Test
    void whoIsRefusedIsAnsweredAndCounted() {
        assertThat(ask("vsn=2.0.0", "Origin: http://elsewhere\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(ask("vsn=9.0.0", "")).startsWith("HTTP/1.1 403 ");
        assertThat(ask("vsn=2.0.0&%FF", "")).startsWith("HTTP/1.1 400 ");
        assertThat(asked).isEmpty();
        assertThat(ask("vsn=2.0.0&reason=full", "")).startsWith("HTTP/1.1 429 ").endsWith("no: full");

        assertThat(outcomes)
                .containsExactly(
                        "pigeons WRONG_ORIGIN", "pigeons WRONG_VERSION", "pigeons MALFORMED", "pigeons REFUSED");
    }
}
