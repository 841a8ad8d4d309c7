package dev.simurgh.netty;

import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.carry.Laggard;
import dev.simurgh.transport.carry.Outgoing;
import dev.simurgh.transport.carry.WebSocketTerms;
import dev.simurgh.transport.loop.TimedLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslHandler;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing half of a connection.
 *
 * <p>Frames for this connection alone are copied into one buffer, {@link #pending}, for all of a turn's small frames; a
 * broadcast is a view of the buffer that the loop's connections share. By the time of the flush both are in Netty's
 * queue, in the order in which they were sent. While the connection's own input is read, the flush comes at the end of
 * the read, at other times with the loop's flush task.
 *
 * <p>What the kernel did not take at a flush makes the client a {@link Laggard}, until it has. Pushes and broadcasts are
 * only queued while not too many of them wait; what the client is owed always is, but with too much of it waiting the
 * client's input is held.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
abstract class FrameQueue extends FrameReader implements Outgoing, FrameLoop.Flushing {
    /** Frames of at least this length get a buffer of their own; also the most that small frames are gathered to. */
    private static final int LARGE = 8192;

    private static final int FIRST_CAPACITY = 512;
    /** If no more waits, it does not matter who asked for it. */
    private static final int LITTLE = 64 << 10;
    /** What a write counts beyond its bytes: Netty's entry, and the header of a frame. */
    private static final int OVERHEAD = 96 + FrameWriter.MAX_HEADER_BYTES;

    private final FrameLoop frames;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf pending;
    private @Nullable Laggard laggard;
    private boolean reading;
    private boolean dirty;

    FrameQueue(FrameLoop frames, WebSocketTerms terms) {
        super(terms);
        this.frames = frames;
    }

    final TimedLoop loop() {
        return frames.events();
    }

    final FrameLoop frames() {
        return frames;
    }

    final ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("connection without a pipeline");
        }
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) {
        reading = true;
        super.channelRead(ctx, data);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readEnds();
    }

    /** All that a read brought has been taken apart, or waits. */
    void readEnds() {
        reading = false;
        if (dirty) {
            flushNow();
        }
    }

    /** Takes apart what waits of earlier reads. */
    final void readAgain() {
        reading = true;
        try {
            readHeld();
        } finally {
            readEnds();
        }
    }

    /** Queues a message for this connection alone. */
    void queueOwn(Frame frame) {
        queue(frame.binary() ? FrameWriter.BINARY : FrameWriter.TEXT, frame.bytes());
    }

    /** Queues a frame for this connection alone; the opcode may have reserved bits above it. */
    final void queue(int opcode, byte[] content) {
        int needed = FrameWriter.MAX_HEADER_BYTES + content.length;
        ByteBuf buffer = pending;
        if (buffer != null && buffer.readableBytes() + needed > LARGE) {
            writePending();
            buffer = null;
        }
        if (buffer == null) {
            buffer = newBuffer(needed);
            pending = buffer;
        }
        FrameWriter.write(buffer, opcode, content);
        count(content.length);
        flushLater();
    }

    /** A spare one of the loop, unless the client is slow and would keep it. */
    private ByteBuf newBuffer(int needed) {
        ByteBufAllocator allocator = context().alloc();
        ChannelOutboundBuffer out = context().channel().unsafe().outboundBuffer();
        return out != null && out.isEmpty() && needed <= LARGE
                ? frames.buffer(allocator, Math.max(needed, FIRST_CAPACITY))
                : allocator.directBuffer(needed);
    }

    /** Queues a message that many connections get. */
    void queueShared(Frame frame) {
        writePending();
        ChannelHandlerContext ctx = context();
        ctx.write(frames.shared(frame, ctx.alloc()), ctx.voidPromise());
        count(frame.length());
        flushLater();
    }

    private void count(int bytes) {
        Laggard slow = laggard;
        if (slow != null) {
            slow.queued(bytes);
        }
        frames.queued();
    }

    /** Tells whether a push or a broadcast may be queued, or too many of them wait for the client already. */
    final boolean hasRoom(int bytes) {
        int limit = terms().maxQueueBytes();
        if (fitsNow(bytes, limit)) {
            return true;
        }
        // a burst of one turn is no sign of a slow client: only what the kernel does not take counts
        flushNow();
        return fitsNow(bytes, limit);
    }

    /** Tells whether half of the room would do for it and for all that waits, what the client is owed among it; or nothing waits. */
    final boolean hasHalfTheRoom(int bytes) {
        long half = terms().maxQueueBytes() / 2;
        if (queuedBytes() + bytes <= half) {
            return true;
        }
        flushNow(); // as in hasRoom
        long waiting = queuedBytes();
        return waiting == 0 || waiting + bytes <= half;
    }

    /** A frame larger than the limit fits if no other waits: else it could never be sent to anybody. */
    private boolean fitsNow(int bytes, int limit) {
        long waiting = queuedBytes();
        if (waiting + bytes <= limit) {
            return true;
        }
        long unasked = laggard == null ? waiting : laggard.unasked(waiting);
        return unasked == 0 || unasked + bytes <= limit;
    }

    /** Counts what was just queued as owed. Returns whether so much waits that the client should not ask for more. */
    final boolean owes(int bytes) {
        if (laggard != null) {
            laggard.owes(bytes + OVERHEAD, queuedBytes());
        } else if (queuedBytes() > LITTLE) {
            flushNow();
            if (laggard != null) {
                laggard.owesAll(queuedBytes());
            }
        }
        return laggard != null && queuedBytes() > terms().maxQueueBytes();
    }

    /** Whether something waits that the kernel did not take. */
    final boolean isBehind() {
        return laggard != null;
    }

    @Override
    public final long waitingBytes() {
        ChannelOutboundBuffer out = context().channel().unsafe().outboundBuffer();
        // what was queued since the last flush had no chance yet
        return out == null || out.isEmpty() ? 0 : queuedBytes();
    }

    /** Also for other threads: they see what was there a moment ago. */
    public final long queuedBytes() {
        ChannelOutboundBuffer out = context().channel().unsafe().outboundBuffer();
        ByteBuf gathered = pending;
        return (out == null ? 0 : out.totalPendingWriteBytes()) + (gathered == null ? 0 : gathered.readableBytes());
    }

    /** As above. */
    public final long stalledNanos() {
        Laggard slow = laggard;
        return slow == null ? 0 : loop().nanos(slow.stillTicks());
    }

    /** Which buffer goes out now, and how much of it has gone. Buffers come again from a pool, so it can be by chance. */
    @Override
    public final int position() {
        ChannelOutboundBuffer out = context().channel().unsafe().outboundBuffer();
        return out == null ? 0 : 31 * System.identityHashCode(out.current()) + (int) out.currentProgress();
    }

    @Override
    public final int patienceTicks() {
        return terms().slowTicks();
    }

    @Override
    public void moved(boolean caughtUp) {
        if (caughtUp) {
            laggard = null;
        }
    }

    /** Hands over what is queued, and makes the system call. */
    @Override
    public final void flushNow() {
        if (dirty) {
            dirty = false;
            ByteBuf last = pending;
            if (last != null) {
                last.retain();
                writePending();
            }
            context().flush();
            if (last != null) {
                frames.giveBack(last);
            }
            noteWhatWaits();
        }
    }

    private void noteWhatWaits() {
        ChannelOutboundBuffer out = context().channel().unsafe().outboundBuffer();
        if (out != null && !out.isEmpty() && laggard == null) {
            laggard = frames.laggards().add(this);
        }
    }

    /** Flushes, and tells when all of it is with the kernel. */
    final void flushThen(ChannelFutureListener listener) {
        writePending();
        dirty = false;
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(listener);
        noteWhatWaits();
    }

    /**
     * Discards what is queued, all but the rest of the buffer of which a part is on the wire already; or nothing, if
     * what is queued is encrypted or with the kernel.
     */
    final void discard() {
        writePending();
        if (!maySendLess()) {
            return;
        }
        ChannelHandlerContext ctx = context();
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        if (out == null) {
            return;
        }
        out.addFlush();
        ByteBuf begun =
                out.currentProgress() > 0 && out.current() instanceof ByteBuf current ? current.retainedSlice() : null;
        while (out.remove()) {
            // on to the next
        }
        if (begun != null) {
            ctx.write(begun, ctx.voidPromise());
        }
    }

    /** Whether what is queued may still be taken back: it is not encrypted, or with the kernel, yet. */
    final boolean maySendLess() {
        Channel channel = context().channel();
        return channel.pipeline().get(SslHandler.class) == null && !isOfIoUring(channel);
    }

    /** By its name: its classes need not be there. */
    private static boolean isOfIoUring(Channel channel) {
        return channel.getClass().getSimpleName().toLowerCase(Locale.ROOT).startsWith("iouring");
    }

    /** Lets go of what was not handed over, once the connection has gone. */
    final void releasePending() {
        if (laggard != null) {
            laggard.forget();
            laggard = null;
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    private void flushLater() {
        if (!dirty) {
            dirty = true;
            if (!reading) {
                frames.markDirty(this);
            }
        }
    }

    private void writePending() {
        ByteBuf buffer = pending;
        if (buffer != null) {
            pending = null;
            ChannelHandlerContext ctx = context();
            ctx.write(buffer, ctx.voidPromise());
        }
    }
}
