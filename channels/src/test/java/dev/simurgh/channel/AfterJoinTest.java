package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A channel goes on right after its join, while the event loop may not have got to its reply yet. */
@ParameterizedClass
@EnumSource(Setup.class)
class AfterJoinTest {
    private final Setup setup;
    private final Rig rig;

    AfterJoinTest(Setup setup) {
        this.setup = setup;
        this.rig = new Rig(setup);
    }

    private Client join(UnaryOperator<ChannelSpec.Builder<Object>> code) {
        return rig.channel("room:*", code).connect().join("1", "room:1");
    }

    @Test
    void whatItPushesAndBroadcastsComesBehindTheReply() {
        var client = join(spec -> spec.afterJoin((c, s) -> {
            s.push("hello", Map.of());
            s.broadcast("entered", Map.of());
            return Result.noReply();
        }));
        while (rig.scheduler.runOne()) {}
        assertThat(client.received())
                .containsExactly(
                        client.ok("1", "room:1"),
                        client.pushed("room:1", "hello", "{}"),
                        client.broadcast("room:1", "entered", "{}"));
    }

    @Test
    void itComesBeforeAllElseThatWaits() {
        var client = join(spec -> spec.join((c, s) -> {
                    s.send("sent in join");
                    return JoinResult.ok();
                })
                .afterJoin((c, s) -> {
                    rig.journal.add("afterJoin");
                    return Result.noReply();
                })
                .handleInfo(String.class, (c, text, s) -> {
                    rig.journal.add(text);
                    return Result.noReply();
                })
                .handleIn("in", (c, s) -> {
                    rig.journal.add("in");
                    return Result.noReply();
                }));
        client.push("2", "room:1", "in").received();
        assertThat(rig.journal).first().isEqualTo("afterJoin");
        assertThat(rig.journal).containsExactlyInAnyOrder("afterJoin", "sent in join", "in");
    }

    @Test
    void itDoesNotRunForAJoinThatIsRefused() {
        var client = join(spec -> spec.join((c, s) -> JoinResult.error()).afterJoin((c, s) -> {
            rig.journal.add("afterJoin");
            return Result.noReply();
        }));
        assertThat(client.received()).containsExactly(client.reply("1", "room:1", "error", "{}"));
        assertThat(rig.journal).isEmpty();
    }

    @Test
    void itDoesNotRunForAJoinThatHasTimedOut() {
        if (!setup.nonBlocking) {
            var client = join(spec -> spec.afterJoin((c, s) -> {
                rig.journal.add("afterJoin");
                return Result.noReply();
            }));
            rig.timers.advance(Duration.ofSeconds(10), rig.loop()::runAll);
            assertThat(client.received()).containsExactly(client.error("1", "room:1", "busy"));
            assertThat(rig.journal).isEmpty();
        }
    }

    @Test
    void whatItThrowsEndsTheChannelThatWasLetIn() {
        var client = join(spec -> spec.afterJoin((c, s) -> {
            throw new StackOverflowError("test");
        }));
        assertThat(client.received()).containsExactly(client.ok("1", "room:1"), client.crashed("room:1"));
        assertThat(rig.journal).containsExactly("terminate java.lang.StackOverflowError: test");
        assertThat(rig.listener.heard).contains("joined room:1 OK");
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void itMayStopTheChannel() {
        var client = join(spec -> spec.afterJoin((c, s) -> Result.stop()));
        assertThat(client.received()).containsExactly(client.ok("1", "room:1"), client.closed("room:1"));
        assertThat(rig.journal).containsExactly("terminate normal");
    }
}
