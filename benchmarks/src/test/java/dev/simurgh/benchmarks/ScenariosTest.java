package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.conformance.ConformanceServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short runs against a server that works. What they measure is not looked at, only whether it adds up. */
class ScenariosTest {
    private static ConformanceServer server;

    @BeforeAll
    static void startServer() {
        server = ConformanceServer.start(0);
    }

    @AfterAll
    static void stopServer() {
        server.stop().join();
    }

    @Test
    void connectBringsAllClientsUp() {
        Outcome outcome = run("connect", "--clients=20", "--rate=500", "--hold=0.1");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("connections_up")).isEqualTo(20);
        assertThat(outcome.number("server_rss_bytes")).isPositive();
        assertThat(outcome.json().path("connect_latency_us").path("n").asInt()).isEqualTo(20);
        assertThat(outcome.json().path("join_latency_us").path("n").asInt()).isEqualTo(20);
    }

    @Test
    void echoAnswersEachRequest() {
        Outcome outcome = run("echo", "--clients=5", "--window=3");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.json().path("loop").asText()).isEqualTo("closed");
        assertThat(outcome.number("requests")).isPositive().isEqualTo(outcome.number("replies"));
        assertThat(outcome.number("missing")).isZero();
        assertThat(outcome.json().path("latency_us").path("p99_9").asDouble()).isPositive();
    }

    @Test
    void echoAtARateSendsWhatWasDue() {
        Outcome outcome = run("echo", "--clients=5", "--rate=500", "--threads=2");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.json().path("loop").asText()).isEqualTo("open");
        assertThat(outcome.number("requests")).isEqualTo(250); // half a second
        assertThat(outcome.json().path("send_lag_us").path("n").asInt()).isEqualTo(200);
    }

    @Test
    void echoTakesFramesThatComeInPieces() {
        Outcome outcome = run("echo", "--clients=3", "--payload=200000");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("replies")).isPositive();
    }

    @Test
    void fanOutReachesAllSubscribers() {
        Outcome outcome = run("fan-out", "--clients=10", "--window=2", "--threads=2");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("delivered"))
                .isPositive()
                .isEqualTo(10 * outcome.number("published"))
                .isEqualTo(outcome.number("expected"));
    }

    @Test
    void fanOutKeepsTopicsApart() {
        Outcome outcome = run(
                "fan-out", "--clients=12", "--topics=3", "--publishers=6", "--rate=200", "--topic-prefix=load:apart-");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("published")).isEqualTo(100);
        assertThat(outcome.number("delivered")).isEqualTo(400);
    }

    @Test
    void joinStormJoinsAll() {
        Outcome outcome = run("join-storm", "--clients=30");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("open_before")).isEqualTo(30);
        assertThat(outcome.number("joins")).isEqualTo(30);
    }

    @Test
    void reconnectBringsAllBack() {
        Outcome outcome = run("reconnect", "--clients=30");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("dropped")).isEqualTo(30);
        assertThat(outcome.number("rejoins")).isEqualTo(30);
        assertThat(outcome.number("connections_up")).isEqualTo(30);
    }

    @Test
    void whoResumesGetsWhatWasMissed() {
        Outcome outcome = run("resume", "--clients=20", "--topics=2", "--missed=10", "--threads=2");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("recovered")).isEqualTo(20);
        assertThat(outcome.number("deliveries")).isEqualTo(200);
        assertThat(outcome.number("missing")).isZero();
    }

    @Test
    void topicsThatAreKeptFanOutLikeOthers() {
        Outcome outcome = run("fan-out", "--clients=10", "--window=2", "--topic-prefix=kept:others-");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("delivered"))
                .isPositive()
                .isEqualTo(10 * outcome.number("published"))
                .isEqualTo(outcome.number("expected"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect --rate=500",
                "echo --window=3",
                "echo --window=200 --payload=2000",
                "fan-out --rate=200 --topic-prefix=load:poll-",
                "reconnect",
                "resume --missed=10 --topic-prefix=kept:poll-"
            })
    void overLongPollingItAddsUpToo(String line) {
        String[] args = line.split(" ");
        List<String> more = new ArrayList<>(List.of(args).subList(1, args.length));
        more.addAll(List.of("--transport=longpoll", "--clients=10", "--threads=2"));

        Outcome outcome = run(args[0], more.toArray(String[]::new));

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("connections_up")).isEqualTo(10);
    }

    @Test
    void stormsLeaveThoseWhoStayAlone() {
        Outcome outcome = run("storm", "--clients=30", "--storms=1", "--probes=2", "--rate=50");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("storms")).isEqualTo(1); // the first three are not counted
        assertThat(outcome.number("lost")).isZero();
        assertThat(outcome.json().path("before_us").path("n").asInt()).isPositive();
        assertThat(outcome.json().path("after_us").path("n").asInt()).isPositive();
    }

    @Test
    void withoutJsonTheReportIsLines() {
        Outcome outcome = Outcome.of(
                "echo",
                "--url=ws://localhost:" + server.port() + "/socket/websocket",
                "--clients=2",
                "--seconds=1",
                "--warmup=0");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.out()).containsPattern("(?m)^missing +0 ").containsPattern("(?m)^latency_us +n \\d+ +p50 ");
        assertThat(outcome.out()).doesNotContain("server_cpu"); // nobody said which process it is
    }

    private static Outcome run(String scenario, String... more) {
        return Outcome.against(server.port(), scenario, more);
    }
}
