package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limits;
import dev.simurgh.conformance.TestProxy.Way;
import dev.simurgh.transport.WebSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients do what clients do while the network does anything; then everybody is back, and after that nothing is left.
 *
 * <p>The seed decides what is done, not when it arrives, so a failure may take several runs to come again. A client that is not
 * behind the proxies sets the pace: between two steps it waits for the answers to its own messages, which shows on the way that
 * whoever has a good network has a good server.
 */
@Timeout(60)
@Isolated("counts the descriptors of the process")
class NetworkChaosTest {
    private static final int CLIENTS_PER_PROXY = 15;
    private static final Duration HEARTBEAT = Duration.ofMillis(400);
    private static final int STEPS = 100;
    private static final int ECHOES_PER_STEP = 2;
    private static final List<String> TOPICS = List.of("room:a", "room:b", "loop:a", "loop:b");

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void nothingIsLeftOfChaos(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> done = new TreeMap<>();
        WebSocketOptions options = WebSocketOptions.builder()
                .idleTimeout(Duration.ofSeconds(2))
                .pingInterval(Duration.ofMillis(700))
                .closeTimeout(NetworkRig.CLOSE)
                .build();
        try (TestProxy other = TestProxy.to(0);
                NetworkRig rig =
                        new NetworkRig(Limits.builder().maxQueueBytes(64 << 10).build(), options)) {
            other.target(rig.server.server.port());
            ReturningClient steady = rig.joined(rig.direct("room:steady").heartbeat(HEARTBEAT));
            List<ReturningClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS_PER_PROXY; i++) {
                clients.add(client(rig, rig.proxy));
                clients.add(client(rig, other));
            }
            for (int step = 0; step < STEPS; step++) {
                TestProxy proxy = random.nextBoolean() ? rig.proxy : other;
                done.merge(disturb(random, proxy), 1, Integer::sum);
                for (int i = 0; i < 5; i++) {
                    use(random, clients.get(random.nextInt(clients.size())), rig);
                }
                pace(steady, step);
            }
            rig.proxy.heal();
            other.heal();
            NetworkRig.awaiting()
                    .untilAsserted(
                            () -> assertThat(clients).as("back after %s", done).allMatch(ReturningClient::joined));
            assertThat(steady.ends()).isEmpty();
        }
    }

    private static ReturningClient client(NetworkRig rig, TestProxy proxy) {
        return rig.clientBehind(proxy, "room:a", "loop:a").heartbeat(HEARTBEAT);
    }

    private static void pace(ReturningClient steady, int step) {
        for (int i = 0; i < ECHOES_PER_STEP; i++) {
            String mark = "step " + step + "." + i + ";";
            steady.push("room:steady", "echo", "{\"mark\":\"" + mark + "\"}");
            NetworkRig.awaitUntil(() -> steady.got("phx_reply", mark));
        }
    }

    private static String disturb(Random random, TestProxy proxy) {
        Way way = random.nextBoolean() ? Way.TO_SERVER : Way.TO_CLIENT;
        int one = random.nextInt(100);
        switch (random.nextInt(14)) {
            case 0 -> proxy.reset();
            case 1, 2 -> proxy.resetOne(one);
            case 3, 4 -> proxy.finishOne(one);
            case 5 -> proxy.halfClose(way);
            case 6 -> proxy.down();
            case 7 -> proxy.silence();
            case 8 -> proxy.silence(way);
            case 9 -> proxy.delay(way, Duration.ofMillis(random.nextInt(200)));
            case 10 -> proxy.slices(way, 1 + random.nextInt(20));
            case 11 -> proxy.bytesPerSecond(way, 1_000 + random.nextInt(100_000));
            case 12 -> proxy.resetAfter(way, random.nextInt(2_000));
            default -> {
                proxy.heal();
                return "heal";
            }
        }
        return "disturb";
    }

    private static void use(Random random, ReturningClient client, NetworkRig rig) {
        String topic = TOPICS.get(random.nextInt(TOPICS.size()));
        switch (random.nextInt(8)) {
            case 0 -> client.join(topic);
            case 1 -> client.leave(topic);
            case 2 -> client.push(topic, "shout", "{\"s\":\"" + "x".repeat(random.nextInt(2_000)) + "\"}");
            case 3 -> client.push(topic, "echo", "{\"s\":\"" + "x".repeat(random.nextInt(20_000)) + "\"}");
            case 4 -> client.push(topic, "flood", "{\"frames\":50,\"bytes\":" + random.nextInt(5_000) + "}");
            case 5 -> client.push(topic, "crash", "{}");
            case 6 -> rig.server.endpoint.broadcast(topic, "whisper", Map.of("n", random.nextInt()));
            default -> rig.server.endpoint.broadcast("news", "news", Map.of("n", random.nextInt()));
        }
    }
}
