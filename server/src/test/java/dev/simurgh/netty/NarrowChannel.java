package dev.simurgh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** A channel whose other side takes as many bytes as the test says. */
final class NarrowChannel extends EmbeddedChannel {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int room;

    /** Has the other side take so many bytes of what waits, or of what comes. */
    void take(int bytes) {
        room += bytes;
        flush();
    }

    int taken() {
        return taken.size();
    }

    /** Whether the last that was taken is a close frame with this code and reason. */
    boolean endsWithClose(int code, String reason) {
        HexFormat hex = HexFormat.of();
        return hex.formatHex(taken.toByteArray())
                .endsWith("88" + hex.toHexDigits((byte) (reason.length() + 2))
                        + hex.formatHex(FrameWriter.closeContent(code, reason)));
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        while (in.current() instanceof ByteBuf first) {
            int length = Math.min(room, first.readableBytes());
            if (length == 0 && first.isReadable()) {
                return;
            }
            byte[] bytes = new byte[length];
            first.getBytes(first.readerIndex(), bytes);
            taken.writeBytes(bytes);
            room -= length;
            in.removeBytes(length);
        }
    }
}
