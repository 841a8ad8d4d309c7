package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Loops and schedulers that end while channels still live: what they refuse must not hit whoever happens to call. */
class ShutdownTest {
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER);
    private final List<SocketRef> refs = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();

    private Client joined() {
        rig.channel(
                "room:*",
                spec -> spec.handleIn("later", Map.class, (c, p, s) -> {
                    refs.add(s.ref());
                    sockets.add(s);
                    return Result.noReply();
                }));
        var client = rig.connect().joined("1", "room:1").joined("2", "room:2").push("3", "room:1", "later");
        rig.settle();
        return client;
    }

    @Test
    void aSchedulerThatHasEndedDoesNotHurtTheEventLoop() {
        var client = joined();
        rig.scheduler.rejecting = true;
        client.push("4", "room:1", "later").join("5", "room:3").join("6", "room:1");
        client.vanish();
        rig.loop().runAll();
        assertThat(rig.endpoint().connectionCount()).isZero();
    }

    @Test
    void terminateRunsAndNothingStaysCountedOnceThereIsAThreadAgain() {
        var client = joined();
        rig.scheduler.rejecting = true;
        client.vanish();
        rig.settle();
        assertThat(rig.journal).isEmpty();
        assertThat(rig.endpoint().channelCount()).isEqualTo(2);
        rig.scheduler.rejecting = false;
        rig.advance(Duration.ofSeconds(1));
        assertThat(rig.journal).containsExactly("terminate connection closed", "terminate connection closed");
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void aChannelOfAnEventLoopThatHasEndedTerminatesOnTheScheduler() {
        var direct = new Rig(Setup.V2_ON_EVENT_LOOP).channel("room:*", spec -> spec);
        var client = direct.connect().joined("1", "room:1");
        direct.loop().ended = true;
        client.vanish();
        direct.settle();
        assertThat(direct.journal).containsExactly("terminate connection closed");
        assertThat(direct.endpoint().channelCount()).isZero();
    }

    @Test
    void terminateRunsEvenIfTheEventLoopHasEnded() {
        var client = joined();
        client.vanish();
        rig.loop().ended = true;
        rig.settle();
        assertThat(rig.journal).containsExactly("terminate connection closed", "terminate connection closed");
    }

    @Test
    void whatIsSentToAnEventLoopThatHasEndedIsDropped() {
        joined();
        rig.loop().ended = true;
        refs.get(0).ok(Map.of());
        sockets.get(0).push("late", Map.of());
        sockets.get(0).broadcast("late", Map.of());
        rig.endpoint().broadcast("room:2", "late", Map.of());
        assertThat(rig.endpoint().drain()).isNotDone();
        rig.advance(Duration.ofMinutes(1));
        assertThat(rig.endpoint().drain()).isCompletedWithValue(new DrainReport(1, 1, false));
    }

    @Test
    void otherLoopsStillGetABroadcast() {
        joined();
        var other = rig.connect(Vsn.V2, rig.addLoop(), Map.of()).joined("1", "room:1");
        rig.loop().ended = true;
        rig.endpoint().broadcast("room:1", "news", Map.of());
        assertThat(other.received()).containsExactly(other.broadcast("room:1", "news", "{}"));
    }
}
