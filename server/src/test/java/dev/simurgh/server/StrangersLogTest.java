package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.Limits;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.SocketOptions;
import dev.simurgh.transport.WebSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What strangers can have written into the log. */
class StrangersLogTest {
    private static final int ATTEMPTS = 60;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.simurgh");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private List<ILoggingEvent> said(String part) {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getFormattedMessage().contains(part))
                .toList();
    }

    private void upgrade(TestServer test, String target, String... headers) {
        try (RawClient client = test.client()) {
            client.upgrade(target, headers);
        }
    }

    @Test
    void refusalsTakeAFewLinesWithoutStackTraces() {
        try (TestServer test = TestServer.start(server -> server.webSocket(
                        WebSocketOptions.builder().subprotocols("spoken").build())
                .socket(SocketOptions.builder().takeAuthToken().build()))) {
            for (int i = 0; i < ATTEMPTS; i++) {
                upgrade(test, TestServer.TARGET, "Origin: http://evil" + i + ".example");
                upgrade(test, TestServer.TARGET, "Sec-WebSocket-Protocol: unspoken" + i);
                upgrade(test, "/socket/websocket?vsn=9." + i);
                upgrade(test, TestServer.TARGET, "Sec-WebSocket-Protocol: phoenix, base64url.bearer.phx.$" + i);
            }
        }
        for (String kind : List.of("for a page of", ": sub-protocols", ": vsn", ": its auth token")) {
            assertThat(said(kind))
                    .as(kind)
                    .hasSizeBetween(1, 11)
                    .allSatisfy(line -> assertThat(line.getThrowableProxy()).isNull());
        }
        assertThat(said("and 50 more of this kind")).hasSize(4);
    }

    @Test
    void whatIsRefusedByTheServerItselfLeavesATrace() {
        try (TestServer test = TestServer.start(server -> server.limits(ServerLimits.builder()
                        .maxRequestLineBytes(200)
                        .maxHeaderBytes(300)
                        .maxBodyBytes(10)
                        .build())
                .handler("/take", request -> {
                    throw new IllegalStateException("not reached");
                }))) {
            for (int i = 0; i < ATTEMPTS; i++) {
                upgrade(test, "/socket/websocket?token=" + "x".repeat(200));
                upgrade(test, TestServer.TARGET, "Cookie: " + "x".repeat(300));
                upgrade(test, "/take", "Content-Length: 11");
                upgrade(test, "no target");
                upgrade(test, TestServer.TARGET, "Host: twice");
            }
            assertThat(test.server.stats().refused()).isEqualTo(5L * ATTEMPTS);
        }
        for (String kind : List.of(
                "is answered with 414: the first line of its request is too long. Let the client send less in its"
                        + " parameters, or raise ServerLimits.maxRequestLineBytes",
                "is answered with 431: the headers of its request, cookies among them, are too long, or more than 128."
                        + " ServerLimits.maxHeaderBytes says how long they may be",
                "is answered with 413: its request has a longer body than is taken there. ServerLimits.maxBodyBytes says"
                        + " how much handlers take",
                "is answered with 400: header Host (expected: exactly one, with a host and perhaps a port)")) {
            assertThat(said(kind)).as(kind).hasSizeBetween(1, 11);
        }
        assertThat(said("is answered with 400: ")).hasSizeBetween(2, 22);
    }

    @Test
    void whoForgetsTheLastPartOfThePathIsToldWhereTheSocketIs() {
        try (TestServer test = TestServer.start()) {
            for (int i = 0; i < ATTEMPTS; i++) {
                upgrade(test, "/socket?vsn=2.0." + i);
            }
            try (RawClient client = test.client()) {
                assertThat(client.get("/socket").status())
                        .as("no WebSocket was asked for")
                        .isEqualTo(404);
            }
        }
        assertThat(said("no socket at")).hasSizeBetween(1, 11);
        assertThat(said("no socket at").get(0).getFormattedMessage())
                .isEqualTo("no socket at /socket (expected: /info_socket/:org/websocket, /refuse_socket/websocket,"
                        + " /socket/websocket). Clients such as phoenix.js add /websocket by themselves, others must be"
                        + " given it");
    }

    @Test
    void anAuthTokenThatNobodyTakesIsNoticed() {
        try (TestServer test = TestServer.start()) {
            upgrade(test, TestServer.TARGET, "Sec-WebSocket-Protocol: phoenix, base64url.bearer.phx.c2VjcmV0");
        }
        assertThat(said(
                        "a client of /socket offers an auth token, which is not taken, and browsers end a WebSocket whose"
                                + " offer is not answered (expected: SocketOptions.builder().takeAuthToken())"))
                .hasSize(1);
        assertThat(said("c2VjcmV0")).isEmpty();
    }

    @Test
    void whatIsMissingForAWebSocketIsNamed() {
        try (TestServer test = TestServer.start();
                RawClient client = test.client()) {
            assertThat(client.get(TestServer.TARGET).body())
                    .isEqualTo("{\"errors\":{\"detail\":\"Bad Request: header Upgrade (expected: websocket)\"}}");
            assertThat(client.get(TestServer.TARGET, "Upgrade: websocket").body())
                    .contains("header Connection (expected: Upgrade)");
            assertThat(client.get(TestServer.TARGET, "Upgrade: websocket", "Connection: Upgrade")
                            .body())
                    .contains("header Sec-WebSocket-Version (expected: 13)");
            assertThat(client.get(
                                    TestServer.TARGET,
                                    "Upgrade: websocket",
                                    "Connection: Upgrade",
                                    "Sec-WebSocket-Version: 13")
                            .body())
                    .contains("header Sec-WebSocket-Key (expected: 16 random bytes in base64)");
        }
        assertThat(said("a client of /socket is answered with 400: header Upgrade (expected: websocket), so it cannot"))
                .hasSize(1);
    }

    @Test
    void closesForWhatIsTooBigOrBrokenLeaveATrace() {
        Limits limits = Limits.builder().maxMessageBytes(100).build();
        try (TestServer test =
                TestServer.start(limits, WebSocketOptions.builder().maxFragments(2))) {
            for (int i = 0; i < ATTEMPTS; i++) {
                try (RawClient big = test.webSocket();
                        RawClient broken = test.webSocket()) {
                    assertThat(big.text("x".repeat(101)).readToClose()).isEqualTo(1009);
                    assertThat(broken.frame(0x83, "").readToClose()).isEqualTo(1002);
                }
            }
        }
        assertThat(said(
                        "is closed with 1009: message over 100 bytes. If your clients send such, see maxMessageBytes of Limits,"
                                + " maxFragments and maxInflationRatio of WebSocketOptions"))
                .hasSize(10);
        assertThat(said("breaks the WebSocket protocol and is closed with 1002: reserved opcode 3"))
                .hasSize(10);
    }

    @Test
    void theAdviceForAnOriginIsOneThatCanBeFollowed() {
        try (TestServer test = TestServer.start()) {
            for (String origin :
                    List.of("null", "file://", "chrome-extension://abc", "HTTP://Elsewhere.example:80/x")) {
                upgrade(test, TestServer.TARGET, "Origin: " + origin);
            }
            upgrade(test, TestServer.TARGET, "Origin: elsewhere.example");
        }
        for (String advice : List.of("null", "file://", "chrome-extension://abc", "http://elsewhere.example")) {
            assertThat(said("SocketOptions.builder().checkOrigin(OriginPolicy.of(\"" + advice + "\"))"))
                    .as(advice)
                    .hasSize(1);
        }
        assertThat(said("refused a client of /socket: Origin elsewhere.example (expected: the host of the request). No"
                        + " browser sends such a header"))
                .hasSize(1);
    }

    @Test
    void aHandlerThatThrowsIsExplainedOnce() {
        try (TestServer test = TestServer.start(server -> server.handler("/broken", request -> {
            throw new IllegalStateException("as it was told to");
        }))) {
            for (int i = 0; i < ATTEMPTS; i++) {
                try (RawClient client = test.client()) {
                    assertThat(client.get("/broken").status()).isEqualTo(500);
                }
            }
        }
        assertThat(said("handler of")).hasSizeBetween(2, 11);
        assertThat(said("handler of").stream().filter(line -> line.getThrowableProxy() != null))
                .hasSize(1);
    }

    @Test
    void whoDoesNotSpeakAsAProxyTakesAFewLines() {
        try (TestServer test = TestServer.start(server -> server.proxyProtocol("127.0.0.0/8"))) {
            for (int i = 0; i < ATTEMPTS; i++) {
                try (RawClient client = test.client()) {
                    client.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    client.ended();
                }
            }
        }
        assertThat(said("header of the PROXY protocol")).hasSizeBetween(1, 11);
    }
}
