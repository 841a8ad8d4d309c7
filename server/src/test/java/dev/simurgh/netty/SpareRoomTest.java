package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limits;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.carry.QueueBound;
import dev.simurgh.transport.carry.WebSocketTerms;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What could as well wait elsewhere is queued as far as it leaves room to others, and goes on when it is out. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class SpareRoomTest {
    private static final int LIMIT = 200_000;
    private static final Frame SMALL = Frame.text("{}");

    private final NarrowChannel channel = new NarrowChannel();
    private final FrameLoop loop = FrameLoopRig.on(channel.eventLoop(), new QueueBound(1_000_000, 1, () -> 0));
    private final WebSocketTerms terms = WebSocketTerms.of(
            WebSocketOptions.defaults(), Limits.builder().maxQueueBytes(LIMIT).build(), limit -> {});
    private final WebSocketConnection connection;
    private final List<String> called = new ArrayList<>();

    SpareRoomTest(boolean deflating) {
        connection = deflating
                ? new DeflatingConnection(
                        loop,
                        terms,
                        DeflateTerms.negotiate(List.of("permessage-deflate"), true)
                                .orElseThrow())
                : new WebSocketConnection(loop, terms);
        channel.pipeline().addLast(connection);
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
        loop.release();
    }

    /** Random, so that compression changes nothing. */
    private static Frame random(int bytes) {
        byte[] content = new byte[bytes];
        new java.util.Random(bytes).nextBytes(content);
        return Frame.binary(content);
    }

    private void whenDrained(String what) {
        connection.whenDrained(() -> called.add(what));
    }

    @Test
    void thereIsRoomForHalfOfWhatMayWait() {
        connection.push(random(60_000));
        assertThat(connection.hasSpareRoom(30_000)).isTrue();
        assertThat(connection.hasSpareRoom(50_000)).isFalse();
        connection.push(random(120_000)); // for this there is
        channel.take(1_000_000);
        channel.runPendingTasks();
        assertThat(channel.endsWithClose(CloseCode.TRY_AGAIN_LATER, "slow consumer"))
                .isFalse();
        assertThat(connection.hasSpareRoom(100_000)).isTrue();
    }

    @Test
    void whatIsOwedTakesOfItToo() {
        connection.send(random(60_000));
        assertThat(connection.hasSpareRoom(30_000)).isTrue();
        assertThat(connection.hasSpareRoom(50_000)).isFalse();
        connection.send(random(120_000));
        assertThat(connection.hasSpareRoom(1)).isFalse();
        channel.take(1_000_000);
        channel.runPendingTasks();
        assertThat(connection.hasSpareRoom(100_000)).isTrue();
    }

    @Test
    void oneThatIsLargerMayGoIfNoOtherWaits() {
        assertThat(connection.hasSpareRoom(500_000)).isTrue();
        connection.push(SMALL);
        assertThat(connection.hasSpareRoom(500_000)).isFalse();
        channel.take(1_000);
        assertThat(connection.hasSpareRoom(500_000)).isTrue();
    }

    @Test
    void aBurstThatTheKernelTakesIsNotInTheWay() {
        channel.take(1_000_000);
        for (int i = 0; i < 20; i++) {
            assertThat(connection.hasSpareRoom(20_000)).isTrue();
            connection.push(random(20_000));
        }
    }

    @Test
    void whoWaitsIsCalledWhenAllThatWasQueuedIsOut() {
        connection.push(random(50_000));
        connection.sendShared(SMALL);
        whenDrained("first");
        connection.push(random(50_000));
        whenDrained("second");
        channel.take(40_000);
        channel.runPendingTasks();
        assertThat(called).isEmpty();
        channel.take(20_000);
        channel.runPendingTasks();
        assertThat(called).containsExactly("first");
        channel.take(50_000);
        channel.runPendingTasks();
        assertThat(called).containsExactly("first", "second");
    }

    @Test
    void ifNothingWaitsThenWithTheNextTask() {
        whenDrained("first");
        assertThat(called).isEmpty();
        channel.runPendingTasks();
        assertThat(called).containsExactly("first");
    }

    @Test
    void afterTheEndThereIsNoRoomAndNobodyIsCalled() {
        connection.close(CloseCode.GOING_AWAY, "");
        assertThat(connection.hasSpareRoom(1)).isFalse();
        whenDrained("first");
        channel.take(1_000);
        channel.runPendingTasks();
        assertThat(called).isEmpty();
    }
}
