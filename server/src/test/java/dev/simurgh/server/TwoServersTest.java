package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.protocol.CloseCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TwoServersTest {

    @Test
    void stoppingOneServerLeavesTheClientsOfAnother() throws Exception {
        try (TestServer one = TestServer.start();
                Server two = Server.builder(one.endpoint)
                        .host("127.0.0.1")
                        .port(0)
                        .eventLoops(1)
                        .start();
                RawClient mine = one.joined();
                RawClient other = TestServer.join(RawClient.webSocket(two.port(), TestServer.TARGET))) {
            CompletableFuture<Void> stopped = one.server.stop();
            assertThat(mine.readToClose()).isEqualTo(CloseCode.SERVICE_RESTART);
            mine.close(CloseCode.SERVICE_RESTART);
            stopped.get(10, TimeUnit.SECONDS);

            assertThat(other.text(TestServer.HEARTBEAT).read().text()).contains("\"ok\"");
            one.endpoint.broadcast("load:a", "news", Map.of());
            assertThat(other.read().text()).contains("news");
            try (RawClient later = RawClient.webSocket(two.port(), TestServer.TARGET)) {
                assertThat(later.text(TestServer.HEARTBEAT).read().text()).contains("\"ok\"");
            }
        }
    }

    @Test
    void aServerThatIsStartedAfterAnotherWasStoppedServes() {
        try (TestServer one = TestServer.start()) {
            one.server.close();
            try (Server next = Server.builder(one.endpoint)
                            .host("127.0.0.1")
                            .port(0)
                            .start();
                    RawClient http = new RawClient(next.port());
                    RawClient client = RawClient.webSocket(next.port(), TestServer.TARGET)) {
                assertThat(http.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
                assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("\"ok\"");
            }
        }
    }

    @Test
    void anEndpointThatDrainsIsUnhealthyThroughAllItsServers() {
        try (TestServer test = TestServer.start();
                RawClient client = test.client();
                RawClient late = test.client()) {
            var report = test.endpoint.drain();

            await().untilAsserted(() -> assertThat(client.get("/health").body()).contains("draining"));
            assertThat(late.upgrade(TestServer.TARGET).status()).isEqualTo(503);
            assertThat(report).succeedsWithin(Duration.ofSeconds(20));
        }
    }
}
