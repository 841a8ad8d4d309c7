package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A join that takes too long: its task just stays in the scheduler's queue. */
@ParameterizedClass
@EnumSource(names = {"V1_ON_SCHEDULER", "V2_ON_SCHEDULER"})
class JoinTimeoutTest {
    private final Rig rig;

    JoinTimeoutTest(Setup setup) {
        rig = new Rig(setup).channel("room:*", spec -> spec.joinTimeout(Duration.ofSeconds(3)));
    }

    private void passTime(int seconds) {
        rig.timers.advance(Duration.ofSeconds(seconds), rig.loop()::runAll);
    }

    @Test
    void theClientGetsAnErrorAndTheLateChannelIsTerminated() {
        var slow = new Rig(rig.setup);
        slow.channel(
                "room:*",
                spec -> spec.joinTimeout(Duration.ofSeconds(3)).join((channel, socket) -> {
                    slow.timers.advance(Duration.ofSeconds(3), slow.loop()::runAll);
                    return JoinResult.ok();
                }));
        var client = slow.connect().join("1", "room:1");
        assertThat(client.received()).containsExactly(client.error("1", "room:1", "join timeout"));
        assertThat(slow.journal).containsExactly("terminate join timeout");
        assertThat(slow.endpoint().channelCount()).isZero();
    }

    @Test
    void oneThatDoesNotGetItsTurnIsToComeLaterAndIsNotRun() {
        var client = rig.connect().join("1", "room:1");
        passTime(2);
        assertThat(client.frames()).isEmpty();
        passTime(1);
        assertThat(client.frames()).containsExactly(client.error("1", "room:1", "busy"));
        assertThat(client.received()).isEmpty();
        assertThat(rig.journal).isEmpty();
        assertThat(rig.endpoint().channelCount()).isZero();
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void messagesBehindItAreAnsweredAsUnmatchedFromThenOn() {
        var client = rig.connect().join("1", "room:1");
        passTime(3);
        client.frames();
        client.push("2", "room:1", "hello");
        assertThat(client.received()).containsExactly(client.unmatched("2", "room:1"));
    }

    @Test
    void theTopicCanBeJoinedAgainAtOnce() {
        var client = rig.connect().join("1", "room:1");
        passTime(3);
        client.frames();
        client.join("2", "room:1");
        assertThat(client.received()).containsExactly(client.ok("2", "room:1"));
        assertThat(rig.endpoint().channelCount()).isOne();
    }

    @Test
    void aJoinInTimeCancelsItsTimer() {
        var client = rig.connect().joined("1", "room:1");
        assertThat(rig.timers.waiting()).isZero();
        passTime(10);
        assertThat(client.received()).isEmpty();
    }

    @Test
    void aConnectionThatGoesCancelsTheTimer() {
        var client = rig.connect().join("1", "room:1");
        client.vanish();
        assertThat(rig.timers.waiting()).isZero();
        assertThat(client.received()).isEmpty();
        assertThat(rig.journal).containsExactly("terminate connection closed");
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void forEverIsNoLimit() {
        var endless = new Rig(rig.setup).channel("room:*", spec -> spec.joinTimeout(ChronoUnit.FOREVER.getDuration()));
        var client = endless.connect().join("1", "room:1");
        endless.timers.advance(Duration.ofDays(1000), endless.loop()::runAll);
        assertThat(client.received()).containsExactly(client.ok("1", "room:1"));
        assertThat(endless.timers.waiting()).isZero();
    }

    @Test
    void theWaitIsReportedToTheListener() {
        rig.connect().join("1", "room:1");
        rig.listener.take();
        passTime(3);
        assertThat(rig.listener.heard).containsExactly("joined room:1 TIMEOUT");
    }
}
