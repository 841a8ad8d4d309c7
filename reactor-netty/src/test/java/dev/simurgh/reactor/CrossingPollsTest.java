package dev.simurgh.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limits;
import dev.simurgh.server.RawClient;
import dev.simurgh.transport.LongPollOptions;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

/** Two polls of one session, of which one has gone, or is thought to have. All connections are on one event loop. */
class CrossingPollsTest {
    private static final String TARGET = "/socket/longpoll?vsn=2.0.0";
    private static final int LARGE = 500_000;
    private static final int SMALL_BUFFER = 4096;

    private final LoopResources loops = LoopResources.create("one", 1, true);
    private final TestRoutes test = new TestRoutes(
            Limits.builder().maxMessageBytes(1 << 20).maxQueueBytes(1 << 21).build(),
            routes -> routes.longPoll(LongPollOptions.builder(TestRoutes.TOKENS)
                    .window(Duration.ofSeconds(15))
                    .build()),
            http -> http.runOn(loops).childOption(ChannelOption.SO_SNDBUF, SMALL_BUFFER));
    private final RawClient client = test.client();
    private String asking = "";

    @BeforeEach
    void join() {
        String token = client.get(TARGET).body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
        asking = TARGET + "&token=" + token;
        post("[\"1\",\"1\",\"load:a\",\"phx_join\",{}]");
        assertThat(client.get(asking).body()).contains("phx_reply");
    }

    @AfterEach
    void stop() {
        client.close();
        test.close();
        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(Duration.ofSeconds(10));
    }

    private void post(String body) {
        client.request("POST " + asking + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static String echo(String text) {
        return "[\"1\",\"2\",\"load:a\",\"echo\",{\"a\":\"" + text + "\"}]";
    }

    private void poll(RawClient by) {
        by.send(("GET " + asking + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Behind what the loop has heard before: what is ready at once may be told in any order. */
    private void untilAllIsHeard() {
        try (RawClient other = test.client()) {
            other.get("/hello");
            other.get("/hello");
        }
    }

    @Test
    void aPollWhoseClientGoesLosesNothing() {
        RawClient gone = test.client();
        poll(gone);
        gone.close();
        untilAllIsHeard();
        post(echo("news"));

        assertThat(client.get(asking).body()).contains("news");
    }

    @Test
    void anAnswerIsWholeThoughAnotherPollComesInTheSameTurn() {
        post(echo("first"));
        try (RawClient one = test.client();
                RawClient other = test.client()) {
            one.get("/hello"); // so that they are connected
            other.get("/hello");
            CountDownLatch heldUp = new CountDownLatch(1);
            loops.onServer(LoopResources.DEFAULT_NATIVE).next().execute(() -> hold(heldUp));
            poll(one);
            poll(other);
            heldUp.countDown();
            untilAllIsHeard();
            post(echo("second"));

            List<String> answers =
                    List.of(one.answer(false).body(), other.answer(false).body());
            assertThat(answers).filteredOn(body -> body.contains("first")).hasSize(1);
            assertThat(answers).filteredOn(body -> body.contains("second")).hasSize(1);
            assertThat(one.get("/hello").body()).isEqualTo("hello");
            assertThat(other.get("/hello").body()).isEqualTo("hello");
        }
    }

    private static void hold(CountDownLatch heldUp) {
        try {
            assertThat(heldUp.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anAnswerThatIsStuckIsCutForTheNextPollWhichGetsItAll() {
        post(echo("x".repeat(LARGE)));
        try (RawClient slow = new RawClient(test.server.port(), SMALL_BUFFER)) {
            poll(slow);
            untilAllIsHeard();

            assertThat(client.get(asking).body()).contains("x".repeat(LARGE));
            assertThat(slow.skip(LARGE)).isBetween(1, LARGE - 1);
        }
    }

    @Test
    void whatAClientThatHasResetDidNotTakeComesWithTheNextPoll() throws IOException {
        post(echo("x".repeat(LARGE)));
        try (Socket socket = new Socket()) {
            RawClient slow = new RawClient(socket, test.server.port(), SMALL_BUFFER);
            poll(slow);
            untilAllIsHeard();
            socket.setSoLinger(true, 0);
        }
        untilAllIsHeard();

        assertThat(client.get(asking).body()).contains("x".repeat(LARGE));
    }
}
