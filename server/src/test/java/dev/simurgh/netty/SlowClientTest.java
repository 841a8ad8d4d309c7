package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.server.RawClient;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.carry.QueueBound;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One connection, on a channel that takes what the test says, in ticks that the test gives. */
class SlowClientTest {
    private static final int LIMIT = 210_000;
    private static final Frame SMALL = Frame.text("{}");
    private static final Frame LARGE = Frame.text("x".repeat(100_000));

    private final NarrowChannel channel = new NarrowChannel();
    private long inUse;
    private final FrameLoop loop = FrameLoopRig.on(channel.eventLoop(), new QueueBound(1_000_000, 1, () -> inUse));
    private final List<Limit> reached = new ArrayList<>();
    private final WebSocketTerms terms = WebSocketTerms.of(
            WebSocketOptions.builder().slowTimeout(Duration.ofSeconds(1)).build(),
            Limits.builder().maxQueueBytes(LIMIT).build(),
            reached::add);
    private final WebSocketConnection connection = new WebSocketConnection(loop, terms);

    {
        channel.pipeline().addLast(connection);
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
        loop.release();
    }

    /** Lets so many ticks pass, and the client take as much before each. */
    private void pass(int ticks, int bytesEach) {
        for (int i = 0; i < ticks; i++) {
            channel.runPendingTasks();
            channel.take(bytesEach);
            loop.laggards().tick();
        }
        channel.runPendingTasks();
    }

    private boolean isClosed() {
        channel.take(10_000_000);
        return channel.endsWithClose(CloseCode.TRY_AGAIN_LATER, "slow consumer");
    }

    private void ping() {
        channel.writeInbound(Unpooled.wrappedBuffer(RawClient.frame(RawClient.FIN | FrameWriter.PING, new byte[0])));
    }

    @Test
    void whoTakesALittleNowAndThenIsOnlyFarAway() {
        connection.push(LARGE);
        connection.sendShared(SMALL);
        for (int second = 0; second < 60; second++) {
            pass(terms.slowTicks() - 1, 0);
            pass(1, 100);
        }

        assertThat(channel.taken()).isEqualTo(6_000);
        assertThat(isClosed()).isFalse();
        pass(1, 0);
        assertThat(loop.laggards().size()).isZero();
    }

    @Test
    void whoStandsStillIsClosedAndWhatWaitsIsGivenUp() {
        connection.push(LARGE);
        pass(1, 10);
        connection.push(LARGE);
        pass(terms.slowTicks() - 1, 0);
        assertThat(connection.waitingBytes()).isGreaterThan(200_000);
        pass(1, 0);

        assertThat(connection.waitingBytes()).as("the buffer that was begun").isLessThan(LIMIT / 2 + 1_000);
        assertThat(isClosed()).isTrue();
    }

    @Test
    void withCompressionItIsNoDifferent() {
        channel.pipeline().removeLast();
        WebSocketConnection deflating = new DeflatingConnection(
                loop,
                terms,
                DeflateTerms.negotiate(List.of("permessage-deflate"), true).orElseThrow());
        channel.pipeline().addLast(deflating);
        byte[] random = new byte[50_000];
        new Random(1).nextBytes(random);
        deflating.push(Frame.binary(random));
        pass(3 * terms.slowTicks(), 100);
        assertThat(deflating.waitingBytes()).isPositive();
        deflating.send(Frame.binary(random));
        pass(terms.slowTicks(), 0);

        assertThat(isClosed()).isTrue();
    }

    @Test
    void whatIsQueuedMeanwhileIsNoMovement() {
        connection.push(LARGE);
        pass(1, 1_000);
        for (int i = 0; i < terms.slowTicks(); i++) {
            connection.push(SMALL);
            connection.sendShared(SMALL);
            pass(1, 0);
        }

        assertThat(isClosed()).isTrue();
    }

    @Test
    void morePushesAndBroadcastsThanTheLimitCloseAtOnce() {
        connection.push(LARGE);
        connection.sendShared(Frame.text("x".repeat(109_000)));
        connection.sendShared(Frame.text("x".repeat(2_000)));
        channel.runPendingTasks();

        assertThat(isClosed()).isTrue();
    }

    @Test
    void whatIsOwedNeverCloses() {
        for (int i = 0; i < 30; i++) {
            connection.send(LARGE);
        }
        connection.sendShared(SMALL);
        connection.send(SMALL);
        connection.push(SMALL);
        ping();
        pass(200, 20_000);

        assertThat(channel.taken()).isGreaterThan(3_000_000);
        assertThat(isClosed()).isFalse();
    }

