package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The flushes of a loop whose tasks run when the test says. */
class FrameLoopTest {
    private final NarrowChannel channel = new NarrowChannel();
    private final FrameLoop loop = FrameLoopRig.on(channel.eventLoop());

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
        loop.release();
    }

    @Test
    void whatATurnQueuesGoesOutAtTheEndOfTheTasksAndOnceForAll() {
        int[] flushes = new int[2];
        loop.markDirty(() -> flushes[0]++);
        loop.markDirty(() -> flushes[1]++);
        assertThat(flushes).containsOnly(0);
        channel.runPendingTasks();
        channel.runPendingTasks();

        assertThat(flushes).containsOnly(1);
    }

    @Test
    void manyFramesDoNotWaitForTheEndOfTheTasks() {
        int[] flushes = new int[1];
        loop.markDirty(() -> flushes[0]++);
        for (int i = 0; i < FrameLoop.MOST_QUEUED - 1; i++) {
            loop.queued();
        }
        assertThat(flushes).containsOnly(0);
        loop.queued();
        assertThat(flushes).containsOnly(1);
        loop.queued();
        channel.runPendingTasks();

        assertThat(flushes).containsOnly(1);
    }
}
