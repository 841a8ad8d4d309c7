package dev.simurgh.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds the messages that one connection sends in a turn, so that they go out in one write: as masked frames, or as lines. One for each
 * event loop; it is empty between turns.
 */
final class Outbox {
    static final int TEXT = 1;
    static final int PONG = 10;

    private static final int MAX_HEADER = 14;
    /** What a push has besides its ref, topic, event, time and filling. */
    private static final int MAX_PUSH_REST = 64;

    private final boolean frames;
    private byte[] bytes = new byte[4096];
    private int length;
    private int mask = 0x2545f491;

    /** Makes one for frames, or for lines. */
    Outbox(boolean frames) {
        this.frames = frames;
    }

    /** Adds a frame. */
    void frame(int opcode, byte[] content, int from, int to) {
        int start = begin(opcode, to - from);
        put(content, from, to);
        end(start);
    }

    /** Adds a text frame. */
    void text(String content) {
        byte[] utf8 = content.getBytes(StandardCharsets.UTF_8);
        frame(TEXT, utf8, 0, utf8.length);
    }

    /** Adds {@code ["1",ref,topic,event,{"t":time,"p":stamp and filling}]}. */
    void push(long ref, byte[] topic, byte[] event, long time, int publisher, long sequence, byte[] filling) {
        int size = 28 + digits(ref) + topic.length + event.length + digits(time) + Stamp.LENGTH + filling.length;
        int start = begin(TEXT, size);
        ascii("[\"1\",\"");
        number(ref);
        ascii("\",\"");
        put(topic, 0, topic.length);
        ascii("\",\"");
        put(event, 0, event.length);
        ascii("\",{\"t\":");
        number(time);
        ascii(",\"p\":\"");
        Stamp.putHex(bytes, length, publisher, Stamp.LENGTH - 10);
        Stamp.putHex(bytes, length + Stamp.LENGTH - 10, sequence, 10);
        length += Stamp.LENGTH;
        put(filling, 0, filling.length);
        ascii("\"}]");
        if (length - start != size) {
            throw new IllegalStateException("push of " + (length - start) + " bytes (expected: " + size + ")");
        }
        end(start);
    }

    /** Sends what was added. */
    @SuppressWarnings("FutureReturnValueIgnored") // failures come as exceptions of the connection
    void flushTo(Channel channel) {
        if (length > 0) {
            ByteBuf buffer = channel.alloc().directBuffer(length).writeBytes(bytes, 0, length);
            length = 0;
            channel.writeAndFlush(buffer, channel.voidPromise());
        }
    }

    int length() {
        return length;
    }

    /** Moves what was added behind what is there, and returns where it ends now. */
    int moveTo(byte[] there, int end) {
        System.arraycopy(bytes, 0, there, end, length);
        int newEnd = end + length;
        length = 0;
        return newEnd;
    }

    /** Throws away what was added for a connection that has ended. */
    void clear() {
        length = 0;
    }

    /** Writes the header, and returns where the content begins. */
    private int begin(int opcode, int size) {
        if (bytes.length < length + size + MAX_HEADER + MAX_PUSH_REST) {
            bytes = Arrays.copyOf(bytes, 2 * (length + size) + MAX_HEADER + MAX_PUSH_REST);
        }
        if (!frames) {
            return length;
        }
        bytes[length++] = (byte) (0x80 | opcode);
        if (size < 126) {
            bytes[length++] = (byte) (0x80 | size);
        } else if (size < 1 << 16) {
            bytes[length++] = (byte) (0x80 | 126);
            bytes[length++] = (byte) (size >> 8);
            bytes[length++] = (byte) size;
        } else {
            bytes[length++] = (byte) (0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes[length++] = (byte) ((long) size >> shift);
            }
        }
        mask ^= mask << 13;
        mask ^= mask >>> 17;
        mask ^= mask << 5;
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (mask >> shift);
        }
        return length;
    }

    private void end(int start) {
        if (!frames) {
            bytes[length++] = '\n';
            return;
        }
        for (int i = start; i < length; i++) {
            bytes[i] ^= (byte) (mask >> (24 - 8 * ((i - start) & 3)));
        }
    }

    private void put(byte[] from, int start, int end) {
        System.arraycopy(from, start, bytes, length, end - start);
        length += end - start;
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    private void number(long value) {
        int count = digits(value);
        long rest = value;
        for (int i = length + count - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
    }

    private static int digits(long value) {
        int count = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            count++;
        }
        return count;
    }
}
