package dev.simurgh.netty;

import dev.simurgh.protocol.CloseCode;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of a client apart into messages, by the rules of RFC 6455, sections 5 and 7.
 *
 * <p>Most reads hold whole messages: each is copied once, into an array of its own that is then unmasked where it lies
 * and handed on, and the network's buffer goes back at once. Of a message that is not all there, what came is kept as a
 * {@link PartialMessage}. A frame over the limit is refused by its header. What is kept of an incomplete header or control
 * frame is at most 130 bytes.
 *
 * <p>While the input is {@linkplain #hold held}, what was read already waits as it came: at most the network's buffer and
 * what the handlers before this one had of it, never inflated or taken apart.
 */
abstract class FrameReader extends TimedHandler {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};
    /** What may wait undecoded: a few times what one read brings, with TLS before it. */
    private static final int MOST_HELD = 256 << 10;

    private static final int FIN = 0x80;
    private static final int RESERVED_BITS = 0x70;
    private static final int MASKED = 0x80;
    private static final int HEADER_BYTES = 6;

    private final WebSocketTerms terms;
    private byte @Nullable [] rest;
    private @Nullable PartialMessage partial;
    private int frameRemaining;
    private int mask;
    private boolean inFrame;
    private boolean lastFrame;
    private boolean ignoreMessages;
    private boolean ignoreAll;
    private boolean held;

    FrameReader(WebSocketTerms terms) {
        this.terms = terms;
    }

    final WebSocketTerms terms() {
        return terms;
    }

    /** Takes a whole message; the array is the receiver's. */
    abstract void messageReceived(boolean binary, byte[] bytes, int length);

    abstract void pingReceived(byte[] content);

    void pongReceived(byte[] content) {}

    /** Hears of a ping or a pong, of so many bytes. */
    void controlReceived(int length) {}

    /** Tells whether a frame may have the reserved bits that the first byte of its header has. */
    boolean reservedBitsAgreed(int first) {
        return false;
    }

    /** Takes the content of the client's close frame: nothing more comes. */
    abstract void closeReceived(byte[] content);

    /** The client broke a rule: nothing more comes. */
    abstract void violated(int code, String reason);

    /** More came than may wait while the input is held: the client has ended its side, and pours out what it still had. */
    abstract void overflowed();

    /** Takes nothing apart from the next frame on; what was read already waits. */
    final void hold() {
        held = true;
    }

    /** Takes frames apart again; those that wait, at the next {@link #readHeld} or with what comes next. */
    final void letGo() {
        held = false;
    }

    final boolean isHeld() {
        return held;
    }

    /** Whether something waits that was read already. */
    final boolean hasRest() {
        return rest != null;
    }

    /** Takes apart what waits, as far as it can. */
    final void readHeld() {
        byte[] waiting = rest;
        if (waiting != null && !held) {
            rest = null;
            read(Unpooled.wrappedBuffer(waiting));
        }
    }

    /** From now on only control frames are of interest. */
    final void ignoreMessages() {
        ignoreMessages = true;
        if (partial != null) {
            partial.drop();
        }
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
        while (!ignoreAll && !held && (inFrame ? readPayload(in) : readFrame(in))) {
            // on to the next frame
        }
        if (!ignoreAll && in.isReadable()) {
            rest = new byte[Math.min(MOST_HELD, in.readableBytes())];
            in.readBytes(rest);
            if (in.isReadable()) {
                overflowed(); // only what is held can be so much
            }
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
        if (length + (partial == null ? 0 : partial.length()) > terms.maxMessageBytes()) {
            violate(CloseCode.TOO_BIG, "message over " + terms.maxMessageBytes() + " bytes");
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
        } else if (opcode == FrameWriter.CONTINUATION && partial == null) {
            return "continuation of nothing";
        } else if (opcode != FrameWriter.CONTINUATION && partial != null) {
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
            closeReceived(content);
            return false;
        }
        if (opcode == FrameWriter.PING) {
            pingReceived(content);
        } else {
            pongReceived(content);
        }
        controlReceived(length);
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
        PartialMessage message = partial == null ? new PartialMessage(opcode == FrameWriter.BINARY) : partial;
        partial = message;
        if (message.nextFrame() > terms.maxFragments()) {
            violate(CloseCode.POLICY_VIOLATION, "message in more than " + terms.maxFragments() + " frames");
            return false;
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
        PartialMessage message = partial;
        if (ignoreMessages || message == null) {
            in.skipBytes(length);
        } else if (length > 0) {
            int most = lastFrame ? message.length() + frameRemaining : terms.maxMessageBytes();
            message.take(in, length, mask, frameRemaining, most);
            mask = Integer.rotateLeft(mask, 8 * (length & 3));
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

    private void finishMessage() {
        PartialMessage finished = partial;
        partial = null;
        if (finished != null && !ignoreMessages) {
            messageReceived(finished.isBinary(), finished.bytes(), finished.length());
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
