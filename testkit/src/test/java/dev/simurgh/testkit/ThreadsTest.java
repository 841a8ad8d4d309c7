package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.protocol.Ref;
import dev.simurgh.testkit.PlayChannel.Num;
import dev.simurgh.testkit.PlayChannel.Text;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Handlers that block, replies from other threads, and channels that do not come to rest. */
@Timeout(30)
class ThreadsTest {
    private static final Logger log = LoggerFactory.getLogger("play");
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @RegisterExtension
    final ChannelCase.Extension threaded =
            ChannelCase.builder().scheduler(threads).extension();

    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void stop() {
        gate.countDown();
        threads.shutdown();
    }

    private final class Blocking {
        Result wait(Socket socket) throws InterruptedException {
            gate.await();
            log.warn("waited");
            socket.broadcast("waited", Map.of());
            return Result.ok(new Text("waited"));
        }

        Result crash(Socket socket) throws InterruptedException {
            gate.await();
            throw new IllegalStateException("on a thread");
        }

        Result elsewhere(Socket socket) {
            SocketRef ref = socket.ref();
            threads.execute(() -> {
                ref.ok(new Text("from elsewhere"));
                socket.push("number", new Num(1));
            });
            return Result.noReply();
        }

        Next again(Text text, Socket socket) {
            socket.send(text);
            return Result.noReply();
        }

        Next count(Num num, Socket socket) {
            return Result.noReply();
        }
    }

    private ChannelSpec<Blocking> spec() {
        return ChannelSpec.builder(Blocking::new)
                .join((channel, socket) -> JoinResult.ok())
                .handleIn("wait", Blocking::wait)
                .handleIn("crash", Blocking::crash)
                .handleIn("elsewhere", Blocking::elsewhere)
                .handleInfo(Text.class, Blocking::again)
                .handleInfo(Num.class, Blocking::count)
                .build();
    }

    @Test
    void aReplyFromAnotherThreadIsWaitedFor() {
        try (ChannelCase chat = ChannelCase.create()) {
            Joined joined = chat.socket("block", spec()).join("block");
            Ref ref = joined.push("elsewhere");

            joined.within(LIMIT)
                    .assertReply(ref, "ok", new Text("from elsewhere"))
                    .assertPushes("number", new Num(1));
        }
    }

    @Test
    void aHandlerThatBlocksHoldsUpOnlyItself(ChannelCase chat) {
        Joined joined = chat.socket("block", spec()).subscribeAndJoin("block");
        Ref ref = joined.push("wait");
        joined.within(Duration.ZERO).refuteReply(ref);
        assertThatThrownBy(() -> joined.within(SHORT).refuteReply(ref))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "refuteReply on block: after PT0.02S 1 tasks still run on the scheduler, so nothing can be told"
                                + " of what will come (expected: none; within(Duration.ZERO) looks at what has come by now)");
        assertThatThrownBy(() -> joined.within(SHORT).assertReply(ref, "ok", new Text("waited")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected: reply to 2: ok {\"text\":\"waited\"}\n  got:      nothing");
        assertThatThrownBy(() -> chat.settle(SHORT))
                .isInstanceOf(AssertionError.class)
                .hasMessage("settle: after PT0.02S 1 tasks still run on the scheduler (expected: none)");

        gate.countDown();

        joined.assertReply(ref, "ok", new Text("waited")).assertBroadcast("waited", Map.of());
        chat.settle(LIMIT);
        chat.logs().assertLogged(Level.WARN, "waited");
    }

    @Test
    void aRefutationWaitsUntilNothingRunsAnyMore(ChannelCase chat) {
        for (int i = 0; i < 50; i++) {
            Joined joined = chat.socket("block", spec()).subscribeAndJoin("block");
            gate.countDown();
            Ref ref = joined.push("wait");

            assertThatThrownBy(() -> joined.refuteReply(ref))
                    .hasMessageContaining("got:      reply to " + ref.text() + ": ok {\"text\":\"waited\"}");
            assertThatThrownBy(joined::refuteBroadcast).hasMessageContaining("got:      waited {}");
        }
        Joined joined = chat.socket("block", spec()).join("block");
        joined.push("wait");
        assertThatThrownBy(() -> joined.assertPushes()).hasMessageContaining("got:      waited {}");
    }

    @Test
    void whatAThreadThrowsFailsTheTestToo() {
        ChannelCase chat = ChannelCase.builder().scheduler(threads).build();
        Joined joined = chat.socket("block", spec()).join("block");
        joined.push("crash");
        gate.countDown();

        assertThatThrownBy(chat::close).isInstanceOf(AssertionError.class).hasRootCauseMessage("on a thread");
    }

    @Test
    void aChannelIsLookedAtOnItsMailbox(ChannelCase chat) {
        Joined joined = chat.socket("block", spec()).join("block");
        String[] thread = new String[1];

        joined.send(new Num(1))
                .inspect(
                        Blocking.class,
                        channel -> thread[0] = Thread.currentThread().getName());

        assertThat(thread[0]).startsWith("pool-");
    }

    @Test
    void aChannelThatNeverRestsIsFound() {
        try (ChannelCase chat = ChannelCase.create()) {
            Joined joined = chat.socket("block", spec()).join("block");

            assertThatThrownBy(() -> joined.send(new Text("for ever")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("more than 250000 tasks in a row (expected: channels that come to rest;"
                            + " does one send to itself without end?); the last: channel block");
        }
    }

    @Test
    void aTimerWithoutADelayThatSetsItselfAgainIsFound() {
        ChannelSpec<Object> again = ChannelSpec.builder(Object::new)
                .handleInfo(Num.class, (channel, num, socket) -> {
                    socket.sendAfter(Duration.ZERO, num);
                    return Result.noReply();
                })
                .build();
        try (ChannelCase chat = ChannelCase.create()) {
            chat.socket("again", again).join("again").send(new Num(1));

            assertThatThrownBy(() -> chat.clock().advance(Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("(expected: timers with a delay); the last: sendAfter(…, "
                            + Num.class.getName() + ") of channel again");
        }
    }
}
