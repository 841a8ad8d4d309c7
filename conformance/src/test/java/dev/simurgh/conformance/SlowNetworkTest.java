package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limits;
import dev.simurgh.conformance.TestProxy.Way;
import dev.simurgh.transport.WebSocketOptions;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take less than they are sent. Closing the rig checks that nothing leaks, direct memory included. */
@Timeout(60)
@Isolated("counts the descriptors and the memory of the process")
class SlowNetworkTest {
    private static final String FLOOD = "{\"frames\":400,\"bytes\":50000}";
    private static final int MAX_QUEUE_BYTES = 128 << 10;

    private static NetworkRig rig(Duration closeTimeout) {
        return new NetworkRig(
                Limits.builder().maxQueueBytes(MAX_QUEUE_BYTES).build(),
                WebSocketOptions.builder().closeTimeout(closeTimeout).build());
    }

    /** All replies together are more than may wait of anything else, and than the kernel takes. */
    @ParameterizedTest
    @ValueSource(ints = {2_000_000, 10_000_000, 50_000_000})
    void manyLargeRepliesGetThroughALongLineOfWhateverWidth(int bytesPerSecond) {
        try (NetworkRig rig = new NetworkRig(
                WebSocketOptions.builder().closeTimeout(NetworkRig.CLOSE).build())) {
            rig.proxy.bytesPerSecond(Way.TO_CLIENT, bytesPerSecond);
            rig.proxy.delay(Way.TO_CLIENT, Duration.ofMillis(100));
            rig.proxy.delay(Way.TO_SERVER, Duration.ofMillis(100));
            String[] topics =
                    IntStream.range(0, 100).mapToObj(i -> "large:" + i).toArray(String[]::new);
            ReturningClient client = rig.client(topics);
            NetworkRig.awaitUntil(() -> client.opened() > 0);
            client.push("phoenix", "heartbeat", "{}");
            rig.server.endpoint.broadcast("large:0", "shout", Map.of("to", "those who are there"));

            NetworkRig.awaitUntil(client::joined);
            assertThat(client.opened()).isEqualTo(1);
            assertThat(client.ends()).isEmpty();
        }
    }

    @Test
    void aClientThatStandsStillIsLetGoOfHoweverMuchMayWait() {
        try (NetworkRig rig = new NetworkRig(
                Limits.builder().maxQueueBytes(1 << 30).build(),
                WebSocketOptions.builder()
                        .slowTimeout(Duration.ofSeconds(1))
                        .closeTimeout(NetworkRig.CLOSE)
                        .build())) {
            ReturningClient deaf = rig.joined(rig.once("room:a"));
            rig.proxy.bytesPerSecond(Way.TO_CLIENT, 5_000_000);
            deaf.stopReading();
            deaf.push("room:a", "flood", FLOOD);

            NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 0);
            rig.awaitNobody();
        }
    }

    @Test
    void aClientThatNeverReadsIsLetGoOfAndHurtsNobody() {
        try (NetworkRig rig = rig(NetworkRig.CLOSE)) {
            ReturningClient healthy = rig.joined(rig.direct("room:a"));
            ReturningClient deaf = rig.joined(rig.once("room:a"));
            rig.proxy.bytesPerSecond(Way.TO_CLIENT, 100_000);
            deaf.stopReading();
            deaf.push("room:a", "flood", FLOOD);

            NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 1);
            NetworkRig.awaitUntil(() -> Inventory.of(rig.server).timeouts() == 1);
            rig.server.endpoint.broadcast("room:a", "shout", Map.of("to", "the rest"));
            NetworkRig.awaitUntil(() -> healthy.got("shout", "the rest"));
            assertThat(healthy.opened()).isEqualTo(1);
        }
    }

    @Test
    void aClientBehindASlowLinkIsToldWhyIfItReads() {
        try (NetworkRig rig = rig(Duration.ofSeconds(15))) {
            ReturningClient slow = rig.joined(rig.client("room:a"));
            rig.proxy.bytesPerSecond(Way.TO_CLIENT, 3_000_000);
            slow.push("room:a", "flood", FLOOD);

            NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 0);
            rig.proxy.bytesPerSecond(Way.TO_CLIENT, 0);
            NetworkRig.awaitUntil(() -> !slow.ends().isEmpty());
            assertThat(slow.ends()).containsExactly(1013);
            NetworkRig.awaitUntil(() -> slow.opened() == 2 && slow.joined());
        }
    }

    @Test
    void aLinkThatIsSlowButKeepsUpIsLeftAlone() {
        try (NetworkRig rig = rig(NetworkRig.CLOSE)) {
            ReturningClient client = rig.joined(rig.client("room:a"));
            rig.proxy.bytesPerSecond(Way.TO_CLIENT, 200_000);
            rig.proxy.delay(Way.TO_CLIENT, Duration.ofMillis(100));
            for (int i = 0; i < 20; i++) {
                rig.server.endpoint.broadcast("room:a", "shout", Map.of("n", "n" + i + ";", "s", "x".repeat(5_000)));
            }

            NetworkRig.awaitUntil(() -> client.got("shout", "n19;"));
            assertThat(client.opened()).isEqualTo(1);
        }
    }
}
