package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limits;
import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.carry.WebSocketTerms;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who watches sees how much waits for a client, and for how long it has taken nothing of that. */
class StalledTest {
    private final NarrowChannel channel = new NarrowChannel();
    private final FrameLoop loop = FrameLoopRig.on(channel.eventLoop());
    private final WebSocketConnection connection = new WebSocketConnection(
            loop, WebSocketTerms.of(WebSocketOptions.defaults(), Limits.defaults(), limit -> {}));

    StalledTest() {
        channel.pipeline().addLast(connection);
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
        loop.release();
    }

    private void tick(int times) {
        channel.runPendingTasks();
        for (int i = 0; i < times; i++) {
            loop.laggards().tick();
        }
    }

    @Test
    void aClientThatTakesNothingStandsStill() {
        assertThat(connection.queuedBytes()).isZero();
        connection.push(Frame.text("x".repeat(1000)));
        assertThat(connection.queuedBytes()).isGreaterThanOrEqualTo(1000);
        tick(30);
        assertThat(Duration.ofNanos(connection.stalledNanos())).isEqualTo(Duration.ofSeconds(3));
        channel.take(10);
        tick(1);
        assertThat(connection.stalledNanos()).as("it moves").isZero();
        assertThat(connection.queuedBytes()).isPositive();
        channel.take(10_000);
        tick(1);
        assertThat(connection.queuedBytes()).isZero();
        assertThat(connection.stalledNanos()).isZero();
    }
}
