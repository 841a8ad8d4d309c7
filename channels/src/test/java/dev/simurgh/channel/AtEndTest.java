package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Setup.class)
class AtEndTest {
    private final Rig rig;
    private final List<Socket> sockets = new ArrayList<>();

    AtEndTest(Setup setup) {
        rig = new Rig(setup);
        rig.channel(
                "room:*",
                spec -> spec.join(Map.class, (c, payload, s) -> {
                            sockets.add(s);
                            s.atEnd(() -> rig.journal.add("end"));
                            if (payload.containsKey("throw")) {
                                throw new IllegalStateException("on purpose");
                            }
                            return payload.containsKey("no") ? JoinResult.error() : JoinResult.ok();
                        })
                        .handleIn("crash", Map.class, (c, payload, s) -> {
                            throw new IllegalStateException("on purpose");
                        }));
    }

    @Test
    void itRunsOnceBehindTerminateWhateverEndsTheChannel() {
        rig.connect().joined("1", "room:1").leave("2", "room:1").received();
        assertThat(rig.journalTaken()).containsExactly("terminate left", "end");
        rig.connect().joined("1", "room:1").push("2", "room:1", "crash").received();
        assertThat(rig.journalTaken()).containsExactly("terminate java.lang.IllegalStateException: on purpose", "end");
        var client = rig.connect().joined("1", "room:1").joined("2", "room:1");
        assertThat(rig.journalTaken()).containsExactly("terminate duplicate join", "end");
        client.vanish();
        rig.settle();
        assertThat(rig.journalTaken()).containsExactly("terminate connection closed", "end");
    }

    @Test
    void tasksThatThrowDoNotFillTheLog() {
        try (LogCapture log = new LogCapture(Level.ERROR)) {
            var client = rig.connect();
            for (int i = 0; i < 50; i++) {
                client.joined("1", "room:1");
                sockets.get(i).atEnd(() -> {
                    throw new NoClassDefFoundError("on purpose");
                });
                client.leave("2", "room:1").received();
            }
            assertThat(log.lines())
                    .hasSize(10)
                    .first()
                    .isEqualTo("ERROR what was to happen at the end of a channel failed");
        }
    }

    @Test
    void itRunsWhenAJoinIsRefusedOrCrashes() {
        var client = rig.connect().join("1", "room:1", "{\"no\":1}");
        client.received();
        assertThat(rig.journalTaken()).containsExactly("end");
        client.join("2", "room:1", "{\"throw\":1}").received();
        assertThat(rig.journalTaken()).containsExactly("end");
    }

    @Test
    void whatIsAskedForAfterTheEndRunsAtOnce() {
        rig.connect().joined("1", "room:1").leave("2", "room:1").received();
        rig.journalTaken();
        sockets.get(0).atEnd(() -> rig.journal.add("late"));
        assertThat(rig.journal).containsExactly("late");
    }

    @Test
    void whatItThrowsHurtsNobody() {
        var client = rig.connect().joined("1", "room:1");
        Socket socket = sockets.get(0);
        try (LogCapture log = new LogCapture(Level.ERROR)) {
            socket.atEnd(() -> {
                throw new StackOverflowError("on purpose");
            });
            socket.atEnd(() -> rig.journal.add("second"));
            client.leave("2", "room:1");
            assertThat(client.received()).containsExactly(client.ok("2", "room:1"), client.closed("room:1"));
            assertThat(rig.journal).containsExactly("terminate left", "end", "second");
            socket.atEnd(() -> {
                throw new IllegalStateException("on purpose");
            });
            assertThat(log.lines()).hasSize(2);
        }
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void oneForEachMessageIsTooMany() {
        rig.connect().joined("1", "room:1");
        Socket socket = sockets.get(0);
        for (int i = 1; i < 10_000; i++) {
            socket.atEnd(() -> {});
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.atEnd(() -> {}))
                .withMessageStartingWith("atEnd: 10000 tasks wait already (expected: fewer");
    }
}