    @Test
    void oneLargeReplyLeavesAllTheRoomThatThereWas() {
        connection.send(Frame.text("x".repeat(1_500_000)));
        pass(1, 100);
        connection.sendShared(LARGE);
        connection.send(SMALL);
        connection.sendShared(Frame.text("x".repeat(90_000)));
        pass(200, 20_000);

        assertThat(channel.taken()).isGreaterThan(1_690_000);
        assertThat(isClosed()).isFalse();
    }

    @Test
    void whatIsOwedIsNoCoverForMorePushes() {
        connection.send(LARGE);
        pass(1, 100);
        for (int i = 0; i < 3; i++) {
            connection.push(LARGE);
        }
        channel.runPendingTasks();

        assertThat(isClosed()).isTrue();
    }

    @Test
    void whoDoesNotTakeWhatItAskedForIsNotReadUntilItHas() {
        for (int i = 0; i < 3; i++) {
            connection.send(LARGE);
        }
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isFalse();
        ping();
        pass(3, 60_000);
        assertThat(channel.config().isAutoRead()).isFalse();
        pass(2, 60_000);

        assertThat(channel.config().isAutoRead()).isTrue();
        channel.take(10_000_000);
        assertThat(channel.taken()).as("with a pong").isEqualTo(3 * 100_010 + 2);
    }

    @Test
    void beingNotReadForThatReasonIsNotBeingSilent() {
        for (int i = 0; i < 3; i++) {
            connection.send(LARGE);
        }
        channel.runPendingTasks();

        assertThat(connection.due(3 * terms.idleTicks())).isEqualTo(terms.idleTicks());
    }

    @Test
    void whoTakesNothingOfWhatItAskedForIsClosed() {
        for (int i = 0; i < 3; i++) {
            connection.send(LARGE);
        }
        pass(terms.slowTicks() + 1, 0);

        assertThat(isClosed()).isTrue();
    }

    @Test
    void whatWaitsIsGivenUpIfAllTogetherHaveTooMuch() {
        connection.send(Frame.text("x".repeat(1_500_000)));
        pass(1, 100);
        inUse = 1_000_001;
        pass(1, 100);

        assertThat(isClosed()).isTrue();
    }

    @Test
    void aConnectionThatHasGoneIsForgotten() {
        connection.push(LARGE);
        channel.runPendingTasks();
        assertThat(loop.laggards().size()).isEqualTo(1);
        channel.close().syncUninterruptibly();
        loop.laggards().tick();

        assertThat(loop.laggards().size()).isZero();
    }

    // What waits to come in.

    @Test
    void framesThatWereReadAlreadyWaitForThePauseToEnd() {
        channel.take(1_000);
        connection.pauseReading();
        ping();
        ping();
        channel.runPendingTasks();
        assertThat(channel.taken()).isZero();
        assertThat(channel.config().isAutoRead()).isFalse();

        connection.resumeReading();
        assertThat(channel.taken()).as("not within the call").isZero();
        channel.runPendingTasks();
        assertThat(channel.taken()).isEqualTo(4);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void aPauseIsNotLongerThanAClientMayBeSilent() {
        channel.take(1_000);
        connection.pauseReading();
        assertThat(connection.due(terms.idleTicks() - 1)).isEqualTo(1);
        connection.due(terms.idleTicks());
        channel.runPendingTasks();

        assertThat(channel.endsWithClose(CloseCode.TRY_AGAIN_LATER, "busy")).isTrue();
        assertThat(channel.config().isAutoRead())
                .as("so that its close frame is seen")
                .isTrue();
    }

    @Test
    void aCloseFrameThatWaitsIsSeenOnceWeCloseOurselves() {
        channel.take(1_000);
        connection.pauseReading();
        channel.writeInbound(Unpooled.wrappedBuffer(
                RawClient.frame(RawClient.FIN | FrameWriter.CLOSE, FrameWriter.closeContent(1000, ""))));
        assertThat(channel.isOpen()).isTrue();
        connection.close(CloseCode.SERVICE_RESTART, "");
        channel.runPendingTasks();

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aClientThatHasLeftCannotFillTheMemoryWhileItIsNotRead() {
        connection.pauseReading();
        for (int i = 0; i < 5; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[64 << 10])); // as epoll reads after the end
        }

        assertThat(channel.isOpen()).isFalse();
    }
}
