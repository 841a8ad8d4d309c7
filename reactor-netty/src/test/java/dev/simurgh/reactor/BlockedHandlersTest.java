package dev.simurgh.reactor;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.server.BlockedHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class BlockedHandlersTest {
    @Test
    void aThousandCallbacksThatWaitHoldUpNobodyElse() {
        BlockedHandlers blocked = new BlockedHandlers();
        try (Endpoint endpoint = blocked.endpoint();
                SimurghRoutes routes = SimurghRoutes.builder(endpoint).build()) {
            DisposableServer server =
                    HttpServer.create().host("127.0.0.1").port(0).route(routes).bindNow();
            try {
                blocked.check(server.port());
            } finally {
                server.disposeNow(Duration.ofSeconds(10));
            }
        }
    }
}
