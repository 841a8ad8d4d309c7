package dev.simurgh.conformance;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A WebSocket frame as it stands on the wire (RFC 6455, section 5.2), legal or not. */
final class WireFrame {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;

    private static final List<String> KINDS =
            List.of("continuation", "text", "binary", "", "", "", "", "", "close", "ping", "pong");
    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final boolean fin;
    private final int rsv;
    private final int opcode;
    private final byte[] payload;

    WireFrame(boolean fin, int rsv, int opcode, byte[] payload) {
        this.fin = fin;
        this.rsv = rsv;
        this.opcode = opcode;
        this.payload = payload.clone();
    }

    static WireFrame close(Optional<Integer> code, String reason) {
        if (code.isEmpty()) {
            return new WireFrame(true, 0, CLOSE, new byte[0]);
        }
        // a reason that was not UTF-8 stands in the recording as U+FFFD; the byte was lost, any such byte will do
        byte[] text = reason.equals("\uFFFD") ? new byte[] {(byte) 0xff} : reason.getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(2 + text.length)
                .putShort((short) (int) code.get())
                .put(text);
        return new WireFrame(true, 0, CLOSE, payload.array());
    }

    static int opcode(String kind) {
        return kind.startsWith("opcode-") ? Integer.parseInt(kind.substring("opcode-".length())) : KINDS.indexOf(kind);
    }

    int opcode() {
        return opcode;
    }

    int rsv() {
        return rsv;
    }

    byte[] payload() {
        return payload.clone();
    }

    String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The code of a close frame; empty if it has none. */
    Optional<Integer> code() {
        return payload.length < 2
                ? Optional.empty()
                : Optional.of(ByteBuffer.wrap(payload).getShort() & 0xffff);
    }

    /** The reason of a close frame. */
    String reason() {
        return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }

    /** Reads the next frame; empty at the end of the stream. */
    static Optional<WireFrame> read(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        int second = in.readUnsignedByte();
        long length = switch (second & 0x7f) {
            case 126 -> in.readUnsignedShort();
            case 127 -> in.readLong();
            default -> second & 0x7f;
        };
        boolean masked = (second & 0x80) != 0;
        byte[] mask = masked ? in.readNBytes(4) : new byte[4];
        byte[] payload = in.readNBytes(Math.toIntExact(length));
        if (payload.length < length) {
            throw new EOFException("frame of " + length + " bytes, cut off after " + payload.length);
        }
        return Optional.of(new WireFrame((first & 0x80) != 0, (first >> 4) & 7, first & 0xf, xor(payload, mask)));
    }

    byte[] encode(boolean masked) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((fin ? 0x80 : 0) | rsv << 4 | opcode);
        int maskBit = masked ? 0x80 : 0;
        if (payload.length < 126) {
            out.write(maskBit | payload.length);
        } else if (payload.length < 0x10000) {
            out.write(maskBit | 126);
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            out.write(maskBit | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        if (masked) {
            out.writeBytes(MASK);
        }
        out.writeBytes(masked ? xor(payload, MASK) : payload);
        return out.toByteArray();
    }

    boolean same(WireFrame other) {
        return fin == other.fin && rsv == other.rsv && opcode == other.opcode && Arrays.equals(payload, other.payload);
    }

    String show() {
        String kind = opcode < KINDS.size() && !KINDS.get(opcode).isEmpty() ? KINDS.get(opcode) : "opcode-" + opcode;
        String what = switch (opcode) {
            case TEXT -> rsv == 0 ? text() : HexFormat.of().formatHex(payload);
            case CLOSE -> code().map(String::valueOf).orElse("without a code") + " " + reason();
            default -> HexFormat.of().formatHex(payload);
        };
        String flags = (fin ? "" : " without fin") + (rsv == 0 ? "" : " rsv " + rsv);
        return (kind + flags + " " + what).strip();
    }

    private static byte[] xor(byte[] bytes, byte[] mask) {
        byte[] result = bytes.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= mask[i % 4];
        }
        return result;
    }
}
