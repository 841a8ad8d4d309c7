package dev.simurgh.server.carry;

import dev.simurgh.protocol.CloseCode;
import dev.simurgh.server.listen.TimedHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of a client apart into messages, by the rules of RFC 6455, sections 5 and 7.
 *
 * <p>Most reads hold whole messages: each is copied once, into an array of its own that is then unmasked where it lies
 * and handed on, and the network's buffer goes back at once. Of a message that is not all there, only what came is
 * kept: the array grows as the bytes arrive, so that a header that announces much does not take much. A frame over the
 * limit is refused by its header. What is kept of an incomplete header or control frame is at most 130 bytes.
 */
abstract class FrameReader extends TimedHandler {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};
    /** Up to this length the array for a message is made in one piece. */
    private static final int SMALL = 4096;

    private static final int FIN = 0x80;
    private static final int RESERVED_BITS = 0x70;
    private static final int MASKED = 0x80;
    private static final int HEADER_BYTES = 6;

    private final WebSocketTerms terms;
    private byte @Nullable [] rest;
    private byte @Nullable [] message;
    private int messageLength;
    private int frameRemaining;
    private int mask;
    private byte messageOpcode;
    private boolean inFrame;
    private boolean lastFrame;
    private boolean ignoreMessages;
    private boolean ignoreAll;

    FrameReader(WebSocketTerms terms) {
        this.terms = terms;
    }

    final WebSocketTerms terms() {
        return terms;
    }

    /** Takes a whole message; the array is the receiver's. */
    abstract void messageReceived(boolean binary, byte[] bytes, int length);

    abstract void pingReceived(byte[] content);

    /** Tells whether a frame may have the reserved bits that the first byte of its header has. */
    boolean reservedBitsAgreed(int first) {
        return false;
    }

    /** Takes the client's close frame: nothing more comes. The code is the one to answer with. */
    abstract void closeReceived(int answer);

    /** The client broke a rule: nothing more comes. */
    abstract void violated(int code, String reason);

    /** From now on only control frames are of interest. */
    final void ignoreMessages() {
        ignoreMessages = true;
        message = null;
        messageLength = 0;
    }

    /** From now on whatever comes is thrown away. */
    final void ignoreAll() {
        ignoreMessages();
        ignoreAll = true;
        rest = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) {
        if (!(data instanceof ByteBuf in)) {
            ReferenceCountUtil.release(data);
            return;
        }
        try {
            if (rest == null) {
                read(in);
            } else {
                readWithRest(ctx, in);
            }
        } finally {
            in.release();
        }
    }

    private void readWithRest(ChannelHandlerContext ctx, ByteBuf in) {
        byte[] before = rest == null ? NOTHING : rest;
        rest = null;
        ByteBuf joined = ctx.alloc().buffer(before.length + in.readableBytes());
        try {
            read(joined.writeBytes(before).writeBytes(in));
        } finally {
            joined.release();
        }
    }

    private void read(ByteBuf in) {
        while (!ignoreAll && (inFrame ? readPayload(in) : readFrame(in))) {
            // on to the next frame
        }
        if (!ignoreAll && in.isReadable()) {
            rest = new byte[in.readableBytes()];
            in.readBytes(rest);
        }
    }

    /** Reads a frame's header, and what is there of its payload. False: that takes more bytes than there are. */
    private boolean readFrame(ByteBuf in) {
        int at = in.readerIndex();
        int available = in.readableBytes();
        if (available < 2) {
            return false;
        }
        int first = in.getUnsignedByte(at);
        int second = in.getUnsignedByte(at + 1);
        String problem = problem(first, second);
        if (problem != null) {
            violate(CloseCode.PROTOCOL_ERROR, problem);
            return false;
        }
        int shortLength = second & 0x7F;
        int headerBytes = HEADER_BYTES + (shortLength < 126 ? 0 : shortLength == 126 ? 2 : 8);
        if (available < headerBytes) {
            return false;
        }
        long length =
                shortLength < 126 ? shortLength : shortLength == 126 ? in.getUnsignedShort(at + 2) : in.getLong(at + 2);
        if (length < 0 || (shortLength == 126 && length < 126) || (shortLength == 127 && length <= 0xFFFF)) {
            violate(CloseCode.PROTOCOL_ERROR, "length not in its shortest form");
            return false;
        }
        int key = in.getInt(at + headerBytes - 4);
        int opcode = first & 0x0F;
        if (opcode >= FrameWriter.CLOSE) {
            return readControl(in, opcode, headerBytes, (int) length, key);
        }
        if (messageLength + length > terms.maxFrameBytes()) {
            violate(CloseCode.TOO_BIG, "message over " + terms.maxFrameBytes() + " bytes");
            return false;
        }
        in.skipBytes(headerBytes);
        return startFrame(in, opcode, (first & FIN) != 0, (int) length, key);
    }

    /** What is wrong with the first two bytes of a frame. */
    private @Nullable String problem(int first, int second) {
        int opcode = first & 0x0F;
        if ((first & RESERVED_BITS) != 0 && !reservedBitsAgreed(first)) {
            return "reserved bit set";
        }
        if ((second & MASKED) == 0) {
            return "frame not masked";
        }
        if (opcode >= FrameWriter.CLOSE) {
            if (opcode > FrameWriter.PONG) {
                return "reserved opcode " + opcode;
            }
            if ((first & FIN) == 0 || (second & 0x7F) > FrameWriter.MAX_CONTROL_BYTES) {
                return "control frame in fragments, or over 125 bytes";
            }
        } else if (opcode > FrameWriter.BINARY) {
            return "reserved opcode " + opcode;
        } else if (opcode == FrameWriter.CONTINUATION && messageOpcode == 0) {
            return "continuation of nothing";
        } else if (opcode != FrameWriter.CONTINUATION && messageOpcode != 0) {
            return "new message inside a message in fragments";
        }
        return null;
    }

    private boolean readControl(ByteBuf in, int opcode, int headerBytes, int length, int key) {
        if (in.readableBytes() < headerBytes + length) {
            return false;
        }
        in.skipBytes(headerBytes);
        byte[] content = new byte[length];
        in.readBytes(content);
        unmask(content, 0, length, key);
        if (opcode == FrameWriter.CLOSE) {
            ignoreAll();
            closeReceived(CloseFrames.answerTo(content));
            return false;
        }
        if (opcode == FrameWriter.PING) {
            pingReceived(content);
        }
        return true;
    }

    private boolean startFrame(ByteBuf in, int opcode, boolean last, int length, int key) {
        if (last && opcode != FrameWriter.CONTINUATION && in.readableBytes() >= length && !ignoreMessages) {
            byte[] bytes = new byte[length];
            in.readBytes(bytes);
            unmask(bytes, 0, length, key);
            messageReceived(opcode == FrameWriter.BINARY, bytes, length);
            return true;
        }
        if (opcode != FrameWriter.CONTINUATION) {
            messageOpcode = (byte) opcode;
        }
        inFrame = true;
        lastFrame = last;
        frameRemaining = length;
        mask = key;
        return readPayload(in);
    }

    /** Reads what is there of a frame's payload. False: some is missing. */
    private boolean readPayload(ByteBuf in) {
        int length = Math.min(frameRemaining, in.readableBytes());
        if (ignoreMessages) {
            in.skipBytes(length);
        } else if (length > 0) {
            byte[] into = room(length);
            in.readBytes(into, messageLength, length);
            unmask(into, messageLength, messageLength + length, mask);
            mask = Integer.rotateLeft(mask, 8 * (length & 3));
            messageLength += length;
        }
        frameRemaining -= length;
        if (frameRemaining > 0) {
            return false;
        }
        inFrame = false;
        if (lastFrame) {
            finishMessage();
        }
        return true;
    }

    private byte[] room(int length) {
        byte[] bytes = message == null ? NOTHING : message;
        int needed = messageLength + length;
        if (needed > bytes.length) {
            int known = messageLength + frameRemaining;
            bytes = Arrays.copyOf(bytes, known <= SMALL ? known : Math.max(needed, Math.min(known, 2 * bytes.length)));
            message = bytes;
        }
        return bytes;
    }

    private void finishMessage() {
        boolean binary = messageOpcode == FrameWriter.BINARY;
        byte[] bytes = message == null ? NOTHING : message;
        int length = messageLength;
        message = null;
        messageLength = 0;
        messageOpcode = 0;
        if (!ignoreMessages) {
            messageReceived(binary, bytes, length);
        }
    }

    /** Ends the conversation: the client broke a rule. */
    final void violate(int code, String reason) {
        ignoreAll();
        violated(code, reason);
    }

    /** Removes the mask, RFC 6455 section 5.3, eight bytes at a time. */
    static void unmask(byte[] bytes, int from, int to, int mask) {
        if (mask == 0) {
            return;
        }
        long wide = (long) mask << 32 | (mask & 0xFFFF_FFFFL);
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ wide);
        }
        for (int shift = 24; i < to; i++, shift -= 8) {
            bytes[i] ^= (byte) (mask >>> (shift & 24));
        }
    }
}
