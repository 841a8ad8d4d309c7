package dev.simurgh.server.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The body of a request, as it comes in: kept for a route that wants it, else only counted. */
final class RequestBody {
    private static final int MOST_THROWN_AWAY = 1 << 20;
    private static final byte[] EMPTY = {};

    private final int most;
    private final boolean wanted;
    private byte[] bytes = EMPTY;
    private int length;

    /**
     * Makes an empty one.
     *
     * @param wanted how many bytes are taken; 0 if none is kept
     */
    RequestBody(int wanted) {
        this.wanted = wanted > 0;
        this.most = wanted > 0 ? wanted : MOST_THROWN_AWAY;
    }

    /** Adds a piece; false if it is too much, and then nothing is kept any more. */
    boolean add(ByteBuf piece) {
        int more = piece.readableBytes();
        if (more > most - length) {
            bytes = EMPTY;
            return false;
        }
        if (wanted && more > 0) {
            int needed = length + more;
            if (needed > bytes.length) {
                // not by the announced length: who announces much need not send it
                bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(needed, 2L * bytes.length)));
            }
            piece.getBytes(piece.readerIndex(), bytes, length, more);
        }
        length += more;
        return true;
    }

    /** Whether a body of that length is not too much. */
    boolean mayBe(long announced) {
        return announced <= most;
    }

    int length() {
        return length;
    }

    /** How many bytes it takes here. */
    int pinnedBytes() {
        return bytes.length;
    }

    byte[] toBytes() {
        if (wanted && bytes.length > length) {
            bytes = Arrays.copyOf(bytes, length);
        }
        return bytes;
    }
}
