package dev.simurgh.jakarta;

import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.carry.Laggard;
import dev.simurgh.transport.carry.Outgoing;
import dev.simurgh.transport.carry.WebSocketTerms;
import dev.simurgh.transport.loop.TimedLoop;
import dev.simurgh.transport.loop.WheelEntry;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What waits to go out to one client, one thing at a time: the container takes the next when the one before is with the network.
 *
 * <p>How far a container is with a message cannot be seen. So that who takes a long one slowly is not taken for one that takes nothing, each counts for as
 * much time as the slowest line that there is would need for it.
 */
abstract class OutgoingQueue extends WheelEntry implements Outgoing {
    /** What a client is expected to take at the least, while it takes anything at all. */
    static final int SLOWEST_BYTES_PER_TICK = 800; // 8 KB/s

    /** If no more waits, it does not matter who asked for it. */
    private static final int LITTLE = 64 << 10;
    /** What something that waits takes beyond its bytes. */
    private static final int OVERHEAD = 96;

    private final ContainerLoop loop;
    private final WebSocketTerms terms;
    private final Wire wire;
    private @Nullable ArrayDeque<Item> waiting;
    private @Nullable Item flying;
    private @Nullable Laggard laggard;
    private long bytes;
    private int gone;
    private boolean sending;
    private boolean unsure;
    private boolean over;

    OutgoingQueue(ContainerLoop loop, WebSocketTerms terms, Wire wire) {
        this.loop = loop;
        this.terms = terms;
        this.wire = wire;
    }

    final ContainerLoop loopOf() {
        return loop;
    }

    final TimedLoop loop() {
        return loop.events();
    }

    final WebSocketTerms terms() {
        return terms;
    }

    final Wire wire() {
        return wire;
    }

    final Message shared(Frame frame) {
        return loop.shared(frame);
    }

    /** Nothing can be sent any more. */
    abstract void sendingFailed(Throwable cause);

    /** One thing that goes out, and hears when it has. */
    private abstract class Item implements Wire.Sent, Runnable {
        private final int size;
        private @Nullable Throwable failure;

        Item(int size) {
            this.size = size;
        }

        abstract void go();

        /** It waits no more. */
        void over() {}

        @Override
        public final void sent() {
            if (loop().inEventLoop()) {
                run();
            } else {
                loop().tryExecute(this);
            }
        }

        @Override
        public final void failed(Throwable cause) {
            failure = cause;
            loop().tryExecute(this); // never from within: it ends the connection
        }

        @Override
        public final void run() {
            landed(this, failure);
        }
    }

    private final class MessageItem extends Item {
        private final Message message;

        MessageItem(Message message) {
            super(message.length() + OVERHEAD);
            this.message = message;
            loop.pin(message);
        }

        @Override
        void go() {
            wire.send(message, this);
        }

        @Override
        void over() {
            loop.unpin(message);
        }
    }

    /** What is to be done when all before has gone out. */
    private final class Marker extends Item {
        private final Runnable task;

        Marker(Runnable task) {
            super(0);
            this.task = task;
        }

        @Override
        void go() {
            task.run();
            sent();
        }
    }

    final void queue(Message message) {
        add(new MessageItem(message));
    }

    final void queuePing(byte[] content) {
        add(new Marker(() -> wire.ping(content, new Pinged())));
    }

    private final class Pinged implements Wire.Sent {
        @Override
        public void sent() {
            loop().tryExecute(OutgoingQueue.this::pinged);
        }

        @Override
        public void failed(Throwable cause) {
            loop().tryExecute(() -> sendingFailed(cause));
        }
    }

    /** A ping is with the network. */
    abstract void pinged();

    final void queueClose(int code, String reason) {
        add(new Marker(() -> {
            over = true;
            wire.close(code, reason);
        }));
    }

    /** Does something when all that waits now has gone out. */
    final void behind(Runnable task) {
        add(new Marker(task));
    }

