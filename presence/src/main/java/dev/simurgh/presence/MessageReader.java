package dev.simurgh.presence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what another node has written. Each length is checked before anything is allocated. */
final class MessageReader {
    private static final int MAX_VARINT_BYTES = 9; // so that no number is negative

    /** What has come is no message. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String what) {
            super(what, null, false, false);
        }
    }

    private final byte[] array;
    private final int end;
    private int at;

    MessageReader(byte[] array) {
        this(array, 0, array.length);
    }

    private MessageReader(byte[] array, int from, int end) {
        this.array = array;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    int u8() throws MalformedException {
        if (at == end) {
            throw new MalformedException("it ends early");
        }
        return array[at++] & 0xff;
    }

    long varint() throws MalformedException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = u8();
            value |= (next & 0x7fL) << (7 * i);
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new MalformedException("a number of more than " + MAX_VARINT_BYTES + " bytes");
    }

    byte[] field() throws MalformedException {
        int length = length();
        at += length;
        return Arrays.copyOfRange(array, at - length, at);
    }

    String text() throws MalformedException {
        int length = length();
        at += length;
        return new String(array, at - length, length, StandardCharsets.UTF_8);
    }

    /** A field, to be read by itself: what of it is not known need not be read. */
    MessageReader part() throws MalformedException {
        int length = length();
        at += length;
        return new MessageReader(array, at - length, at);
    }

    private int length() throws MalformedException {
        long length = varint();
        if (length > end - at) {
            throw new MalformedException("a field of " + length + " bytes where " + (end - at) + " are left");
        }
        return (int) length;
    }
}
