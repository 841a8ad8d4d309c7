package dev.simurgh.server;

import dev.simurgh.protocol.Frame;
import dev.simurgh.pubsub.EventLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Netty event loop, as the channels see it, with what its connections share: the list of those that have something to
 * flush, the last broadcast in its encoded form, and the timeouts.
 *
 * <p>The first connection of a turn that queues something adds one flush task to the end of the loop's queue.
 * Broadcasts whose tasks stand before it in the queue go out with it: one system call per connection, however many
 * frames there are. The end of the queue, not the end of the turn: under load a turn would never end.
 */
final class ServerLoop implements EventLoop {
    private static final Logger log = LoggerFactory.getLogger(ServerLoop.class);

    private static final int MAX_SPARES = 32;
    private static final int MAX_SPARE_BYTES = 16 << 10;

    private final io.netty.channel.EventLoop loop;
    private final boolean maySendLess;
    private final IdleWheel wheel = new IdleWheel(System::nanoTime);
    private final List<FrameQueue> dirty = new ArrayList<>();
    private final Runnable flushTask = this::flush;
    private final Runnable tickTask = this::tick;
    private final ReadBuffer readBuffer = new ReadBuffer();
    private final ArrayDeque<ByteBuf> spares = new ArrayDeque<>(MAX_SPARES);
    private boolean flushScheduled;
    private boolean tickScheduled;
    private @Nullable Compression compression;
    private @Nullable Frame sharedFrame;
    private @Nullable ByteBuf sharedBytes;

    /**
     * Makes one.
     *
     * @param maySendLess whether what is queued for a connection can be taken back
     */
    ServerLoop(io.netty.channel.EventLoop loop, boolean maySendLess) {
        this.loop = loop;
        this.maySendLess = maySendLess;
    }

    boolean maySendLess() {
        return maySendLess;
    }

    @Override
    public boolean inEventLoop() {
        return loop.inEventLoop();
    }

    /** Runs a task behind those given earlier, from any thread. Once the server has stopped, tasks are dropped. */
    @Override
    public void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("task for a stopped event loop dropped", e);
        }
    }

    /** The current tick of the wheel, up to one old. */
    int now() {
        return wheel.now();
    }

    void watch(WheelEntry entry, int ticks) {
        wheel.add(entry, ticks);
        // not by size: a wheel may become empty and be filled again between two ticks
        if (!tickScheduled) {
            scheduleTick();
        }
    }

    void watchAgain(WheelEntry entry, int ticks) {
        wheel.move(entry, ticks);
    }

    void unwatch(WheelEntry entry) {
        wheel.remove(entry);
    }

    /** Flushes the connection at the end of the task queue. */
    void markDirty(FrameQueue connection) {
        dirty.add(connection);
        scheduleFlush();
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

    ReadBuffer readBuffer() {
        return readBuffer;
    }

    /** Returns an empty buffer for a turn's small frames. */
    ByteBuf buffer(ByteBufAllocator allocator, int capacity) {
        ByteBuf spare = spares.pollLast();
        return spare == null ? allocator.directBuffer(capacity) : spare;
    }

    /** Takes a buffer back whose bytes have been handed to the channel; it is used again if the channel is done with it. */
    void giveBack(ByteBuf buffer) {
        if (buffer.refCnt() == 1 && buffer.capacity() <= MAX_SPARE_BYTES && spares.size() < MAX_SPARES) {
            spares.addLast(buffer.clear());
        } else {
            buffer.release();
        }
    }

    /** Gives all memory back, once the loop has ended. */
    void release() {
        releaseShared();
        if (compression != null) {
            compression.release();
        }
        readBuffer.release();
        spares.forEach(ByteBuf::release);
        spares.clear();
    }

    private void scheduleFlush() {
        if (!flushScheduled) {
            flushScheduled = true;
            execute(flushTask);
        }
    }

    private void flush() {
        flushScheduled = false;
        releaseShared();
        if (compression != null) {
            compression.forgetShared();
        }
        // by index: a flush that fails may mark its connection again
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

    @SuppressWarnings("FutureReturnValueIgnored") // a tick is never cancelled
    private void scheduleTick() {
        tickScheduled = true;
        try {
            loop.schedule(tickTask, IdleWheel.TICK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("no more timeouts on a stopped event loop", e);
        }
    }

    private void tick() {
        wheel.advance();
        if (wheel.size() > 0) {
            scheduleTick();
        } else {
            tickScheduled = false;
        }
    }
}
