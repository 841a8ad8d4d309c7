package dev.simurgh.presence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes what one node tells another. Grows as needed. */
final class MessageWriter {
    private byte[] array;
    private int end;

    MessageWriter(int expectedBytes) {
        array = new byte[expectedBytes];
    }

    MessageWriter u8(int value) {
        room(1);
        array[end++] = (byte) value;
        return this;
    }

    /** A number that is not negative: seven bits a byte, the lowest first; all but the last byte have the high bit set. */
    MessageWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            u8((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    /** Bytes behind their length. */
    MessageWriter field(byte[] bytes) {
        return field(bytes, bytes.length);
    }

    MessageWriter text(String text) {
        return field(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What another has written, behind its length. */
    MessageWriter field(MessageWriter other) {
        return field(other.array, other.end);
    }

    private MessageWriter field(byte[] bytes, int length) {
        varint(length);
        room(length);
        System.arraycopy(bytes, 0, array, end, length);
        end += length;
        return this;
    }

    /** Begins anew. */
    MessageWriter clear() {
        end = 0;
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(array, end);
    }

    private void room(int bytes) {
        if (bytes > array.length - end) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, end + bytes));
        }
    }
}
