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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
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
    @Tag("long") // five seconds
    void aHandlerThatNeverEndsIsToldOfAtTheEnd() {
        ChannelCase chat = ChannelCase.builder().scheduler(threads).build();
        chat.socket("block", spec()).join("block").push("wait");

        assertThatThrownBy(chat::close)
                .isInstanceOf(AssertionError.class)
                .hasMessage("close: after PT5S 1 tasks still run on the scheduler, so nothing can be told of what they"
                        + " throw (expected: none when the case is closed)");
    }

    @Test
    void channelsTerminateAlsoIfTheirSchedulerIsShutDown() {
        ChannelCase chat = ChannelCase.builder().scheduler(threads).build();
        chat.socket(
                        "block",
                        ChannelSpec.builder(Object::new)
                                .terminate((channel, reason, socket) -> {
                                    throw new IllegalStateException("in terminate");
                                })
                                .build())
                .join("block");
        threads.shutdown();

        assertThatThrownBy(chat::close).isInstanceOf(AssertionError.class).hasRootCauseMessage("in terminate");
    }

    @Test
    void channelsThatCouldNotTerminateAreToldOf() {
        AtomicBoolean full = new AtomicBoolean();
        ChannelCase chat = ChannelCase.builder()
                .scheduler(task -> {
                    if (full.get()) {
                        throw new RejectedExecutionException("full");
                    }
                    threads.execute(task);
                })
                .build();
        Joined joined = chat.socket("block", spec()).join("block");
        chat.settle(LIMIT);
        full.set(true);
        joined.push("elsewhere"); // put off, until the clock is advanced

        assertThatThrownBy(chat::close)
                .isInstanceOf(AssertionError.class)
                .hasMessage("close: 1 channels have not terminated (expected: none; has the scheduler refused to run"
                        + " them?)");
    }

    @Test
    void linesAreWaitedForToo() {
        gate.countDown();
        for (int i = 0; i < 50; i++) {
            try (ChannelCase chat = ChannelCase.builder().scheduler(threads).build()) {
                Joined joined = chat.socket("block", spec()).join("block");
                joined.push("wait");
                assertThatThrownBy(() -> chat.logs().refuteLogged(Level.WARN, "waited"))
                        .isInstanceOf(AssertionError.class);
            }
            try (ChannelCase chat = ChannelCase.builder().scheduler(threads).build()) {
                chat.socket("block", spec()).join("block").push("wait");
                chat.logs().assertLogged(Level.WARN, "waited");
            }
        }
    }

    /** What the threads of one node do is not over for the others before it is done. */
    @Test
    void aRefutationWaitsForTheThreadsOfOtherNodes() {
        TestCluster cluster = TestCluster.seed(1);
        try (ChannelCase there = cluster.channelCase("there@host");
                ChannelCase here = ChannelCase.builder()
                        .clock(cluster.clock())
                        .endpoint(endpoint -> endpoint.cluster(cluster.node("here@host")))
                        .scheduler(threads)
                        .build()) {
            Joined hears = there.socket("block", spec()).join("block");
            Joined says = here.socket("block", spec()).join("block");
            says.push("wait");

            assertThatThrownBy(() -> hears.within(SHORT).refutePush("waited"))
                    .hasMessageContaining("1 tasks still run on the scheduler");
            hears.within(Duration.ZERO).refutePush("waited");
            gate.countDown();
            hears.assertPush("waited", Map.of());
        }
    }

    @Test
    void casesThatAnswerEachOtherWithoutEndAreFound() {
        VirtualClock shared = VirtualClock.create();
        ChannelCase one = ChannelCase.builder().clock(shared).build();
        ChannelCase other = ChannelCase.builder().clock(shared).build();
        one.endpoint().subscribe("ping", ping -> other.endpoint().broadcast("pong", "again", Map.of()));
        other.endpoint().subscribe("pong", pong -> one.endpoint().broadcast("ping", "again", Map.of()));
        one.endpoint().broadcast("ping", "again", Map.of());

        assertThatThrownBy(one::settle)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("clock: at PT0S more than 100000 times in a row something was left to do by what was done"
                        + " before (expected: cases that come to rest; do subscribers or channels of several answer each"
                        + " other without end?)");
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
    @Timeout(120) // a quarter of a million times from one thread to another
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
