package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.conformance.Attackers.Kind;
import dev.simurgh.server.Server;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A hundred subscribers of a topic, one of which is stopped in the middle of its life: nobody else notices, on this node or another. */
@Timeout(120)
@Isolated("measures how long things take")
class FrozenSubscriberTest {
    private static final int OTHERS = 99;
    private static final int CALM = 50;
    /** More of them than the kernel and the queue take. */
    private static final int FROZEN = 200;
    /** So many of each node are under way at once: less than the queue takes of those that read. */
    private static final int WINDOW = 10;

    private static final int MAX_QUEUE_BYTES = 512 << 10;
    private static final String TEXT = "x".repeat(10_000);

    private final int port = ServerProcess.freePort();
    private final Endpoint here = endpoint("here", port);
    private final Endpoint there = endpoint("there", ServerProcess.freePort());
    private final Server server =
            Server.builder(here).host("127.0.0.1").port(0).eventLoops(2).start();
    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger outOfOrder = new AtomicInteger();

    private static Endpoint endpoint(String name, int port) {
        return Endpoint.builder()
                .cluster(JGroupsCluster.builder()
                        .name(name + "@127.0.0.1")
                        .port(port)
                        .build())
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel(
                                        "room:*",
                                        ChannelSpec.builder(Object::new).quiet().build())
                                .limits(Limits.builder()
                                        .maxQueueBytes(MAX_QUEUE_BYTES)
                                        .build())
                                .quiet()
                                .build())
                .build();
    }

    /** What a round took, in µs: half of the calls, and nearly all of them; half of what the other node said was with everybody by then. */
    private record Round(long p50Here, long p99Here, long p50There, long p99There, long p50Heard) {
        boolean isAsGoodAs(Round calm) {
            return p50Here < 10 * calm.p50Here + 1_000
                    && p50There < 10 * calm.p50There + 1_000
                    && p50Heard < 10 * calm.p50Heard + 100_000;
        }
    }

    @Test
    void nobodyElseNoticesAFrozenSubscriber() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("test-client", true), NioIoHandler.newFactory());
        try (Attack frozen = new Attack(server.port(), Kind.JOINED, 1)) {
            assertThat(there.node().connect("here@127.0.0.1:" + port)).isTrue();
            List<ReturningClient> others =
                    IntStream.range(0, OTHERS).mapToObj(i -> subscriber(group)).toList();
            NetworkRig.awaitUntil(() -> here.channelCount() == OTHERS + 1);
            NetworkRig.awaitUntil(() -> others.stream().allMatch(ReturningClient::joined));
            Round calm = round(0, CALM);

            frozen.signal("STOP");
            Round during = round(CALM, FROZEN);

            ClusterRig.figure("1 of 100 frozen: " + calm + " µs before, " + during + " µs then");
            NetworkRig.awaitUntil(() -> here.connectionCount() == OTHERS); // too much waited for it
            assertThat(during).as("before: " + calm).matches(round -> round.isAsGoodAs(calm));
            assertThat(outOfOrder).hasValue(0);
            assertThat(others).allMatch(client -> client.ends().isEmpty());
            others.forEach(ReturningClient::stop);
        } finally {
            server.stop().orTimeout(20, TimeUnit.SECONDS).join();
            here.close();
            there.close();
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    private ReturningClient subscriber(EventLoopGroup group) {
        Map<String, Integer> next = new HashMap<>(); // on the client's event loop only
        return ReturningClient.start(group, server.port(), message -> hear(message, next), "room:busy");
    }

    private void hear(JsonNode message, Map<String, Integer> next) {
        if (message.get(3).asText().equals("busy")) {
            JsonNode payload = message.get(4);
            int expected = next.merge(payload.get("by").asText(), 1, Integer::sum) - 1;
            if (payload.get("n").asInt() != expected) {
                outOfOrder.incrementAndGet();
            }
            heard.incrementAndGet();
        }
    }

    /** Both nodes broadcast in turns, at the pace of those that listen. */
    private Round round(int first, int count) {
        long[] fromHere = new long[count];
        long[] fromThere = new long[count];
        long[] withAll = new long[count / WINDOW];
        for (int i = 0; i < count; i++) {
            fromHere[i] = broadcast(here, "here", first + i);
            long start = System.nanoTime();
            fromThere[i] = broadcast(there, "there", first + i);
            if (i % WINDOW == 0) {
                int sent = 2 * (first + i + 1) * OTHERS;
                NetworkRig.awaiting().pollInterval(Duration.ofMillis(1)).until(() -> heard.get() >= sent);
                withAll[i / WINDOW] = micros(start);
            }
        }
        NetworkRig.awaitUntil(() -> heard.get() == 2 * (first + count) * OTHERS);
        return new Round(
                of(fromHere, 0.5), of(fromHere, 0.99), of(fromThere, 0.5), of(fromThere, 0.99), of(withAll, 0.5));
    }

    private static long broadcast(Endpoint from, String name, int number) {
        long start = System.nanoTime();
        from.broadcast("room:busy", "busy", Map.of("by", name, "n", number, "s", TEXT));
        return micros(start);
    }

    private static long micros(long start) {
        return (System.nanoTime() - start) / 1000;
    }

    private static long of(long[] all, double part) {
        long[] sorted = all.clone();
        Arrays.sort(sorted);
        return sorted[(int) (part * sorted.length)];
    }
}
