package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.SocketOptions;
import dev.simurgh.transport.TrustedProxies;
import dev.simurgh.transport.WebSocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeOptionsTest {
    private static final String INFO = "/info_socket/acme/websocket?vsn=2.0.0";

    private @Nullable TestServer started;

    private TestServer start(SocketOptions.Builder options) {
        return start(server -> server.socket(options.build()));
    }

    private TestServer start(WebSocketOptions.Builder options) {
        return start(server -> server.webSocket(options.build()));
    }

    private TestServer start(UnaryOperator<ServerBuilder> options) {
        TestServer test = TestServer.start(options);
        started = test;
        return test;
    }

    @AfterEach
    void stop() {
        Objects.requireNonNull(started).close();
    }

    private Answer upgrade(String target, String... headers) {
        try (RawClient client = Objects.requireNonNull(started).client()) {
            return client.upgrade(target, headers);
        }
    }

    /** What connect was asked by this upgrade, which must succeed. */
    private ConnectRequest asked(String target, String... headers) {
        assertThat(upgrade(target, headers).status()).isEqualTo(101);
        return Objects.requireNonNull(started).asked.remove();
    }

    @Test
    void aSubprotocolIsAgreedOn() {
        TestServer test = start(WebSocketOptions.builder().subprotocols("alpha", "beta"));
        assertThat(upgrade(INFO).headers()).doesNotContainKey("sec-websocket-protocol");
        assertThat(upgrade(INFO, "Sec-WebSocket-Protocol: beta", "Sec-WebSocket-Protocol: alpha")
                        .headers())
                .containsEntry("sec-websocket-protocol", "alpha");
        assertThat(upgrade(INFO, "Sec-WebSocket-Protocol: gamma"))
                .extracting(Answer::status, Answer::body)
                .containsExactly(403, "");
        assertThat(test.outcomes)
                .containsExactly(ConnectOutcome.OK, ConnectOutcome.OK, ConnectOutcome.WRONG_SUBPROTOCOL);
    }

    @Test
    void offersCountForNothingByDefault() {
        start(WebSocketOptions.builder());
        ConnectRequest request = asked(INFO, "Sec-WebSocket-Protocol: gamma, base64url.bearer.phx.YQ");
        assertThat(request.info().authToken()).isEmpty();
    }

    @Test
    void anAuthTokenIsTakenFromTheSubprotocols() {
        start(SocketOptions.builder().takeAuthToken());
        assertThat(asked(INFO, "Sec-WebSocket-Protocol: phoenix, base64url.bearer.phx.c2VjcmV0")
                        .info()
                        .authToken())
                .contains("secret");
        assertThat(upgrade(INFO, "Sec-WebSocket-Protocol: phoenix").headers())
                .containsEntry("sec-websocket-protocol", "phoenix");
        assertThat(upgrade(INFO, "Sec-WebSocket-Protocol: phoenix, base64url.bearer.phx.!")
                        .status())
                .isEqualTo(500);
    }

    @Test
    void parametersOfThePathGoOverThoseOfTheQuery() {
        start(WebSocketOptions.builder().path("/ws/:tag"));
        ConnectRequest request = asked("/info_socket//a%20b/ws/c+d/?vsn=2.0.0&tag=x&list[]=1");
        assertThat(request.nested())
                .isEqualTo(Map.of("vsn", "2.0.0", "org", "a b", "tag", "c+d", "list", List.of("1")));
        assertThat(request.info().uri().path()).isEqualTo("/info_socket//a%20b/ws/c+d/");
        assertThat(upgrade("/info_socket/%FF/ws/b").status()).isEqualTo(400);
        assertThat(upgrade("/info_socket/a/ws").status()).isEqualTo(404);
        assertThat(upgrade("/socket/ws/b").status()).isEqualTo(101);
    }

    @Test
    void hostileParametersAreRefused() {
        start(UnaryOperator.identity());
        assertThat(upgrade(INFO + "&a" + "[b]".repeat(1000) + "=1").status()).isEqualTo(400);
        assertThat(upgrade(INFO + "&a[]".repeat(1001)).status()).isEqualTo(400);
        assertThat(asked(INFO + "&a[]".repeat(900)).nested()).containsKey("a");
    }

    @Test
    void connectSeesTheNetworkSide() {
        start(UnaryOperator.identity());
        ConnectInfo info = asked(
                        INFO,
                        "User-Agent: test",
                        "X-One: 1",
                        "X-One: 2",
                        "Traceparent: t",
                        "Cookie: a=1",
                        "Cookie: b=2",
                        "X-Forwarded-For: 1.2.3.4",
                        "X-Forwarded-Proto: https")
                .info();
        assertThat(info.transport()).isEqualTo("websocket");
        assertThat(info.uri()).hasToString("http://localhost:4000" + INFO);
        assertThat(info.peer().orElseThrow().getAddress().isLoopbackAddress()).isTrue();
        assertThat(info.peer().orElseThrow().getPort()).isPositive();
        assertThat(info.userAgent()).contains("test");
        assertThat(info.xHeaders()).containsEntry("x-one", "1, 2");
        assertThat(info.traceContextHeaders()).isEqualTo(Map.of("traceparent", "t"));
        assertThat(info.secWebSocketHeaders()).containsEntry("sec-websocket-version", "13");
        assertThat(info.cookies()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void aTrustedProxyIsBelieved() {
        start(server -> server.trustedProxies(TrustedProxies.xForwarded("127.0.0.0/8", "::1")));
        String[] said = {
            "X-Forwarded-For: 6.6.6.6, 203.0.113.9",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: example.com",
            "Origin: https://example.com"
        };
        ConnectInfo info = asked(INFO, said).info();
        assertThat(info.peer().orElseThrow().getAddress().getHostAddress()).isEqualTo("203.0.113.9");
        assertThat(info.uri()).hasToString("https://example.com:443" + INFO);
        assertThat(upgrade(INFO, "X-Forwarded-Host: example.com", "Origin: http://localhost:4000")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aStrangerIsNotBelieved() {
        start(server -> server.trustedProxies(TrustedProxies.xForwarded("10.0.0.0/8")));
        assertThat(upgrade(INFO, "X-Forwarded-Host: example.com", "Origin: http://example.com")
                        .status())
                .isEqualTo(403);
        assertThat(asked(INFO, "X-Forwarded-For: 1.2.3.4")
                        .info()
                        .peer()
                        .orElseThrow()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
    }

    @Test
    void theAnswerToARefusalWithAReasonIsTheApplications() {
        start(SocketOptions.builder()
                .refusal(reason -> Response.builder()
                        .status(429)
                        .body("text/plain", String.valueOf(reason))
                        .header("Retry-After", "7")
                        .build()));
        Answer answer = upgrade("/refuse_socket/websocket?outcome=reason");
        assertThat(answer).extracting(Answer::status, Answer::body).containsExactly(429, "because");
        assertThat(answer.headers()).containsEntry("retry-after", "7").containsEntry("content-type", "text/plain");
        assertThat(upgrade("/refuse_socket/websocket?outcome=error"))
                .extracting(Answer::status, Answer::body)
                .containsExactly(403, "");
    }

    @Test
    void anAnswerThatFailsIsAnError() {
        start(SocketOptions.builder().refusal(reason -> {
            throw new IllegalStateException("the answer fails, as it was told to");
        }));
        assertThat(upgrade("/refuse_socket/websocket?outcome=reason").status()).isEqualTo(500);
    }

    @Test
    void refusalsOfTheServerAreHeard() {
        TestServer test = start(UnaryOperator.identity());
        assertThat(upgrade(INFO, "Origin: http://evil.com").status()).isEqualTo(403);
        assertThat(upgrade("/info_socket/acme/websocket?vsn=9.0.0").status()).isEqualTo(403);
        assertThat(test.outcomes).containsExactly(ConnectOutcome.WRONG_ORIGIN, ConnectOutcome.WRONG_VERSION);
        assertThat(test.asked).isEmpty();
    }

    @Test
    void whoIsAcceptedButCannotBeUpgradedWasNeverConnected() throws Exception {
        TestServer test = start(UnaryOperator.identity());
        try (RawClient client = new RawClient(test.server.port())) {
            assertThat(client.get("/info_socket/acme/websocket").status()).isEqualTo(400);
        }
        assertThat(test.outcomes).containsExactly(ConnectOutcome.NOT_OPENED);
        assertThat(test.endpoint.connectionCount()).isZero();
    }

    @Test
    void theLimitsOfHttpCanBeSet() {
        TestServer test = start(server -> server.limits(ServerLimits.builder()
                .maxRequestLineBytes(200)
                .maxHeaderBytes(300)
                .build()));
        try (RawClient client = test.client()) {
            assertThat(client.get("/health?" + "x".repeat(200)).status()).isEqualTo(414);
        }
        try (RawClient client = test.client()) {
            assertThat(client.get("/health", "X-Long: " + "x".repeat(300)).status())
                    .isEqualTo(431);
        }
        try (RawClient client = test.client()) {
            assertThat(client.get("/health?" + "x".repeat(100), "X-Long: " + "x".repeat(200))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void optionsAreCopiedAndChanged() {
        start(UnaryOperator.identity());
        WebSocketOptions options = WebSocketOptions.builder()
                .path("/ws")
                .idleTimeout(Duration.ofSeconds(7))
                .maxFragments(77)
                .subprotocols("a")
                .build();
        WebSocketOptions.Builder builder = options.toBuilder().maxFragments(78);
        WebSocketOptions changed = builder.build();
        builder.maxFragments(79);
        assertThat(changed.maxFragments()).isEqualTo(78);
        assertThat(changed.toBuilder().build().maxFragments()).isEqualTo(78);
        assertThat(options.maxFragments()).isEqualTo(77);
        assertThat(changed.idleTimeout()).isEqualTo(options.idleTimeout());
        assertThat(changed.path()).isEqualTo("/ws");
        assertThat(changed.subprotocols()).containsExactly("a");
        SocketOptions socket =
                SocketOptions.builder().checkOrigin(OriginPolicy.any()).build();
        SocketOptions other = socket.toBuilder().takeAuthToken().build();
        assertThat(other.checkOrigin()).isSameAs(socket.checkOrigin());
        assertThat(other.takesAuthToken()).isTrue();
        assertThat(other.toBuilder().build().takesAuthToken()).isTrue();
        assertThat(socket.takesAuthToken()).isFalse();
    }

    @Test
    void wrongOptionsAreRefused() {
        start(UnaryOperator.identity());
        assertThatThrownBy(() -> WebSocketOptions.builder().subprotocols("a b"))
                .hasMessage("subprotocols: a b (expected: names of letters, digits and !#$%&'*+-.^_`|~, each once)");
        assertThatThrownBy(() -> WebSocketOptions.builder().subprotocols("a", "a"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WebSocketOptions.builder().path("/:"))
                .hasMessage("path: /: (expected: a name of letters, digits and '_' behind ':')");
    }
}
