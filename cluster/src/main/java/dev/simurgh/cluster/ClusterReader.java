package dev.simurgh.cluster;

import java.util.Arrays;

/** Reads messages out of what has come over a link. Each bound is checked before anything is allocated. */
final class ClusterReader {
    private static final int MAX_VARINT_BYTES = 9;
    private static final ClusterReader NOTHING = new ClusterReader(new byte[0], 0, 0);

    /** What has come is no message. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String what) {
            super(what, null, false, false);
        }
    }

    private final byte[] array;
    private final int end;
    private int at;
    private int bodyEnd;

    ClusterReader(byte[] array, int offset, int length) {
        this.array = array;
        this.at = offset;
        this.end = offset + length;
        this.bodyEnd = offset;
    }

    /** Goes to the next message, past what of the last one was not read; returns its kind, or -1 at the end. */
    int next() throws Malformed {
        at = bodyEnd;
        if (at == end) {
            return -1;
        }
        if (end - at < ClusterMessage.HEADER_BYTES) {
            throw new Malformed("a header of " + (end - at) + " bytes");
        }
        int kind = array[at] & 0xff;
        int length = 0;
        for (int i = 1; i < ClusterMessage.HEADER_BYTES; i++) {
            length = (length << 8) | (array[at + i] & 0xff);
        }
        at += ClusterMessage.HEADER_BYTES;
        if (length < 0 || length > end - at) {
            throw new Malformed("a length of " + (length & 0xffff_ffffL) + " where " + (end - at) + " bytes are left");
        }
        bodyEnd = at + length;
        return kind;
    }

    boolean hasMore() {
        return at < bodyEnd;
    }

    int u8() throws Malformed {
        need(1);
        return array[at++] & 0xff;
    }

    int u16() throws Malformed {
        return (u8() << 8) | u8();
    }

    long varint() throws Malformed {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = u8();
            value |= (next & 0x7fL) << (7 * i);
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new Malformed("a number of more than " + MAX_VARINT_BYTES + " bytes");
    }

    String text() throws Malformed {
        int length = fieldLength("a text");
        String text = Texts.decode(array, at, length);
        at += length;
        return text;
    }

    private int fieldLength(String what) throws Malformed {
        long length = varint();
        if (length > bodyEnd - at) {
            throw new Malformed(what + " of " + length + " bytes where " + (bodyEnd - at) + " are left");
        }
        return (int) length;
    }

    /** The extras of a message: a reader of their own, in which {@link #hasMore} tells whether there is another {@link #extra}. */
    ClusterReader extras() throws Malformed {
        return part("extras");
    }

    /** What an extra has, behind its tag; of one that is not known it need not be read. */
    ClusterReader extra() throws Malformed {
        return part("an extra");
    }

    private ClusterReader part(String what) throws Malformed {
        int length = fieldLength(what);
        if (length == 0) {
            return NOTHING; // what most broadcasts have shall not cost an object each
        }
        ClusterReader part = new ClusterReader(array, at, length);
        part.bodyEnd = at + length;
        at += length;
        return part;
    }

    /** The rest of the body, as a text. */
    String restAsText() {
        String text = Texts.decode(array, at, bodyEnd - at);
        at = bodyEnd;
        return text;
    }

    /** The rest of the body, copied. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(array, at, bodyEnd);
        at = bodyEnd;
        return rest;
    }

    private void need(int bytes) throws Malformed {
        if (bodyEnd - at < bytes) {
            throw new Malformed("a body that ends early");
        }
    }
}
