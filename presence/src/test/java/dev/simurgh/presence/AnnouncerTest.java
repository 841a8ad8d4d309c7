package dev.simurgh.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnnouncerTest {
    private final Origin self = new Origin(new NodeId("a@127.0.0.1", 1));
    private final ChangeLog changes = new ChangeLog(1 << 16, 1 << 16);
    private final List<PresenceMessage> told = new ArrayList<>();
    private final Endpoint endpoint = Endpoint.builder().build();
    private final Announcer announcer = new Announcer(
            new Registry(new Feeds(endpoint, Telling.defaults(), new PresenceCounts()), (registry, entry) -> {}),
            changes,
            new HastyTimers(),
            Duration.ofMillis(50),
            told::add);

    @AfterEach
    void close() {
        endpoint.close();
    }

    /** Timers that go off before whoever sets them goes on, as they may on a busy machine. */
    private static final class HastyTimers implements Timers {
        private long now;

        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            now += delay.toNanos();
            task.run();
            return () -> {};
        }

        @Override
        public long nanoTime() {
            return now;
        }
    }

    private void change() {
        long version = changes.next();
        changes.added(new Entry(self, version, version, 0, "room:1", "key", "{}".getBytes(StandardCharsets.US_ASCII)));
        announcer.changed();
    }

    @Test
    void aTimerThatGoesOffWhileItIsSetKeepsNothingFromBeingTold() {
        for (int i = 1; i <= 5; i++) {
            change();
            assertThat(announcer.told()).isEqualTo(i);
        }
        assertThat(told).hasSize(5);
    }
}
