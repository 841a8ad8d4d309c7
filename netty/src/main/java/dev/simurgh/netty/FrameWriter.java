package dev.simurgh.netty;

import dev.simurgh.protocol.Frame;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Writes frames as a server sends them: whole messages, unmasked.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, section 5.2</a>
 */
final class FrameWriter {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** The longest header of a frame that is not masked. */
    static final int MAX_HEADER_BYTES = 10;
    /** The most that a control frame may hold. */
    static final int MAX_CONTROL_BYTES = 125;

    private static final int FIN = 0x80;

    private FrameWriter() {}

    static void write(ByteBuf out, Frame frame) {
        write(out, frame.binary() ? BINARY : TEXT, frame.bytes());
    }

    static void write(ByteBuf out, int opcode, byte[] content) {
        int length = content.length;
        if (length <= 125) {
            out.writeShort((FIN | opcode) << 8 | length);
        } else if (length <= 0xFFFF) {
            out.writeInt((FIN | opcode) << 24 | 126 << 16 | length);
        } else {
            out.writeShort((FIN | opcode) << 8 | 127).writeLong(length);
        }
        out.writeBytes(content);
    }

    /** The content of a close frame; the reason is cut to what fits, between two characters. */
    static byte[] closeContent(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_CONTROL_BYTES - 2);
        while (length < text.length && length > 0 && (text[length] & 0xC0) == 0x80) {
            length--;
        }
        byte[] content = new byte[2 + length];
        content[0] = (byte) (code >> 8);
        content[1] = (byte) code;
        System.arraycopy(text, 0, content, 2, length);
        return content;
    }
}
