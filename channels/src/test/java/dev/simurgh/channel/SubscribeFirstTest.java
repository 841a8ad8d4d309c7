package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A reply with the current state, and no gap between that and the first broadcast. */
@ParameterizedClass
@EnumSource(Setup.class)
class SubscribeFirstTest {
    private final Rig rig;
    private int state;
    /** What happens right after the state was read. */
    private Runnable meanwhile = () -> {};

    SubscribeFirstTest(Setup setup) {
        rig = new Rig(setup);
    }

    private JoinResult join(Map<?, ?> payload) {
        int read = state;
        meanwhile.run();
        return payload.containsKey("no") ? JoinResult.error() : JoinResult.ok(Map.of("state", read));
    }

    private void change(String event) {
        state++;
        rig.endpoint().broadcast("room:1", event, Map.of("state", state));
    }

    private Rig subscribedFirst() {
        return rig.channel("room:*", spec -> spec.subscribeFirst().join(Map.class, (c, payload, s) -> join(payload)));
    }

    @Test
    void whatChangesDuringTheJoinComesBehindItsReply() {
        var client = subscribedFirst().connect();
        meanwhile = () -> {
            change("changed");
            change("changed");
        };
        client.join("1", "room:1");
        assertThat(client.received())
                .containsExactly(
                        client.ok("1", "room:1", "{\"state\":0}"),
                        client.broadcast("room:1", "changed", "{\"state\":1}"),
                        client.broadcast("room:1", "changed", "{\"state\":2}"));
        change("changed");
        assertThat(client.received()).containsExactly(client.broadcast("room:1", "changed", "{\"state\":3}"));
    }

    @Test
    void whatIsInterceptedComesBehindItToo() {
        rig.channel(
                "room:*",
                spec -> spec.subscribeFirst()
                        .join(Map.class, (c, payload, s) -> join(payload))
                        .handleOut("changed", Payload.class, (c, payload, s) -> {
                            s.push("mine", payload);
                            return Result.noReply();
                        }));
        meanwhile = () -> change("changed");
        var client = rig.connect().join("1", "room:1");
        assertThat(client.received())
                .containsExactly(
                        client.ok("1", "room:1", "{\"state\":0}"), client.pushed("room:1", "mine", "{\"state\":1}"));
    }

    @Test
    void whoIsRefusedHearsNothingAndIsNotSubscribed() {
        meanwhile = () -> change("changed");
        var client = subscribedFirst().connect().join("1", "room:1", "{\"no\":1}");
        assertThat(client.received()).containsExactly(client.reply("1", "room:1", "error", "{}"));
        change("changed");
        assertThat(client.received()).isEmpty();
        var topics = rig.endpoint().pubsub().topics();
        rig.settle();
        assertThat(topics).isCompletedWithValue(Map.of());
    }

    @Test
    void tooMuchDuringAJoinEndsItForAnotherTry() {
        meanwhile = () -> {
            for (int i = 0; i < 30; i++) {
                rig.endpoint().broadcast("room:1", "big", Map.of("text", "x".repeat(100_000)));
            }
        };
        var client = subscribedFirst().connect().join("1", "room:1");
        List<String> frames = new ArrayList<>(client.received());
        assertThat(frames).containsExactly(client.ok("1", "room:1", "{\"state\":0}"), client.crashed("room:1"));
        assertThat(rig.endpoint().droppedCount()).isPositive();
    }

    @Test
    void withoutItAJoinIsSubscribedWhenItHasReturned() {
        rig.channel("room:*", spec -> spec.join(Map.class, (c, payload, s) -> join(payload)));
        meanwhile = () -> change("changed");
        var client = rig.connect().join("1", "room:1");
        assertThat(client.received()).containsExactly(client.ok("1", "room:1", "{\"state\":0}"));
    }

    @Test
    void fromThenOnNothingIsLostThoughTheLoopIsBehind() {
        rig.channel("room:*", spec -> spec.join(Map.class, (c, payload, s) -> join(payload)));
        var client = rig.connect().join("1", "room:1");
        while (rig.scheduler.runOne()) {} // the join has returned; the loop has not sent the reply
        change("changed");
        assertThat(client.received())
                .containsExactly(
                        client.ok("1", "room:1", "{\"state\":0}"),
                        client.broadcast("room:1", "changed", "{\"state\":1}"));
    }
}
