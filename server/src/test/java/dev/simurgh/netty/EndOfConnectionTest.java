package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.Server;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.WebSocketOptions;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a listener hears of how a connection ended. */
class EndOfConnectionTest {
    private record End(int code, String reason) {}

    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> lasted = new LinkedBlockingQueue<>();
    private final Endpoint endpoint = Endpoint.builder()
            .codec(new JacksonCodec())
            .listener(new EndpointListener() {
                @Override
                public void disconnected(String mount, String transport, int code, String reason, long nanos) {
                    lasted.add(nanos);
                    ends.add(new End(code, reason));
                }
            })
            .socket("/socket", SocketSpec.builder().id(assigns -> "all").quiet().build())
            .build();
    private final Server server = Server.builder(endpoint)
            .host("127.0.0.1")
            .port(0)
            .eventLoops(1)
            .webSocket(WebSocketOptions.builder()
                    .idleTimeout(Duration.ofSeconds(2))
                    .closeTimeout(Duration.ofMillis(200))
                    .build())
            .start();

    @AfterEach
    void stop() throws Exception {
        server.stop().get(20, TimeUnit.SECONDS);
        endpoint.close();
    }

    private End end() throws InterruptedException {
        End end = ends.poll(20, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        assertThat(lasted.take()).isPositive();
        return end;
    }

    private RawClient connect() {
        return RawClient.webSocket(server.port(), TestServer.TARGET);
    }

    @Test
    void aClientThatClosesSaysWhy() throws Exception {
        try (RawClient client = connect()) {
            client.send(
                    RawClient.frame(RawClient.FIN | FrameWriter.CLOSE, FrameWriter.closeContent(4001, "had enough")));
            assertThat(end()).isEqualTo(new End(4001, "had enough"));
        }
        try (RawClient client = connect()) {
            client.frame(RawClient.FIN | FrameWriter.CLOSE, "");
            assertThat(end()).isEqualTo(new End(CloseCode.NO_CODE, ""));
        }
    }

    @Test
    void aConnectionThatBreaksHasNoCode() throws Exception {
        connect().close();

        assertThat(end()).isEqualTo(new End(CloseCode.BROKEN, ""));
    }

    @Test
    void whatWeSayCountsNotTheAnswerToIt() throws Exception {
        try (RawClient client = connect()) {
            client.text(TestServer.HEARTBEAT).read();
            endpoint.disconnect("all");
            assertThat(client.readToClose()).isEqualTo(CloseCode.GOING_AWAY);
            client.close(1000);
            assertThat(end()).isEqualTo(new End(CloseCode.GOING_AWAY, ""));
        }
    }

    @Test
    void aRuleThatWasBrokenIsNamed() throws Exception {
        try (RawClient client = connect()) {
            client.frame(RawClient.FIN | 3, "78");
            assertThat(end()).isEqualTo(new End(CloseCode.PROTOCOL_ERROR, "reserved opcode 3"));
        }
    }

    @Test
    void silenceIsAReason() throws Exception {
        try (RawClient client = connect()) {
            assertThat(end()).isEqualTo(new End(CloseCode.GOING_AWAY, "idle"));
            assertThat(client.readToClose()).isEqualTo(CloseCode.GOING_AWAY);
        }
    }
}
