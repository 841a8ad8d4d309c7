package dev.simurgh.server.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerLoopTest {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ServerLoop loop = new ServerLoop(group.next());

    private void end() {
        assertThat(group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void onceItHasEndedItRejectsAndSaysSo() {
        assertThat(loop.hasEnded()).isFalse();
        assertThat(loop.tryExecute(() -> {})).isTrue();
        end();
        assertThat(loop.hasEnded()).isTrue();
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> loop.execute(() -> {}));
        assertThat(loop.tryExecute(() -> {})).isFalse();
    }

    @Test
    void whoSubscribesOnItTooLateHearsOfThatAndLeavesNothingBehind() throws Exception {
        try (PubSub pubsub = PubSub.local()) {
            pubsub.subscribe("t", loop, broadcast -> {});
            end();
            pubsub.forget(loop);
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> pubsub.subscribe("t", loop, broadcast -> {}));
            pubsub.broadcast(Broadcast.of("t", "e", Payload.EMPTY));
            assertThat(pubsub.topics().get(20, TimeUnit.SECONDS)).isEqualTo(Map.of());
        }
    }
}
