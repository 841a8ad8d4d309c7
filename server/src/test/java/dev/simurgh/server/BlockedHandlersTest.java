package dev.simurgh.server;

import dev.simurgh.channel.Endpoint;
import org.junit.jupiter.api.Test;

class BlockedHandlersTest {
    @Test
    void aThousandCallbacksThatWaitHoldUpNobodyElse() {
        BlockedHandlers blocked = new BlockedHandlers();
        try (Endpoint endpoint = blocked.endpoint();
                Server server =
                        Server.builder(endpoint).host("127.0.0.1").port(0).start()) {
            blocked.check(server.port());
        }
    }
}
