package dev.simurgh.server.carry;

import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How much may wait for all clients of a server together.
 *
 * <p>A broadcast that waits for a thousand clients is in memory once. So what a loop counts for its clients only says when
 * to ask what that really takes, and the answer is the allocator's.
 *
 * @param bytes of direct memory
 * @param loops the event loops that share it
 * @param inUse tells how much direct memory is in use
 * @param counted what waits, counted for each client
 */
record QueueBound(long bytes, int loops, LongSupplier inUse, LongAdder counted) {
    QueueBound(long bytes, int loops, LongSupplier inUse) {
        this(bytes, loops, inUse, new LongAdder());
    }

    static QueueBound of(long bytes, int loops) {
        return new QueueBound(bytes, loops, PooledByteBufAllocator.DEFAULT::pinnedDirectMemory);
    }

    /** What may be counted for one loop without anybody asking. */
    long share() {
        return bytes / loops;
    }

    boolean isOver() {
        return inUse.getAsLong() > bytes;
    }
}
