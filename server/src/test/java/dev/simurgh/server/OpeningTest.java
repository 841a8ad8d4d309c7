package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is disconnected while its connect still looks, is so when it opens. */
class OpeningTest {
    private final Endpoint endpoint = Endpoint.builder()
            .codec(new JacksonCodec())
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .id(assigns -> "all")
                            .connect(this::meanwhile)
                            .quiet()
                            .build())
            .build();
    private final Server server = Server.builder(endpoint)
            .host("127.0.0.1")
            .port(0)
            .eventLoops(1)
            .longPoll(LongPollOptions.builder(Tokens.of("a secret of more than twenty bytes"))
                    .build())
            .start();

    private ConnectResult meanwhile(ConnectRequest request) {
        if (request.param("out").isPresent()) {
            CompletableFuture.runAsync(() -> endpoint.disconnect("all"))
                    .join(); // as a log-out does, on a thread of its own
        }
        return ConnectResult.ok();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop().get(20, TimeUnit.SECONDS);
        endpoint.close();
    }

    @Test
    void overWebSocket() {
        try (RawClient stays = RawClient.webSocket(server.port(), TestServer.TARGET + "&a=1")) {
            stays.text(TestServer.HEARTBEAT).read();
            try (RawClient client = RawClient.webSocket(server.port(), TestServer.TARGET + "&out=1")) {
                assertThat(client.readToClose()).isEqualTo(1001);
            }
            assertThat(stays.readToClose()).isEqualTo(1001);
        }
    }

    @Test
    void overLongPolling() {
        String target = "/socket/longpoll?vsn=2.0.0";
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.get(target + "&out=1").body()).contains("token"); // of a session that is over
        }
        await().untilAsserted(() -> assertThat(endpoint.connectionCount()).isZero());
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.get(target).body()).contains("token");
        }
        assertThat(endpoint.connectionCount()).isOne();
    }
}
