package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.cause;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.suppressed;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.StopReason;
import dev.simurgh.testkit.PlayChannel.Text;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What the code under test throws fails the test, unless the test has asserted it. */
class FailuresTest {
    private final ChannelCase chat = ChannelCase.create();
    private final Joined play = chat.connect(PlayChannel.socket()).join("play:1");

    private void assertThatClosingTells(String... lines) {
        assertThatThrownBy(chat::close)
                .isInstanceOf(AssertionError.class)
                .hasMessage("thrown by the code under test (expected: nothing, or an assertCrashed or"
                        + " assertStopped(CRASHED) for each)\n  " + String.join("\n  ", lines));
        chat.close(); // told once
    }

    @Test
    void aCrash() {
        play.push("crash");

        assertThatClosingTells("channel play:1: java.lang.IllegalStateException: as asked");
    }

    @Test
    void aCrashShowsTheStackOfWhatWasThrown() {
        play.push("crash");
        chat.connect(PlayChannel.socket()).join("play:2").push("crash");

        assertThatThrownBy(chat::close).satisfies(error -> {
            assertThat(error.getCause()).hasStackTraceContaining("PlayChannel");
            assertThat(error.getSuppressed()).hasSize(1);
            assertThat(error.getSuppressed()[0]).hasStackTraceContaining("PlayChannel");
        });
    }

    @Test
    void anEventThatNobodyTakes() {
        play.push("no such event");

        assertThatThrownBy(chat::close).hasMessageContaining("event: no such event on play:1");
    }

    @Test
    void anAssertionInAHandler() {
        play.push("assert");

        play.assertStopped(StopReason.Kind.CRASHED);
        assertThatThrownBy(play::assertCrashed).isInstanceOf(AssertionError.class);
        assertThatClosingTells("channel play:1: java.lang.AssertionError: as asked");
    }

    @Test
    void anErrorInTerminateAndWhatFollowsIt() {
        play.push("fail at the end");

        assertThatClosingTells(
                "channel play:1: java.lang.IllegalStateException: in terminate",
                "channel play:1: java.lang.IllegalStateException: at the end");
    }

    @Test
    void aJoinThatThrows() {
        assertThatThrownBy(() -> chat.connect(PlayChannel.socket()).join("play:boom"))
                .isInstanceOf(AssertionError.class);

        assertThatClosingTells("channel play:boom: java.lang.IllegalStateException: boom");
    }

    @Test
    void aConnectThatThrows() {
        chat.tryConnect(PlayChannel.socket(), Map.of("name", "boom"));

        assertThatClosingTells("connect: java.lang.IllegalArgumentException: name: boom");
    }

    @Test
    void notWhatIsAsserted() {
        play.push("crash");
        play.assertStopped(StopReason.Kind.CRASHED);
        Joined second = chat.connect(PlayChannel.socket()).join("play:2");
        second.push("assert");
        assertThat(second.assertCrashed(AssertionError.class)).hasMessage("as asked");
        Joined third = chat.connect(PlayChannel.socket()).join("play:3");
        third.push("fail at the end");
        third.leave();
        assertThat(third.assertCrashed(
                        IllegalStateException.class,
                        thrown -> String.valueOf(thrown.getMessage()).startsWith("at")))
                .hasMessage("at the end");
        third.assertCrashed();
        chat.tryConnect(PlayChannel.socket(), Map.of("name", "boom")).assertCrashed();
        chat.connect(PlayChannel.socket()).tryJoin("play:boom").assertCrashed();

        chat.close();
    }

    @Test
    void whatIsThrownBehindTheJoinWasNotThrownByIt() {
        Connected client = chat.socket(
                "after",
                ChannelSpec.builder(Object::new)
                        .afterJoin((channel, socket) -> {
                            throw new IllegalStateException("behind");
                        })
                        .build());
        JoinAttempt attempt = client.tryJoin("after");

        assertThatThrownBy(attempt::assertCrashed)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected: crashed\n  got:      reply to 2: ok {}\n")
                .hasRootCauseMessage("behind");
        attempt.assertOk().assertCrashed();
        JoinAttempt boom = chat.connect(PlayChannel.socket()).tryJoin("play:boom");
        boom.assertError(Map.of("reason", "join crashed"));
        boom.assertCrashed(); // both
        chat.close();
    }

    @Test
    void oneAssertionIsForOneCrash() {
        play.push("crash");
        chat.connect(PlayChannel.socket()).join("play:1").push("crash");
        play.assertCrashed();

        assertThatClosingTells("channel play:1: java.lang.IllegalStateException: as asked");
    }

    @Test
    void onAnyNodeOfACluster() {
        TestCluster cluster = TestCluster.seed(1);
        ChannelCase a = cluster.channelCase("a@host");
        ChannelCase b = cluster.channelCase("b@host");
        b.connect(PlayChannel.socket()).join("play:1");
        a.endpoint().broadcast("play:1", "crash all", new Text("now"));

        assertThatThrownBy(a::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("channel play:1: java.lang.IllegalStateException: now");
        b.close();
        chat.close();
    }

    @Test
    void besideTheFailureOfTheTestItself() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Crashing.class))
                .execute()
                .testEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                message("the test's own"), suppressed(0, message(m -> m.contains("as asked")))))
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(AssertionError.class), cause(instanceOf(IllegalStateException.class))));
        chat.close();
    }

    @ChannelTest
    static final class Crashing {
        @Test
        void withoutAskingForIt(ChannelCase chat) {
            chat.connect(PlayChannel.socket()).join("play:1").push("crash");
        }

        @Test
        void andFailingAnyway(ChannelCase chat) {
            chat.connect(PlayChannel.socket()).join("play:1").push("crash");
            throw new IllegalStateException("the test's own");
        }
    }
}
