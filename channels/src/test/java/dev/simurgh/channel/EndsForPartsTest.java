package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.Backstage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a part hears of a channel: when its client is in, and why it has ended. */
@ParameterizedClass
@EnumSource(Setup.class)
class EndsForPartsTest {
    private final Rig rig;
    private final List<Socket> sockets = new ArrayList<>();

    EndsForPartsTest(Setup setup) {
        rig = new Rig(setup);
        rig.channel(
                "room:*",
                spec -> spec.join(Map.class, (c, payload, socket) -> {
                            sockets.add(socket);
                            Backstage backstage = socket.endpoint().backstage();
                            backstage.afterJoin(socket, () -> {
                                rig.journal.add("in");
                                socket.push("first", Map.of());
                                if (payload.containsKey("late crash")) {
                                    throw new IllegalStateException("on purpose");
                                }
                            });
                            backstage.atEnd(socket, reason -> rig.journal.add("end " + reason.kind()));
                            if (payload.containsKey("crash")) {
                                throw new IllegalStateException("on purpose");
                            }
                            return payload.containsKey("no") ? JoinResult.error() : JoinResult.ok();
                        })
                        .afterJoin((c, socket) -> {
                            rig.journal.add("afterJoin");
                            socket.push("second", Map.of());
                            return Result.noReply();
                        })
                        .handleIn("crash", Map.class, (c, payload, socket) -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .handleIn("stop", Map.class, (c, payload, socket) -> Result.stop()));
    }

    @Test
    void whatComesBehindTheReplyIsInFrontOfAfterJoin() {
        var client = rig.connect().join("1", "room:1");
        assertThat(client.received())
                .containsExactly(
                        client.ok("1", "room:1"),
                        client.pushed("room:1", "first", "{}"),
                        client.pushed("room:1", "second", "{}"));
        assertThat(rig.journalTaken()).containsExactly("in", "afterJoin");

        Backstage backstage = sockets.get(0).endpoint().backstage();
        backstage.afterJoin(sockets.get(0), () -> rig.journal.add("at once"));
        assertThat(rig.journalTaken()).containsExactly("at once");
    }

    @Test
    void thePartHearsWhyTheChannelHasEnded() {
        rig.connect().joined("1", "room:1").leave("2", "room:1").received();
        assertThat(rig.journalTaken()).endsWith("terminate left", "end LEFT");
        rig.connect().joined("1", "room:1").push("2", "room:1", "crash").received();
        assertThat(rig.journalTaken()).endsWith("end CRASHED");
        rig.connect().joined("1", "room:1").push("2", "room:1", "stop").received();
        assertThat(rig.journalTaken()).endsWith("end NORMAL");
        var client = rig.connect().joined("1", "room:1").joined("2", "room:1");
        assertThat(rig.journalTaken()).contains("end DUPLICATE_JOIN");
        client.vanish();
        rig.settle();
        assertThat(rig.journalTaken()).endsWith("end CLOSED");
    }

    @Test
    void aClientThatWasNeverInIsNoneWhoComesBack() {
        rig.connect().join("1", "room:1", "{\"no\":1}").received();
        assertThat(rig.journalTaken()).containsExactly("end NORMAL");
        rig.connect().join("1", "room:1", "{\"crash\":1}").received();
        assertThat(rig.journalTaken()).containsExactly("end NORMAL");
    }

    @Test
    void whatIsThrownBehindTheReplyEndsTheChannel() {
        rig.connect().join("1", "room:1", "{\"late crash\":1}").received();
        assertThat(rig.journalTaken())
                .startsWith("in")
                .doesNotContain("afterJoin")
                .endsWith("end CRASHED");
    }
}