    private void add(Item item) {
        ArrayDeque<Item> queue = waiting == null ? new ArrayDeque<>(4) : waiting;
        waiting = queue;
        queue.add(item);
        bytes += item.size;
        if (laggard != null) {
            laggard.queued(item.size);
        }
        sendNext();
        if (bytes > 0 && laggard == null && !unsure) {
            unsure = true;
            loop.waits(this);
        }
    }

    private void sendNext() {
        if (sending) {
            return; // by somebody further up
        }
        sending = true;
        try {
            while (flying == null && waiting != null) {
                Item next = over ? null : waiting.poll();
                if (next == null) {
                    discard();
                    return;
                }
                flying = next;
                go(next);
            }
        } finally {
            sending = false;
        }
    }

    private static void go(Item next) {
        try {
            next.go();
        } catch (RuntimeException e) { // a container whose connection has just gone may throw right away
            next.failed(e);
        }
    }

    private void landed(Item item, @Nullable Throwable failure) {
        if (flying != item) {
            return; // told before, or let go of meanwhile
        }
        flying = null;
        bytes -= item.size;
        gone++;
        item.over();
        if (failure != null) {
            sendingFailed(failure);
        } else {
            sendNext();
        }
    }

    /** Throws away what the container does not have yet. */
    final void discard() {
        ArrayDeque<Item> queue = waiting;
        waiting = null;
        if (queue != null) {
            for (Item item : queue) {
                bytes -= item.size;
                item.over();
            }
        }
    }

    /** Lets go of everything: the connection has ended. */
    final void letGo() {
        discard();
        over = true;
        Item item = flying;
        if (item != null) {
            flying = null;
            bytes -= item.size;
            item.over();
        }
        if (laggard != null) {
            laggard.forget();
            laggard = null;
        }
    }

    /** A tick has passed since something began to wait. */
    final void stillWaits() {
        unsure = false;
        if (bytes > 0 && laggard == null && !over) {
            laggard = loop.laggards().add(this);
        }
    }

    // How much there is.

    /** Tells whether a push or a broadcast may be queued, or too many of them wait for the client already. */
    final boolean hasRoom(int more) {
        int limit = terms.maxQueueBytes();
        if (bytes + more <= limit) {
            return true;
        }
        long unasked = laggard == null ? bytes : laggard.unasked(bytes);
        return unasked == 0 || unasked + more <= limit; // one larger than the limit fits if no other waits
    }

    /** Tells whether half of the room would do for it and for all that waits, what the client is owed among it; or nothing waits. */
    final boolean hasHalfTheRoom(int more) {
        return bytes == 0 || bytes + more <= terms.maxQueueBytes() / 2;
    }

    /** Counts what was just queued as owed. Returns whether so much waits that the client should not ask for more. */
    final boolean owes(int more) {
        if (laggard != null) {
            laggard.owes(more + OVERHEAD, bytes);
        } else if (bytes > LITTLE) {
            laggard = loop.laggards().add(this);
            laggard.owesAll(bytes);
        }
        return laggard != null && bytes > terms.maxQueueBytes();
    }

    /** Whether something waits that the client did not take at once. */
    final boolean isBehind() {
        return laggard != null;
    }

    @Override
    public final long waitingBytes() {
        return bytes;
    }

    /** Also for other threads: they see what was there a moment ago. */
    public final long queuedBytes() {
        return bytes;
    }

    /** As above. */
    public final long stalledNanos() {
        Laggard slow = laggard;
        return slow == null ? 0 : loop().nanos(slow.stillTicks());
    }

    @Override
    public final int position() {
        return gone;
    }

    @Override
    public final int patienceTicks() {
        Item item = flying;
        return terms.slowTicks() + (item == null ? 0 : item.size / SLOWEST_BYTES_PER_TICK);
    }

    @Override
    public void moved(boolean caughtUp) {
        if (caughtUp) {
            laggard = null;
        }
    }
}
