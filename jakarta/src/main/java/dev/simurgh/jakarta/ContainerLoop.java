package dev.simurgh.jakarta;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.carry.Laggards;
import dev.simurgh.transport.carry.QueueBound;
import dev.simurgh.transport.loop.TimedLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the connections of one event loop share. On that loop. */
final class ContainerLoop {
    private final TimedLoop loop;
    private final ClientLog log;
    private final Laggards laggards;
    private final LongAdder pinned;
    /** For whom something waits since the last tick; who takes it until the next one is not slow. */
    private List<OutgoingQueue> unsure = new ArrayList<>();

    private List<OutgoingQueue> spare = new ArrayList<>();
    private @Nullable Message lastShared;

    /**
     * Makes one.
     *
     * @param bound for what waits for all clients
     * @param pinned counts the bytes of it
     */
    ContainerLoop(TimedLoop loop, ClientLog log, QueueBound bound, LongAdder pinned) {
        this.loop = loop;
        this.log = log;
        this.laggards = new Laggards(bound);
        this.pinned = pinned;
        loop.eachTick(this::tick);
    }

    TimedLoop events() {
        return loop;
    }

    ClientLog log() {
        return log;
    }

    Laggards laggards() {
        return laggards;
    }

    /** Something waits for a client that is not known to be slow: looked at with the next tick. */
    void waits(OutgoingQueue connection) {
        unsure.add(connection);
    }

    private void tick() {
        List<OutgoingQueue> looked = unsure;
        unsure = spare;
        spare = looked;
        looked.forEach(OutgoingQueue::stillWaits);
        looked.clear();
        lastShared = null;
        laggards.tick();
    }

    /** A frame that many connections get in a row, as one message for all of them. */
    Message shared(Frame frame) {
        Message last = lastShared;
        if (last == null || !last.isOf(frame)) {
            last = new Message(frame);
            lastShared = last;
        }
        return last;
    }

    /** A message waits for one client more; counted once, however many it waits for. */
    void pin(Message message) {
        if (message.waiters++ == 0) {
            pinned.add(message.length());
        }
    }

    /** It waits for one less. */
    void unpin(Message message) {
        if (--message.waiters == 0) {
            pinned.add(-message.length());
        }
    }
}
