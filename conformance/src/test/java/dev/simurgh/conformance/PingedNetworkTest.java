package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.transport.WebSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A server that asks silent clients whether they are still there. Closing the rig checks that nothing leaks. */
@Timeout(60)
@Isolated("counts the descriptors of the process")
class PingedNetworkTest {
    private static final Duration INTERVAL = Duration.ofMillis(200);

    @Test
    void aClientInABlackHoleIsNoticedLongBeforeTheIdleTimeout() {
        WebSocketOptions options = WebSocketOptions.builder()
                .pingInterval(INTERVAL)
                .closeTimeout(NetworkRig.CLOSE)
                .build();
        try (NetworkRig rig = new NetworkRig(options)) {
            ReturningClient client = rig.joined(rig.client("room:a"));
            rig.proxy.silence();

            rig.awaitNobody(); // in seconds; the idle timeout is a minute
            assertThat(client.ends()).isEmpty();
            rig.proxy.heal();
            NetworkRig.awaitUntil(() -> client.opened() == 2 && client.joined());
        }
    }

    @Test
    void aClientThatSaysNothingButAnswersPingsStays() {
        WebSocketOptions options = WebSocketOptions.builder()
                .pingInterval(INTERVAL)
                .idleTimeout(NetworkRig.IDLE)
                .closeTimeout(NetworkRig.CLOSE)
                .build();
        try (NetworkRig rig = new NetworkRig(options)) {
            ReturningClient quiet = rig.joined(rig.direct("room:a"));
            for (int i = 0; i < 3; i++) { // each takes two intervals, so all of them more than the idle timeout
                ReturningClient lost = rig.joined(rig.once("room:a"));
                rig.proxy.silence();
                NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 1);
                rig.proxy.heal();
                NetworkRig.awaitUntil(() -> !lost.ends().isEmpty());
            }

            assertThat(quiet.ends()).isEmpty();
            assertThat(quiet.opened()).isEqualTo(1);
        }
    }
}
