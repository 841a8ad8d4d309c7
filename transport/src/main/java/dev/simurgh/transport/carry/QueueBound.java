package dev.simurgh.transport.carry;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How much may wait for all clients of a server together.
 *
 * <p>A broadcast that waits for a thousand clients is in memory once. So what a loop counts for its clients only says when
 * to ask what that really takes.
 *
 * @param bytes of memory
 * @param loops the event loops that share it
 * @param inUse tells how much memory is in use
 * @param counted what waits, counted for each client
 */
public record QueueBound(long bytes, int loops, LongSupplier inUse, LongAdder counted) {
    /** One that has counted nothing yet. */
    public QueueBound(long bytes, int loops, LongSupplier inUse) {
        this(bytes, loops, inUse, new LongAdder());
    }

    /** What may be counted for one loop without anybody asking. */
    long share() {
        return bytes / loops;
    }

    boolean isOver() {
        return inUse.getAsLong() > bytes;
    }
}
