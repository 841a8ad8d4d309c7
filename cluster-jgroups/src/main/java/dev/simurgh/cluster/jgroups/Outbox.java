package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.ClusterMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one other node: many threads put messages in, one takes them out, several at a time as a packet. Bounded by bytes, so
 * that a node that takes nothing costs no more than that, and by time: broadcasts that have waited too long are dropped.
 *
 * <p>How long a message has waited is not noted with it, which would cost each an object. Once a second the thread that takes out notes how
 * much has been put in so far ({@link #mark}).
 */
final class Outbox {
    /** The biggest message that a node sends, and takes. */
    static final int MAX_MESSAGE_BYTES = 64 << 20;

    /** What a waiting message costs beside its bytes, which it may share with the outboxes of other nodes. */
    private static final int OVERHEAD = 32;

    private static final int MARK_MILLIS = 1_000;

    /** By some moment, so many bytes had been put in since the beginning. */
    private record Mark(int millis, long offered) {}

    private final MpscUnboundedArrayQueue<ClusterMessage> queue = new MpscUnboundedArrayQueue<>(256);
    private final AtomicLong waiting = new AtomicLong();
    /** Parts of a table that wait. */
    private final AtomicInteger parts = new AtomicInteger();

    private final long limit;
    /** Used by the thread that takes out. */
    private final List<ClusterMessage> batch = new ArrayList<>();

    private final Deque<Mark> marks = new ArrayDeque<>();
    private final int maxAgeMillis;
    /** What has been taken out or dropped since the beginning. */
    private long taken;
    /** What had been put in when that which is too old now was. */
    private long tooOld;

    private int dropped;
    private volatile boolean refused;

    Outbox(long limit, int maxAgeMillis) {
        this.limit = limit;
        this.maxAgeMillis = maxAgeMillis;
    }

    /**
     * Takes the message, or refuses it if too much waits. One that is bigger than all that may wait is taken if nothing does, up to {@link
     * #MAX_MESSAGE_BYTES}. A table is always taken, unless another one waits.
     */
    boolean offer(ClusterMessage message) {
        if (message.bytes().length > MAX_MESSAGE_BYTES) {
            refused = true;
            return false;
        }
        if (message.isTable() && parts.getAndIncrement() > 0 && message.beginsTable()) {
            parts.decrementAndGet();
            refused = true;
            return false;
        }
        long size = size(message);
        long before = waiting.getAndAdd(size);
        if (before > 0 && size > 0 && before + size > limit) {
            waiting.addAndGet(-size);
            refused = true;
            return false;
        }
        queue.add(message);
        return true;
    }

    /** What waits, but for tables. */
    long waitingBytes() {
        return waiting.get();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Notes how much has been put in, if it is time to; to be called at least every second while something waits. */
    void mark(int now) {
        for (Mark first = marks.peek(); first != null && now - first.millis >= maxAgeMillis; first = marks.peek()) {
            tooOld = first.offered;
            marks.remove();
        }
        Mark last = marks.peekLast();
        if (last == null || now - last.millis >= MARK_MILLIS) {
            marks.add(new Mark(now, taken + waiting.get()));
        }
    }

    /**
     * Takes out what waits, as much as goes into a packet, but at least one message; null if nothing waits. Leaves room for a header.
     * Broadcasts that have waited too long are dropped. For one thread only.
     */
    byte @Nullable [] poll(int header, int maxBytes) {
        int length = header;
        long before = taken;
        for (ClusterMessage next = queue.peek();
                next != null && (batch.isEmpty() || length + next.bytes().length <= maxBytes);
                next = queue.peek()) {
            queue.poll();
            taken += size(next);
            if (next.isTable()) {
                parts.decrementAndGet();
            }
            if (taken <= tooOld && next.kind() == ClusterMessage.Kind.BROADCAST) {
                dropped++;
            } else {
                batch.add(next);
                length += next.bytes().length;
            }
        }
        waiting.addAndGet(before - taken);
        if (batch.isEmpty()) {
            return null;
        }
        byte[] packet = new byte[length];
        int end = header;
        for (ClusterMessage message : batch) {
            System.arraycopy(message.bytes(), 0, packet, end, message.bytes().length);
            end += message.bytes().length;
        }
        batch.clear();
        return packet;
    }

    /** How many broadcasts were dropped since it was last asked for. For the thread that takes out. */
    int takeDropped() {
        int count = dropped;
        dropped = 0;
        return count;
    }

    /** Whether something was refused, half of the room is free again, and no table waits. */
    boolean isWritableAgain() {
        return refused && waiting.get() <= limit / 2 && parts.get() == 0;
    }

    /** Tells so, once after a refusal. For the thread that takes out. */
    boolean becameWritable() {
        if (isWritableAgain()) {
            refused = false;
            return true;
        }
        return false;
    }

    /** What it counts: nothing if it is a table, which has to arrive whole to be of use, and may be bigger than all that may wait. */
    private static long size(ClusterMessage message) {
        return message.isTable() ? 0 : (long) message.bytes().length + OVERHEAD;
    }
}
