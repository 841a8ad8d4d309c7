package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Joins that wait for the scheduler, and their clients, which have not all the patience. */
@ParameterizedClass
@EnumSource(names = {"V1_ON_SCHEDULER", "V2_ON_SCHEDULER"})
class SheddingTest {
    private final Rig rig;

    SheddingTest(Setup setup) {
        rig = new Rig(setup);
        rig.channel(
                "room:*",
                spec -> spec.join((channel, socket) -> {
                            rig.journal.add("join " + socket.topic());
                            return JoinResult.ok();
                        })
                        .handleAny((channel, message, socket) -> {
                            rig.journal.add(message.event());
                            return Result.noReply();
                        }));
    }

    private void passMillis(int millis) {
        rig.timers.advance(Duration.ofMillis(millis), rig.loop()::runAll);
    }

    @Test
    void aJoinThatHasWaitedLongIsNotRunForAClientThatHasGone() {
        Client goes = rig.connect();
        Client stays = rig.connect();
        goes.join("1", "room:goes");
        stays.join("1", "room:stays");
        passMillis(1001);
        goes.vanish();
        assertThat(stays.received()).containsExactly(stays.ok("1", "room:stays"));
        assertThat(rig.journal).containsExactly("join room:stays");
        assertThat(rig.endpoint().channelCount()).isOne();
    }

    @Test
    void oneThatHasNotWaitedLongIsRunWithWhatWasPushedBehindItAsInPhoenix() {
        Client goes = rig.connect().join("1", "room:goes").push("2", "room:goes", "last");
        passMillis(999);
        goes.vanish();
        rig.settle();
        assertThat(rig.journal).containsExactly("join room:goes", "last", "terminate connection closed");
    }

    @Test
    void aClientThatLeavesMeanwhileIsToldBoth() {
        Client client = rig.connect().join("1", "room:1");
        passMillis(1001);
        client.leave("2", "room:1");
        assertThat(client.received()).containsExactly(client.error("1", "room:1", "busy"), client.ok("2", "room:1"));
        assertThat(rig.journal).isEmpty();
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void ofTwoJoinsOfOneTopicTheNewerIsRun() {
        Client client = rig.connect().join("1", "room:1");
        passMillis(1001);
        client.join("2", "room:1");
        assertThat(client.received())
                .containsExactly(rig.setup.vsn.error("1", "1", "room:1", "busy"), client.ok("2", "room:1"));
        assertThat(rig.journal).containsExactly("join room:1");
        assertThat(rig.endpoint().channelCount()).isOne();
    }

    @Test
    void theListenerHearsOfEachJoinOnce() {
        Client left = rig.connect();
        Client gone = rig.connect();
        left.join("1", "room:left");
        gone.join("1", "room:gone");
        passMillis(1001);
        rig.listener.take();
        left.leave("2", "room:left");
        gone.vanish();
        rig.settle();
        assertThat(rig.listener.heard.stream()
                        .filter(line -> line.startsWith("joined"))
                        .toList())
                .containsExactlyInAnyOrderElementsOf(
                        List.of("joined room:gone ABANDONED", "joined room:left ABANDONED"));
    }
}
