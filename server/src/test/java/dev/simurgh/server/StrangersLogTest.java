package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What strangers can have written into the log. */
class StrangersLogTest {
    private static final int ATTEMPTS = 60;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.simurgh.server");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
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
