package dev.simurgh.netty;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.carry.Laggards;
import dev.simurgh.transport.carry.QueueBound;
import dev.simurgh.transport.loop.TimedLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one event loop share: the list of those that have something to flush, the last
 * broadcast in its encoded form, spare buffers and compression. For one thread, as the loop's.
 *
 * <p>The first connection of a turn that queues something adds one flush task to the end of the loop's queue.
 * Broadcasts whose tasks stand before it in the queue go out with it: one system call per connection, however many
 * frames there are. The end of the queue, not the end of the turn: under load a turn would never end.
 * But when the queue is long, as behind a burst of broadcasts, what they queue for each connection would be a multiple of what waits in it;
 * so there is a flush for a number of frames, too.
 */
final class FrameLoop {
    /** With so many frames queued, flushing does not wait for the end of the task queue: each takes some 200 bytes of heap. */
    static final int MOST_QUEUED = 64 << 10;

    private static final int MAX_SPARES = 32;
    private static final int MAX_SPARE_BYTES = 16 << 10;

    private final TimedLoop loop;
    private final ClientLog log;
    private final Laggards laggards;
    private final List<Flushing> dirty = new ArrayList<>();
    private final Runnable flushTask = this::flush;
    private final ArrayDeque<ByteBuf> spares = new ArrayDeque<>(MAX_SPARES);
    private int maxSpares = MAX_SPARES;
    private boolean flushScheduled;
    private int queued;
    private @Nullable Compression compression;
    private @Nullable Frame sharedFrame;
    private @Nullable ByteBuf sharedBytes;

    FrameLoop(TimedLoop loop, ClientLog log, QueueBound bound) {
        this.loop = loop;
        this.log = log;
        this.laggards = new Laggards(bound);
        loop.eachTick(laggards::tick);
    }

    /** The event loop itself, with its clock. */
    TimedLoop events() {
        return loop;
    }

    /** For lines that clients can set off. */
    ClientLog log() {
        return log;
    }

    /** The connections for which something waits. */
    Laggards laggards() {
        return laggards;
    }

    /** Something that gathers what it has to send, and is flushed once for all of it. */
    interface Flushing {
        /** Sends what is queued, if anything is. Must not throw. */
        void flushNow();
    }

    /** Flushes it at the end of the task queue. It says so once, until it has been flushed. */
    void markDirty(Flushing queue) {
        dirty.add(queue);
        scheduleFlush();
    }

    /** A frame was queued for a connection. Flushes all that are marked, if it was one of many. */
    void queued() {
        if (++queued >= MOST_QUEUED) {
            flushDirty();
        }
    }

    /** Returns a frame that many connections get, as bytes for one of them: the header and content are copied once only. */
    @SuppressWarnings("ReferenceEquality") // equals would compare every byte
    ByteBuf shared(Frame frame, ByteBufAllocator allocator) {
        ByteBuf bytes = sharedBytes;
        if (frame != sharedFrame || bytes == null) {
            releaseShared();
            bytes = allocator.directBuffer(FrameWriter.MAX_HEADER_BYTES + frame.length());
            FrameWriter.write(bytes, frame);
            sharedFrame = frame;
            sharedBytes = bytes;
            scheduleFlush();
        }
        return bytes.retainedDuplicate();
    }

    /** What the connections with compression share. */
    Compression compression() {
        Compression current = compression == null ? new Compression() : compression;
        compression = current;
        return current;
    }

    /** Returns an empty buffer for a turn's small frames. */
    ByteBuf buffer(ByteBufAllocator allocator, int capacity) {
        ByteBuf spare = spares.pollLast();
        return spare == null ? allocator.directBuffer(capacity) : spare;
    }

    /** Takes a buffer back whose bytes have been handed to the channel; it is used again if the channel is done with it. */
    void giveBack(ByteBuf buffer) {
        if (buffer.refCnt() == 1 && buffer.capacity() <= MAX_SPARE_BYTES && spares.size() < maxSpares) {
            spares.addLast(buffer.clear());
        } else {
            buffer.release();
        }
    }

    /** Gives all memory back, once the loop has ended, or its connections have; what these may still do keeps nothing. */
    void release() {
        maxSpares = 0;
        releaseShared();
        if (compression != null) {
            compression.release();
        }
        spares.forEach(ByteBuf::release);
        spares.clear();
    }

    private void scheduleFlush() {
        if (!flushScheduled) {
            flushScheduled = true;
            loop.tryExecute(flushTask);
        }
    }

    private void flush() {
        flushScheduled = false;
        releaseShared();
        if (compression != null) {
            compression.forgetShared();
        }
        flushDirty();
    }

    private void flushDirty() {
        queued = 0;
        // by index: a flush that fails may mark its queue again
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flushNow();
        }
        dirty.clear();
    }

    private void releaseShared() {
        ByteBuf bytes = sharedBytes;
        if (bytes != null) {
            bytes.release();
            sharedBytes = null;
            sharedFrame = null;
        }
    }
}
