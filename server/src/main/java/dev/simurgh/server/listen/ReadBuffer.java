package dev.simurgh.server.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import org.jspecify.annotations.Nullable;

/**
 * The one buffer that all connections of an event loop read into.
 *
 * <p>A loop reads one connection at a time, and what is read has been taken out of the buffer when the next read comes,
 * so it is used again and again. If somebody has kept it, as the HTTP decoder does with half a request, its reference
 * count says so, and another takes its place. One object holds the state of a read for all connections, where Netty's
 * own would cost each of them over 50 bytes. For one thread, as the loop's.
 */
final class ReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int BYTES = 64 << 10;

    private final ReadHandle handle = new ReadHandle();

    @Override
    public ExtendedHandle newHandle() {
        return handle;
    }

    /** Gives the memory back, once the loop has ended. */
    void release() {
        handle.release();
    }

    private final class ReadHandle extends MaxMessageHandle {
        private @Nullable ByteBuf buffer;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf current = buffer;
            if (current == null || current.refCnt() > 1) {
                release();
                current = PooledByteBufAllocator.DEFAULT.directBuffer(BYTES, BYTES);
                buffer = current;
            }
            return current.clear().retain();
        }

        @Override
        public int guess() {
            return BYTES;
        }

        void release() {
            if (buffer != null) {
                buffer.release();
                buffer = null;
            }
        }
    }
}
