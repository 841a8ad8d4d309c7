package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(names = {"V2_ON_SCHEDULER", "V2_ON_EVENT_LOOP"})
class TimerTest {
    private final Rig rig;
    private final List<Socket> sockets = new ArrayList<>();

    TimerTest(Setup setup) {
        rig = new Rig(setup);
        rig.channel(
                "room:*",
                spec -> spec.join((c, s) -> {
                            sockets.add(s);
                            return JoinResult.ok();
                        })
                        .handleInfo(String.class, (c, text, s) -> {
                            rig.journal.add(text);
                            return Result.noReply();
                        })
                        .handleInfo(TimerRef.class, (c, other, s) -> {
                            rig.journal.add("cancelled " + other.cancel());
                            return Result.noReply();
                        }));
    }

    private Socket joined() {
        rig.connect().joined("1", "room:1");
        return sockets.get(0);
    }

    @Test
    void messagesComeWhenTheirTimeHasCome() {
        var socket = joined();
        socket.sendAfter(Duration.ofSeconds(2), "second");
        socket.sendAfter(Duration.ofSeconds(1), "first");
        rig.advance(Duration.ofMillis(999));
        assertThat(rig.journal).isEmpty();
        rig.advance(Duration.ofMillis(1));
        assertThat(rig.journalTaken()).containsExactly("first");
        rig.advance(Duration.ofSeconds(1));
        assertThat(rig.journalTaken()).containsExactly("second");
    }

    @Test
    void aCancelledOneNeverComes() {
        var timer = joined().sendAfter(Duration.ofSeconds(1), "never");
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        assertThat(rig.timers.waiting()).isZero();
        rig.advance(Duration.ofMinutes(1));
        assertThat(rig.journal).isEmpty();
    }

    @Test
    void cancelAfterItCameSaysSo() {
        var timer = joined().sendAfter(Duration.ofSeconds(1), "come");
        rig.advance(Duration.ofSeconds(1));
        assertThat(timer.cancel()).isFalse();
        assertThat(rig.journal).containsExactly("come");
    }

    @Test
    void aCallbackCanStillCancelOneThatIsInTheMailboxAlready() {
        var socket = joined();
        var timer = socket.sendAfter(Duration.ofSeconds(1), "never");
        socket.send(timer);
        rig.timers.advance(Duration.ofSeconds(1), () -> {});
        rig.settle();
        assertThat(rig.journal).containsExactly("cancelled true");
    }

    @Test
    void theyDieWithTheirChannel() {
        var client = rig.connect().joined("1", "room:1");
        sockets.get(0).sendAfter(Duration.ofSeconds(1), "never");
        client.leave("2", "room:1").received();
        assertThat(rig.timers.waiting()).isZero();
        rig.journal.clear();
        var late = sockets.get(0).sendAfter(Duration.ofSeconds(1), "never");
        assertThat(late.cancel()).isFalse();
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void oneThatIsDueWhenTheChannelEndsIsDropped() {
        var client = rig.connect().joined("1", "room:1");
        sockets.get(0).sendAfter(Duration.ofSeconds(1), "never");
        client.push("2", "room:1", "crash");
        rig.timers.advance(Duration.ofSeconds(1), () -> {});
        rig.settle();
        assertThat(rig.journal).singleElement().asString().startsWith("terminate");
    }

    @Test
    void oneMadeInTheJoinRunsFromThere() {
        rig.channel(
                "alarm",
                spec -> spec.join((c, s) -> {
                            s.sendAfter(Duration.ZERO, "at once");
                            return JoinResult.ok();
                        })
                        .handleInfo(String.class, (c, text, s) -> {
                            s.push(text, List.of());
                            return Result.stop();
                        }));
        var client = rig.connect().join("1", "alarm");
        rig.advance(Duration.ZERO);
        assertThat(client.received()).first().isEqualTo(client.ok("1", "alarm"));
    }
}
