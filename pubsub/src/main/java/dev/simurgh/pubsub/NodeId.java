package dev.simurgh.pubsub;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One node from its start to its end. A node that comes back under the same name has another start number, and is another one: it has
 * none of what the former had. A node that was cut off and is reached again is the same.
 *
 * @param name such as {@code server@127.0.0.1}
 * @param start tells the starts of a name apart, and nothing else: numbers of different nodes, or of later starts, need not grow. From 0
 *     to 2^53 - 1, so that JSON carries it unharmed
 */
public record NodeId(String name, long start) {
    /** The greatest start number. */
    public static final long MAX_START = (1L << 53) - 1;

    private static final AtomicLong LAST_START = new AtomicLong();

    /**
     * Makes an identity.
     *
     * @throws IllegalArgumentException if the start number is negative or too big
     */
    public NodeId {
        if (start < 0 || start > MAX_START) {
            throw new IllegalArgumentException("start: " + start + " (expected: 0 to " + MAX_START + ")");
        }
    }

    /** Makes the identity of a node that starts now. The number is the time in microseconds, or one more than that of the last one here. */
    public static NodeId starting(String name) {
        long now = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
        return new NodeId(name, LAST_START.updateAndGet(last -> Math.max(last + 1, now)));
    }

    /** Name and start number, as in {@code server@127.0.0.1#7}. */
    @Override
    public String toString() {
        return name + "#" + start;
    }
}
