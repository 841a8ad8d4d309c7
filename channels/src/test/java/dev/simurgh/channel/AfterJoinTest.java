package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A channel goes on right after its join, while the event loop may not have got to its reply yet. */
@ParameterizedClass
@EnumSource(Setup.class)
class AfterJoinTest {
    private enum AfterJoin {
        INSTANCE
    }

    private final Rig rig;

    AfterJoinTest(Setup setup) {
        this.rig = new Rig(setup);
    }

    @Test
    void whatTheChannelBroadcastsReachesItselfBehindTheReply() {
        var client = rig.channel(
                        "room:*",
                        spec -> spec.join((c, s) -> {
                                    s.send(AfterJoin.INSTANCE);
                                    return JoinResult.ok();
                                })
                                .handleInfo(AfterJoin.class, (c, m, s) -> {
                                    s.broadcast("entered", Map.of());
                                    return Result.noReply();
                                }))
                .connect()
                .join("1", "room:1");
        while (rig.scheduler.runOne()) {}
        assertThat(client.received())
                .containsExactly(client.ok("1", "room:1"), client.broadcast("room:1", "entered", "{}"));
    }
}
