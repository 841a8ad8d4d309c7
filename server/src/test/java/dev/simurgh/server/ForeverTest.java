package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.pem.PemFiles;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durations that no counter of nanoseconds can hold. */
class ForeverTest {
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    @Test
    void timeoutsMayHaveNoEnd(@TempDir Path directory) throws IOException {
        PemFiles pair = PemFiles.make(directory, "pair", "EC");
        WebSocketOptions options = WebSocketOptions.builder()
                .idleTimeout(FOREVER)
                .closeTimeout(FOREVER)
                .build();
        try (TestServer test = TestServer.start(server -> server.limits(
                        ServerLimits.builder().handshakeTimeout(FOREVER).build())
                .answerTimeout(FOREVER)
                .stopTimeout(FOREVER)
                .webSocket(options)
                .handler("/hello", HttpHandler.of(request -> HttpHandler.Response.text("hello")))
                .tls(TlsOptions.builder(pair.chain(), pair.key())
                        .checkInterval(FOREVER)
                        .build()))) {
            try (RawClient client = new RawClient(TlsTest.sockets().createSocket(), test.server.port(), 0)) {
                assertThat(client.get("/hello").body()).isEqualTo("hello");
                assertThat(client.upgrade(TestServer.TARGET).status()).isEqualTo(101);
                assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("\"ok\"");
            }
            test.server.close();
        }
    }

    @Test
    void aPingThatNeverComesIsRefused() {
        assertThatThrownBy(() -> WebSocketOptions.builder()
                        .idleTimeout(FOREVER)
                        .pingInterval(FOREVER)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("pingInterval: ");
    }
}
