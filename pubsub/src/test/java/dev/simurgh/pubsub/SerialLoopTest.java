package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SerialLoopTest {
    private final List<String> heard = new ArrayList<>();
    private boolean full;
    private final SerialLoop loop = SerialLoop.on(task -> {
        if (full) {
            throw new RejectedExecutionException("full");
        }
        task.run();
    });

    @Test
    void whatIsRejectedDoesNotRunLater() {
        full = true;
        assertThatThrownBy(() -> loop.execute(() -> heard.add("rejected")))
                .isInstanceOf(RejectedExecutionException.class);
        full = false;
        loop.execute(() -> heard.add("taken"));
        assertThat(heard).containsExactly("taken");
    }

    @Test
    void aSubscriptionThatIsRejectedDoesNotHarmTheNext() {
        try (PubSub pubsub = PubSub.local()) {
            full = true;
            assertThatThrownBy(() -> pubsub.subscribe("t", loop, broadcast -> heard.add("rejected")))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThat(pubsub.topics().join()).isEmpty();
            full = false;
            pubsub.subscribe("t", loop, broadcast -> heard.add(broadcast.event()));
            pubsub.broadcast(Broadcast.of("t", "e", Payload.EMPTY));
            assertThat(heard).containsExactly("e");
            assertThat(pubsub.topics().join()).containsEntry("t", 1);
        }
    }
}
