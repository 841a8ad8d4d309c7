package dev.simurgh.server.carry;

import dev.simurgh.protocol.Frame;
import dev.simurgh.server.listen.ServerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing half of a connection.
 *
 * <p>Frames for this connection alone are copied into one buffer, {@link #pending}, for all of a turn's small frames; a
 * broadcast is a view of the buffer that the loop's connections share. By the time of the flush both are in Netty's
 * queue, in the order in which they were sent. While the connection's own input is read, the flush comes at the end of
 * the read, at other times with the loop's flush task.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
abstract class FrameQueue extends FrameReader {
    /** Frames of at least this length get a buffer of their own; also the most that small frames are gathered to. */
    private static final int LARGE = 8192;

    private static final int FIRST_CAPACITY = 512;

    private final FrameLoop frames;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf pending;
    private boolean reading;
    private boolean dirty;

    FrameQueue(FrameLoop frames, WebSocketTerms terms) {
        super(terms);
        this.frames = frames;
    }

    final ServerLoop loop() {
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
        reading = false;
        if (dirty) {
            flushNow();
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
        flushLater();
    }

    /** Tells whether a frame may be queued, or too much is waiting for the client already. */
    final boolean hasRoom(int bytes) {
        if (fits(bytes)) {
            return true;
        }
        // a burst of one turn is no sign of a slow client: only what the kernel does not take counts
        flushNow();
        return fits(bytes);
    }

    /** A frame larger than the limit fits if nothing else is waiting: else it could never be sent to anybody. */
    private boolean fits(int bytes) {
        ChannelOutboundBuffer out = context().channel().unsafe().outboundBuffer();
        long waiting =
                (out == null ? 0 : out.totalPendingWriteBytes()) + (pending == null ? 0 : pending.readableBytes());
        return waiting == 0 || waiting + bytes <= terms().maxQueueBytes();
    }

    /** Hands over what is queued, and makes the system call. */
    final void flushNow() {
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
        }
    }

    /** Flushes, and tells when all of it is with the kernel. */
    final void flushThen(ChannelFutureListener listener) {
        writePending();
        dirty = false;
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(listener);
    }

    /**
     * Discards what is queued, all but the rest of the buffer of which a part is on the wire already; or nothing, if
     * what is queued is encrypted or with the kernel.
     */
    final void discard() {
        writePending();
        if (!loop().maySendLess()) {
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

    /** Lets go of what was not handed over. */
    final void releasePending() {
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
