package dev.simurgh.cluster;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.spi.ClusterAdapter.Receiver;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The messages of another node, between the notice that it is up and the one that it is down.
 *
 * <p>Notices are told one at a time, so another thread may tell of this node later than it speaks. What it says until then waits; once it
 * is down, it says nothing any more. The receiver is called inside the lock, so that notices wait for a message that is being taken.
 */
final class Arrivals {
    /** Room for a message of the greatest length and others. */
    static final long MOST_BYTES = 8 << 20;
    /** What a waiting message costs beside its bytes. */
    private static final int OVERHEAD_BYTES = 64;

    private enum State {
        EARLY,
        UP,
        DOWN
    }

    private static final class Message {
        final String kind;
        final byte[] data;

        Message(String kind, byte[] data) {
            this.kind = kind;
            this.data = data;
        }

        long bytes() {
            return (long) data.length + 2L * kind.length() + OVERHEAD_BYTES;
        }
    }

    private final Queue<Message> early = new ArrayDeque<>();
    private long bytes;
    private State state = State.EARLY;

    /** Hands over a message, or keeps it until the node is up; tells whether it did either. */
    synchronized boolean take(Receiver receiver, NodeId from, String kind, byte[] data) {
        if (state == State.UP) {
            receiver.message(from, kind, data);
            return true;
        }
        Message message = new Message(kind, data);
        if (state == State.DOWN || bytes + message.bytes() > MOST_BYTES) {
            return false;
        }
        early.add(message);
        bytes += message.bytes();
        return true;
    }

    /** The receiver knows that the node is up. */
    synchronized void up(Receiver receiver, NodeId from) {
        state = State.UP;
        for (Message next = early.poll(); next != null; next = early.poll()) {
            receiver.message(from, next.kind, next.data);
        }
        bytes = 0;
    }

    /** The receiver is told next that the node is down. */
    synchronized void down() {
        state = State.DOWN;
        early.clear();
        bytes = 0;
    }
}
