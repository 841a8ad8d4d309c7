package dev.simurgh.transport.poll;

import dev.simurgh.protocol.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages for one client that have not gone out, oldest first. Those that are on their way stay here until it is known
 * that they have arrived in the network: one answer at a time. On the session's event loop.
 */
final class Undelivered {
    /** What a message takes here beside its content. */
    static final int OVERHEAD_BYTES = 48;

    /** An answer is not made longer than that, unless by its first message. */
    private static final int ANSWER_BYTES = 1 << 20;

    /** @param then what happens when it has gone out */
    private record Waiting(
            Frame frame, boolean owed, @Nullable Runnable then) {
        int bytes() {
            return frame.length() + OVERHEAD_BYTES;
        }
    }

    /** None while nothing waits, as it is for most clients. */
    private @Nullable ArrayDeque<Waiting> queue;

    private int onTheWay;
    private long bytes;
    private long owedBytes;

    boolean isEmpty() {
        return queue == null;
    }

    /** What waits, the messages on their way among it. */
    long bytes() {
        return bytes;
    }

    /** Of what waits, the part that the client asked for, or has to be told. */
    long owedBytes() {
        return owedBytes;
    }

    void add(Frame frame, boolean owed) {
        if (queue == null) {
            queue = new ArrayDeque<>(4);
        }
        Waiting added = new Waiting(frame, owed, null);
        queue.add(added);
        count(added, 1);
    }

    /** Has something happen when all that waits now has gone out; returns false if nothing waits. */
    boolean whenDelivered(Runnable callback) {
        Waiting last = queue == null ? null : queue.pollLast();
        if (queue == null || last == null) {
            return false;
        }
        Runnable before = last.then();
        Runnable both = before == null
                ? callback
                : () -> {
                    before.run();
                    callback.run();
                };
        queue.add(new Waiting(last.frame(), last.owed(), both));
        return true;
    }

    /** Encodes the oldest, which are on their way now. */
    byte[] take() {
        List<byte[]> texts = new ArrayList<>();
        long length = 0;
        if (queue != null) {
            for (Waiting each : queue) {
                length += each.bytes();
                if (length > ANSWER_BYTES && !texts.isEmpty()) {
                    break;
                }
                texts.add(each.frame().bytes());
            }
        }
        onTheWay = texts.size();
        return JsonTexts.array(texts);
    }

    /**
     * Those on their way have gone out: they are given up.
     *
     * @param then takes what is to happen now
     */
    void delivered(Consumer<Runnable> then) {
        for (; onTheWay > 0 && queue != null; onTheWay--) {
            Waiting gone = queue.poll();
            if (gone != null) {
                count(gone, -1);
                if (gone.then() != null) {
                    then.accept(gone.then());
                }
            }
        }
        if (queue != null && queue.isEmpty()) {
            queue = null;
        }
    }

    /** Those on their way have not gone out, and wait again, in front of all others. */
    void notDelivered() {
        onTheWay = 0;
    }

    void discard() {
        queue = null;
        onTheWay = 0;
        bytes = 0;
        owedBytes = 0;
    }

    private void count(Waiting waiting, int sign) {
        bytes += (long) sign * waiting.bytes();
        if (waiting.owed()) {
            owedBytes += (long) sign * waiting.bytes();
        }
    }
}
