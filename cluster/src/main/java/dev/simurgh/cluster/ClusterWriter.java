package dev.simurgh.cluster;

import java.util.Arrays;

/** Writes the body of one message. Grows if the expected size was too small. */
final class ClusterWriter {
    private byte[] array;
    private int end = ClusterMessage.HEADER_BYTES;

    ClusterWriter(int expectedBytes) {
        array = new byte[ClusterMessage.HEADER_BYTES + expectedBytes];
    }

    ClusterWriter u8(int value) {
        room(1);
        array[end++] = (byte) value;
        return this;
    }

    ClusterWriter u16(int value) {
        return u8(value >> 8).u8(value);
    }

    /** Seven bits a byte, the lowest first; all but the last byte have the high bit set. */
    ClusterWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            u8((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    /** Bytes behind their length. */
    ClusterWriter field(byte[] bytes) {
        return varint(bytes.length).rest(bytes, 0, bytes.length);
    }

    ClusterWriter rest(byte[] from, int offset, int length) {
        room(length);
        System.arraycopy(from, offset, array, end, length);
        end += length;
        return this;
    }

    /** What was written, without a header: a part of another body. */
    byte[] body() {
        return Arrays.copyOfRange(array, ClusterMessage.HEADER_BYTES, end);
    }

    byte[] finish(int kind) {
        int length = end - ClusterMessage.HEADER_BYTES;
        array[0] = (byte) kind;
        for (int i = 0; i < 4; i++) {
            array[1 + i] = (byte) (length >> (24 - 8 * i));
        }
        return end == array.length ? array : Arrays.copyOf(array, end);
    }

    private void room(int bytes) {
        if (end + bytes > array.length) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, end + bytes));
        }
    }
}
