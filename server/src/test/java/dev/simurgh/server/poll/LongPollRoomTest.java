package dev.simurgh.server.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.server.IoTransport;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one client does with connections and bodies does not hurt others, nor itself later. */
class LongPollRoomTest {
    private static TestServer server(Limits limits, UnaryOperator<ServerLimits.Builder> room, IoTransport transport) {
        return TestServer.start(
                limits,
                builder -> builder.eventLoops(1)
                        .transport(transport)
                        .limits(room.apply(ServerLimits.builder()).build())
                        .longPoll(LongPollOptions.builder(LongPollTest.TOKENS)
                                .window(Duration.ofSeconds(60))
                                .build()));
    }

    private static String echo(int bytes) {
        return "[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + "x".repeat(bytes) + "\"}]";
    }

    @ParameterizedTest
    @EnumSource(IoTransport.class)
    void aPollWhoseClientHasHungUpTakesNoMessages(IoTransport transport) {
        try (TestServer server = server(Limits.defaults(), limits -> limits, transport)) {
            PollClient client = PollClient.joined(server.server.port());
            RawClient parked = client.park();
            await().until(() -> server.server.stats().pendingConnections() == 0);

            parked.close();
            PollClient.get(server.server.port(), "/health"); // behind what the only loop has heard before
            PollClient.get(server.server.port(), "/health");
            server.endpoint.broadcast("load:a", "news", Map.of("n", 1));

            assertThat(client.poll()).contains("news");
        }
    }

    @Test
    void postsThatWaitGiveWayToOthers() {
        Limits limits =
                Limits.builder().maxMessageBytes(1 << 20).maxQueueBytes(100_000).build();
        try (TestServer server = server(limits, room -> room.maxPendingBytes(3 << 19), IoTransport.AUTO)) {
            int port = server.server.port();
            PollClient slow = PollClient.joined(port);
            PollClient other = PollClient.joined(port);
            assertThat(slow.post(echo(200_000))).isEqualTo("{\"status\":200}"); // and it does not fetch the answer
            await().until(() -> server.server.stats().queuedBytes() > 200_000);
            try (RawClient waiting = new RawClient(port)) {
                waiting.send(PollClient.postRequest(slow.target(), echo(900_000), "application/json")
                        .getBytes(StandardCharsets.US_ASCII));
                await().until(() -> server.server.stats().pendingBytes() > 900_000);

                assertThat(other.post(echo(900_000))).isEqualTo("{\"status\":200}");
                assertThat(waiting.ended()).isTrue();
            }
        }
    }
}
