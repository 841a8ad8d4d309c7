package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What waits for a subscriber of {@code endpoint.subscribe}. */
class OutsideSubscriberTest {
    private final ManualLoop order = new ManualLoop();
    private final ClientLog clientLog = new ClientLog(new ManualTimers());
    private final List<String> heard = new ArrayList<>();

    private void deliver(OutsideSubscriber subscriber, String event, int bytes) {
        subscriber.deliver(Broadcast.of("news", event, Payload.binary(new byte[bytes])));
    }

    @Test
    void whatIsOverTheLimitIsDroppedUntilThereIsRoomAgain() {
        var subscriber = new OutsideSubscriber(
                broadcast -> heard.add(broadcast.event()), order, 10_000, clientLog, () -> heard.add("dropped"));
        deliver(subscriber, "1", 4_000); // its bytes, and those of a frame for clients
        deliver(subscriber, "2", 4_000);
        deliver(subscriber, "3", 10);
        assertThat(heard).containsExactly("dropped");
        order.runAll();
        deliver(subscriber, "4", 100_000); // one is always taken
        order.runAll();
        assertThat(heard).containsExactly("dropped", "1", "3", "4");
    }

    @Test
    void whatTheSubscriberThrowsGivesItsRoomBack() {
        var subscriber = new OutsideSubscriber(
                broadcast -> {
                    throw new IllegalStateException("on purpose");
                },
                order,
                1,
                clientLog,
                () -> heard.add("dropped"));
        try (LogCapture log = new LogCapture(Level.ERROR)) {
            for (int i = 0; i < 1000; i++) { // clients may set it off with each broadcast
                deliver(subscriber, "1", 10);
                assertThat(order.runOne()).isTrue();
            }
            assertThat(log.lines()).hasSize(10).first().isEqualTo("ERROR subscriber of news failed");
            assertThat(log.traces()).isOne();
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void theEndpointCountsWhatItDrops() {
        Rig rig = new Rig(Setup.V2_ON_SCHEDULER).endpoint(endpoint -> endpoint.maxSubscriberBytes(1));
        var subscription = rig.endpoint().subscribe("news", broadcast -> heard.add(broadcast.event()));
        rig.endpoint().broadcast("news", "1", Map.of());
        rig.endpoint().broadcast("news", "2", Map.of());
        rig.settle();
        assertThat(heard).containsExactly("1");
        assertThat(rig.endpoint().droppedCount()).isOne();
        assertThat(rig.listener.heard).contains("dropped SUBSCRIBER_BEHIND");
        subscription.cancel();
    }

    @Test
    void aSchedulerThatHasNoThreadForAWhileLosesNothing() {
        Rig rig = new Rig(Setup.V2_ON_SCHEDULER);
        var subscription = rig.endpoint().subscribe("news", broadcast -> heard.add(broadcast.event()));
        rig.settle();
        rig.scheduler.rejecting = true;
        rig.endpoint().broadcast("news", "1", Map.of());
        rig.scheduler.rejecting = false;
        rig.advance(Duration.ofMillis(100));
        assertThat(heard).containsExactly("1");
        subscription.cancel();
    }

    @Test
    void aLimitOfNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.builder().maxSubscriberBytes(0))
                .withMessage("maxSubscriberBytes: 0 (expected: at least 1)");
    }
}
