package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.Broadcast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clients hold can be counted, and all of it is given back. */
class CountsTest {
    private static final EndpointCounts NOTHING = new EndpointCounts(0, 0, 0, 0, 0);

    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .channel(
                    "room:*",
                    spec -> spec.quiet()
                            .join((c, s) -> {
                                s.subscribe("news");
                                s.sendAfter(Duration.ofHours(1), "late");
                                return JoinResult.ok();
                            })
                            .handleIn("work", Map.class, (c, p, s) -> Result.ok())
                            .handleInfo(String.class, (c, m, s) -> Result.noReply())
                            .handleInfo(Broadcast.class, (c, m, s) -> {
                                rig().journal.add("heard");
                                return Result.noReply();
                            }));

    private Rig rig() {
        return rig;
    }

    @Test
    void whatAClientHoldsIsCountedAndGivenBack() {
        assertThat(rig.endpoint().counts()).isEqualTo(NOTHING);
        var client = rig.connect().joined("1", "room:1").joined("2", "room:2");
        assertThat(rig.endpoint().counts()).isEqualTo(new EndpointCounts(1, 2, 4, 2, 0));
        client.leave("3", "room:1");
        rig.settle();
        assertThat(rig.endpoint().counts()).isEqualTo(new EndpointCounts(1, 1, 2, 1, 0));
        client.vanish();
        rig.settle();
        assertThat(rig.endpoint().counts()).isEqualTo(NOTHING);
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void aTimerThatHasRunIsHeldNoMore() {
        rig.connect().joined("1", "room:1");
        rig.advance(Duration.ofHours(1));
        assertThat(rig.endpoint().counts().timers()).isZero();
    }

    @Test
    void aJoinHoldsItsTimeLimitUntilItIsAnswered() {
        rig.connect().join("1", "room:1");
        assertThat(rig.endpoint().counts().timers()).isEqualTo(1);
        assertThat(rig.endpoint().counts().waitingBytes()).isPositive();
        rig.settle();
        assertThat(rig.endpoint().counts().timers()).as("its own message").isEqualTo(1);
        assertThat(rig.endpoint().counts().waitingBytes()).isZero();
    }

    @Test
    void whatWaitsForChannelsIsCountedInBytes() {
        var client = rig.connect().joined("1", "room:1");
        client.push("2", "room:1", "work", "{\"text\":\"" + "x".repeat(1000) + "\"}");
        assertThat(rig.endpoint().counts().waitingBytes()).isBetween(1000L, 1500L);
        client.vanish();
        assertThat(rig.endpoint().counts()).isEqualTo(new EndpointCounts(0, 1, 1, 1, 1293));
        rig.settle();
        assertThat(rig.endpoint().counts()).isEqualTo(NOTHING);
    }

    @Test
    void whatWaitsForAnEventLoopIsCountedInBytes() {
        rig.connect().joined("1", "room:1");
        rig.endpoint().broadcast("room:1", "msg", Map.of("text", "x".repeat(1000)));
        assertThat(rig.endpoint().counts().waitingBytes()).isBetween(1000L, 3000L);
        rig.settle();
        assertThat(rig.endpoint().counts().waitingBytes()).isZero();
    }

    /** A client that comes and goes while the end of its channels takes long. */
    @Test
    void nothingGathersForAChannelWhoseClientHasGone() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(rig.connect().joined("1", "room:1"));
        }
        clients.forEach(Client::vanish); // and terminate is not run yet
        assertThat(rig.endpoint().counts().connections()).isZero();
        assertThat(rig.endpoint().counts().channels()).isEqualTo(10);
        for (int i = 0; i < 30; i++) {
            rig.endpoint().broadcast("room:1", "msg", Map.of());
            rig.endpoint().broadcast("news", "msg", Map.of("text", "x".repeat(100_000)));
        }
        rig.loop().runAll();
        assertThat(rig.endpoint().droppedCount())
                .as("as much as may wait for a channel")
                .isZero();
        rig.settle();
        assertThat(rig.journal).doesNotContain("heard");
        assertThat(rig.endpoint().counts()).isEqualTo(NOTHING);
    }
}
