package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.server.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Servers that lose, repeat, refuse or crash: a run must notice, and end. They mostly wait: so they wait together. */
@Execution(ExecutionMode.CONCURRENT)
class LossTest {
    /** Loses every tenth message, or gives every tenth twice. */
    private static final class FaultyChannel {
        private int echoes;
        private int deliveries;

        Result echo(Payload payload, Socket socket) {
            return ++echoes % 10 == 0 ? Result.noReply() : Result.ok(payload);
        }

        Result pub(Payload payload, Socket socket) {
            socket.broadcast("msg", payload);
            return Result.noReply();
        }

        Next lose(Payload payload, Socket socket) {
            if (++deliveries % 10 != 0) {
                socket.push("msg", payload);
            }
            return Result.noReply();
        }

        Next repeat(Payload payload, Socket socket) {
            socket.push("msg", payload);
            if (++deliveries % 10 == 0) {
                socket.push("msg", payload);
            }
            return Result.noReply();
        }
    }

    private static Endpoint endpoint;
    private static Server server;

    @BeforeAll
    static void startServer() {
        SocketSpec socket = SocketSpec.builder()
                .channel(
                        "lossy:*",
                        faulty().handleOut("msg", Payload.class, FaultyChannel::lose)
                                .build())
                .channel(
                        "double:*",
                        faulty().handleOut("msg", Payload.class, FaultyChannel::repeat)
                                .build())
                .channel(
                        "closed:*",
                        ChannelSpec.builder(Object::new)
                                .join(
                                        Payload.class,
                                        (channel, payload, s) -> JoinResult.error(Map.of("reason", "closed")))
                                .build())
                .channel(
                        "rude:*",
                        ChannelSpec.builder(Object::new)
                                .handleIn("echo", Payload.class, (channel, payload, s) -> Result.error(payload))
                                .build())
                .build();
        endpoint = Endpoint.builder().socket("/socket", socket).build();
        server = Server.builder(endpoint).host("127.0.0.1").port(0).start();
    }

    private static ChannelSpec.Builder<FaultyChannel> faulty() {
        return ChannelSpec.builder(FaultyChannel::new)
                .handleIn("echo", Payload.class, FaultyChannel::echo)
                .handleIn("pub", Payload.class, FaultyChannel::pub)
                .nonBlocking();
    }

    @AfterAll
    static void stopServer() {
        server.stop().join();
        endpoint.close();
    }

    @Test
    void repliesThatDoNotComeAreMissing() {
        Outcome outcome = run("echo", "--clients=4", "--rate=400", "--topic-prefix=lossy:", "--drain=2");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.INCOMPLETE);
        assertThat(outcome.number("requests")).isEqualTo(200);
        assertThat(outcome.number("missing")).isEqualTo(20);
        assertThat(outcome.json().path("complete").asBoolean()).isFalse();
    }

    @Test
    void aClosedLoopEndsThoughItsRepliesDoNotCome() {
        Outcome outcome = run("echo", "--clients=4", "--topic-prefix=lossy:", "--drain=0.2");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.INCOMPLETE);
        assertThat(outcome.number("missing")).isEqualTo(4);
    }

    @Test
    void deliveriesThatDoNotComeAreMissing() {
        Outcome outcome = run("fan-out", "--clients=4", "--rate=200", "--topic-prefix=lossy:all-", "--drain=2");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.INCOMPLETE);
        assertThat(outcome.number("expected")).isEqualTo(400);
        assertThat(outcome.number("missing")).isEqualTo(40);
    }

    @Test
    void deliveriesThatComeTwiceAreExtra() {
        Outcome outcome = run("fan-out", "--clients=4", "--rate=200", "--topic-prefix=double:", "--drain=2");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.INCOMPLETE);
        assertThat(outcome.number("extra")).isEqualTo(40);
        assertThat(outcome.number("out_of_order")).isEqualTo(40);
        assertThat(outcome.number("missing")).isZero();
    }

    @Test
    void joinsThatAreRefusedAreFailures() {
        Outcome outcome = run("connect", "--clients=3", "--topic-prefix=closed:");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.INCOMPLETE);
        assertThat(outcome.number("connections_failed")).isEqualTo(3);
        assertThat(outcome.number("failed_joins")).isEqualTo(3);
        assertThat(outcome.json().path("first_error").asText()).contains("join refused");
    }

    @Test
    void repliesWithAnErrorAreNoSuccess() {
        Outcome outcome = run("echo", "--clients=2", "--topic-prefix=rude:");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.INCOMPLETE);
        assertThat(outcome.number("push_errors")).isEqualTo(outcome.number("requests"));
    }

    @Test
    void aPathWithoutASocketIsAFailure() {
        Outcome outcome = run("echo", "--clients=2", "--url=ws://127.0.0.1:" + server.port() + "/nowhere");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.INCOMPLETE);
        assertThat(outcome.json().path("first_error").asText()).contains("HTTP/1.1 404");
    }

    @Test
    void aPortWithoutAServerIsAFailure() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Outcome outcome = Outcome.against(port, "join-storm", "--clients=2");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.INCOMPLETE);
        assertThat(outcome.number("failed_connects")).isEqualTo(2);
    }

    private static Outcome run(String scenario, String... more) {
        return Outcome.against(server.port(), scenario, more);
    }
}
