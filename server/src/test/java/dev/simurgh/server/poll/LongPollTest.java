package dev.simurgh.server.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.protocol.Payload;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.TestServer;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.SocketOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongPollTest {
    static final Tokens TOKENS = Tokens.of("a secret of more than twenty bytes");
    private static final String REPLY =
            "[\\\"1\\\",\\\"1\\\",\\\"load:a\\\",\\\"phx_reply\\\",{\\\"response\\\":{},\\\"status\\\":\\\"ok\\\"}]";

    private final TestServer server = TestServer.start(builder -> builder.eventLoops(1)
            .socket(SocketOptions.builder().takeAuthToken().build())
            .longPoll(LongPollOptions.builder(TOKENS)
                    .window(Duration.ofSeconds(1))
                    .build()));
    private final int port = server.server.port();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aGetWithoutATokenMakesASession() {
        PollClient client = PollClient.connect(port);

        assertThat(client.post(PollClient.JOIN)).isEqualTo("{\"status\":200}");
        assertThat(client.poll()).isEqualTo("{\"messages\":[\"" + REPLY + "\"],\"status\":200}");
    }

    @Test
    void aMessageWakesThePollThatWaits() {
        PollClient client = PollClient.joined(port);
        RawClient parked = client.park();
        untilItIsRead();

        server.endpoint.broadcast("load:a", "news", Map.of("n", 1));

        assertThat(client.read(parked)).contains("news").contains("\"status\":200");
    }

    @Test
    void aMessageThatJsonCannotCarryIsCounted() {
        PollClient.joined(port);

        server.endpoint.broadcast("load:a", "news", Payload.binary(new byte[] {(byte) 0xFF}));

        await().until(() -> server.endpoint.droppedCount() == 1);
    }

    @Test
    void aPollWithoutNewsIsAnsweredAtTheEndOfTheWindow() {
        PollClient client = PollClient.joined(port);
        long start = System.nanoTime();

        assertThat(client.poll()).isEqualTo("{\"messages\":[],\"status\":204}");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1000), Duration.ofMillis(1500));
    }

    @Test
    void aSessionThatNobodyPollsEnds() {
        PollClient client = PollClient.joined(port);

        await().atMost(Duration.ofSeconds(5)).until(() -> server.endpoint.connectionCount() == 0);

        assertThat(client.post(PollClient.HEARTBEAT)).isEqualTo("{\"status\":410}");
        String again = client.get().body();
        assertThat(again).startsWith("{\"messages\":[],\"status\":410,\"token\":");
        assertThat(PollClient.tokenIn(again)).isNotEqualTo(client.token);
    }

    @Test
    void theLaterOfTwoPollsTakesThePlaceOfTheFirst() {
        PollClient client = PollClient.joined(port);
        RawClient first = client.park();
        untilItIsRead();
        RawClient second = client.park();

        assertThat(client.read(first)).isEqualTo("{\"messages\":[],\"status\":204}");
        server.endpoint.broadcast("load:a", "news", Map.of("n", 1));
        assertThat(client.read(second)).contains("news");
    }

    @Test
    void aDisconnectEndsAWaitingPollAtOnce() {
        PollClient client = PollClient.joined(port);
        RawClient parked = client.park();
        untilItIsRead();

        var drained = server.endpoint.drain();

        assertThat(client.read(parked)).isEqualTo("{\"messages\":[],\"status\":204}");
        assertThat(client.post(PollClient.HEARTBEAT)).isEqualTo("{\"status\":410}");
        assertThat(client.poll()).isEqualTo("{\"messages\":[],\"status\":410}");
        assertThat(drained).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void theAuthTokenComesInAHeader() {
        PollClient.get(port, "/info_socket/acme/longpoll?vsn=2.0.0&a=b", "X-Phoenix-AuthToken: secret token");

        var asked = server.asked.element();
        assertThat(asked.info().authToken()).contains("secret token");
        assertThat(asked.info().transport()).isEqualTo("longpoll");
        assertThat(asked.params()).containsAllEntriesOf(Map.of("org", "acme", "a", "b"));
    }

    @Test
    void anotherOriginMakesNoSessionAndDoesNothing() {
        PollClient client = PollClient.connect(port);

        assertThat(client.post(PollClient.HEARTBEAT, "application/json", "Origin: http://evil.example"))
                .isEqualTo("{\"status\":403}");
        assertThat(PollClient.get(port, PollClient.TARGET, "Origin: http://evil.example")
                        .body())
                .isEqualTo("{\"status\":403}");

        assertThat(client.poll()).isEqualTo("{\"messages\":[],\"status\":204}");
        assertThat(server.server.stats().sessions()).isEqualTo(1);
    }

    /** By the answer to another request the one loop has read what was sent before. */
    private void untilItIsRead() {
        assertThat(PollClient.get(port, "/health").status()).isEqualTo(200);
    }
}
