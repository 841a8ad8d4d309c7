package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database that is away, hangs, crashes or refuses to write, for as many seconds as {@code -Dconformance.outage} says. */
@Timeout(300)
class KeptOutageTest {
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("conformance.outage", 0));
    /** The journal gives up after 5 s. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

    private static final Duration ENDED_WITHIN = Duration.ofSeconds(30);
    private static final Duration OTHERS_WITHIN = Duration.ofSeconds(3);

    private static TestPostgres postgres;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("test-client", true), NioIoHandler.newFactory());
    private final List<KeptClient> clients = new ArrayList<>();
    private TestProxy proxy;
    private ConformanceServer server;
    private ReturningClient other;

    private interface Step {
        void run() throws Exception;
    }

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = TestPostgres.own();
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void start() throws Exception {
        proxy = TestProxy.to(postgres.port());
        server = ConformanceServer.start(
                ConformanceOptions.parse("--port", "0", "--data", postgres.database(proxy.port())));
        other = ReturningClient.start(group, server.port(), "room:a");
        for (int i = 0; i < 3; i++) {
            clients.add(client("client-" + i, "kept:a"));
        }
        NetworkRig.awaitUntil(() -> other.joined() && clients.stream().allMatch(KeptClient::joined));
        clients.get(0).publish(4, Duration.ofMillis(5));
        clients.get(1).publish(1, Duration.ofMillis(50));
        NetworkRig.awaitUntil(() -> KeptCheck.acknowledged(clients) > 50);
    }

    private int health() throws Exception {
        URI health = URI.create("http://127.0.0.1:" + server.port() + "/health");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(health).timeout(OTHERS_WITHIN).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private KeptClient client(String name, String topic) {
        return KeptClient.start(group.next(), name, topic, List.of(server.port()));
    }

    @AfterEach
    void end() {
        proxy.heal();
        clients.forEach(KeptClient::stop);
        other.stop();
        server.stop().join();
        proxy.close();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    @Test
    void oneThatIsAwayIsWaitedFor() throws Exception {
        outage(proxy::down, true, proxy::heal);
    }

    @Test
    void oneThatHangsIsGivenUp() throws Exception {
        outage(proxy::silence, true, proxy::heal);
    }

    @Test
    void oneThatRefusesToWriteIsTriedAgain() throws Exception {
        outage(() -> postgres.readOnly(true), false, () -> postgres.readOnly(false));
    }

    @Test
    void oneThatCrashesLosesNothing() throws Exception {
        outage(postgres::crash, true, postgres::restart);
    }

    @Test
    void aServerEndsWhileItsDatabaseHangs() throws Exception {
        proxy.silence();
        NetworkRig.awaiting()
                .atMost(ANSWERED_WITHIN)
                .untilAsserted(() -> assertThat(clients.get(0).errors()).isNotEmpty());
        assertThat(server.stop()).succeedsWithin(ENDED_WITHIN);
    }

    /** Publishers hear of it in time, nobody else does, and when it is over all is as if it had not been. */
    private void outage(Step begin, boolean unreadable, Step over) throws Exception {
        List<Integer> errorsBefore =
                clients.stream().map(client -> client.errors().size()).toList();
        begin.run();
        long began = System.nanoTime();
        try {
            NetworkRig.awaiting()
                    .atMost(ANSWERED_WITHIN)
                    .untilAsserted(() -> assertThat(clients.get(0).errors()).hasSizeGreaterThan(errorsBefore.get(0)));
            assertThat(clients.get(0).errors()).isSubsetOf("not stored", "perhaps not stored", "topic unavailable");
            if (unreadable) {
                KeptClient late = client("late", "kept:late");
                NetworkRig.awaiting()
                        .atMost(ANSWERED_WITHIN)
                        .untilAsserted(() -> assertThat(late.errors()).contains("topic unavailable"));
                clients.add(late);
            }
            int beat = 0;
            do {
                String text = "beat-" + beat++;
                other.push("room:a", "echo", "{\"s\":\"" + text + "\"}");
                NetworkRig.awaiting().atMost(OTHERS_WITHIN).until(() -> other.got("phx_reply", text));
                assertThat(health()).isEqualTo(200);
            } while (System.nanoTime() - began < OUTAGE.toNanos());
        } finally {
            over.run();
        }
        int before = KeptCheck.acknowledged(clients);
        NetworkRig.awaitUntil(
                () -> clients.stream().allMatch(KeptClient::joined) && KeptCheck.acknowledged(clients) > before + 50);
        clients.forEach(KeptClient::stopPublishing);
        List<KeptClient> ofTheTopic = clients.subList(0, 3);
        KeptCheck.settled(ofTheTopic);
        KeptCheck.nothingIsLostNorTwice(ofTheTopic);
        assertThat(other.ends()).isEmpty();
    }
}
