package dev.simurgh.netty;

import dev.simurgh.protocol.Frame;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses and inflates messages for the connections of one event loop, with the memory that they share: the room for
 * results, and the (de)flaters of those whose messages do not refer to earlier ones. For one thread, as the loop's.
 *
 * <p>zlib in the JDK has one size of window, 32 KiB. To a client that can look back less far, a message goes in pieces
 * of its window's size, and after each the compressor forgets what was before.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7.2">RFC 7692, section 7.2</a>
 */
final class Compression {
    /** The result when a message is, or claims to become, larger than it may. */
    static final int TOO_BIG = -1;

    /** What ends a flush; it is not sent. */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final byte[] EMPTY_MESSAGE = {0};
    /** Up to this size a message may be inflated from however little. */
    private static final int UNSUSPICIOUS = 64 << 10;

    private static final int ROOM = 16 << 10;
    /** zlib repeats its marker if it has less room than this for it. */
    private static final int LEAST_ROOM = 64;

    private byte[] room = new byte[ROOM];
    private @Nullable Deflater deflater;
    private @Nullable Inflater inflater;
    private @Nullable Frame lastShared;
    private byte[] lastCompressed = EMPTY_MESSAGE;

    static Deflater newDeflater() {
        return new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    }

    static Inflater newInflater() {
        return new Inflater(true);
    }

    /** Compresses a message that may refer to what the deflater has seen before. */
    byte[] deflate(Deflater own, byte[] content) {
        return content.length == 0
                ? EMPTY_MESSAGE
                : message(piece(own, content, 0, content.length, 0, Deflater.SYNC_FLUSH));
    }

    /** Compresses a message by itself, with a window of so many bits. */
    byte[] deflateAlone(byte[] content, int windowBits) {
        if (content.length == 0) {
            return EMPTY_MESSAGE;
        }
        Deflater shared = deflater == null ? newDeflater() : deflater;
        deflater = shared;
        shared.reset();
        int step = windowBits == DeflateTerms.MAX_WINDOW_BITS ? content.length : 1 << windowBits;
        int length = 0;
        for (int from = 0; from < content.length; from += step) {
            length = piece(shared, content, from, Math.min(step, content.length - from), length, Deflater.FULL_FLUSH);
        }
        return message(length);
    }

    /** Compresses a message by itself, once for all that get the same one in a row. */
    @SuppressWarnings("ReferenceEquality") // equals would compare every byte
    byte[] deflateShared(Frame frame) {
        if (frame != lastShared) {
            lastCompressed = deflateAlone(frame.bytes(), DeflateTerms.MAX_WINDOW_BITS);
            lastShared = frame;
        }
        return lastCompressed;
    }

    private int piece(Deflater with, byte[] content, int from, int length, int at, int flush) {
        with.setInput(content, from, length);
        int end = at;
        while (true) {
            if (room.length - end < LEAST_ROOM) {
                room = Arrays.copyOf(room, 2 * room.length);
            }
            int free = room.length - end;
            int written = with.deflate(room, end, free, flush);
            end += written;
            if (written < free) {
                return end;
            }
        }
    }

    private byte[] message(int length) {
        byte[] message = Arrays.copyOf(room, length - TAIL.length);
        tidy();
        return message;
    }

    /** The one for messages that do not refer to those before, ready for the next. */
    Inflater inflaterAlone() {
        Inflater shared = inflater == null ? newInflater() : inflater;
        inflater = shared;
        shared.reset();
        return shared;
    }

    /**
     * Inflates a message, for {@link #inflated} to be asked for.
     *
     * @param ratio how many times its size it may inflate to, if that is more than 64 KiB
     * @return the length, or {@link #TOO_BIG} as soon as it is over the limit or grows suspiciously
     */
    int inflate(Inflater with, byte[] bytes, int length, int limit, int ratio) throws DataFormatException {
        int allowed = (int) Math.min(limit, Math.max(UNSUSPICIOUS, (long) length * ratio));
        int end = inflateMore(with, bytes, length, 0, allowed);
        return end == TOO_BIG ? TOO_BIG : inflateMore(with, TAIL, TAIL.length, end, allowed);
    }

    private int inflateMore(Inflater with, byte[] bytes, int length, int at, int allowed) throws DataFormatException {
        with.setInput(bytes, 0, length);
        int end = at;
        while (true) {
            if (end == room.length) {
                room = Arrays.copyOf(room, 2 * room.length);
            }
            int free = room.length - end;
            int written = with.inflate(room, end, free);
            end += written;
            if (end > allowed) {
                return TOO_BIG;
            }
            if (with.finished()) {
                // a sender may end the stream, and goes on with a new one: RFC 7692, section 7.2.3.4
                int rest = with.getRemaining();
                with.reset();
                if (rest == 0) {
                    return end;
                }
                with.setInput(bytes, length - rest, rest);
            } else if (written < free) {
                return end;
            }
        }
    }

    /** The message that was just inflated. */
    byte[] inflated(int length) {
        byte[] message = Arrays.copyOf(room, length);
        tidy();
        return message;
    }

    private void tidy() {
        if (room.length > UNSUSPICIOUS) {
            room = new byte[ROOM];
        }
    }

    /** Forgets the last message that many got. */
    void forgetShared() {
        lastShared = null;
        lastCompressed = EMPTY_MESSAGE;
    }

    /** Gives all memory back, once the loop has ended. */
    void release() {
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
