package dev.simurgh.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A message of which a part is here. Only such messages have one; those that come whole are taken from the network's buffer.
 *
 * <p>The array grows as the bytes arrive, so that a header that announces much does not take much, and doubles, so that a
 * message of many pieces is not copied again with each.
 */
final class PartialMessage {
    private static final byte[] NOTHING = {};
    /** Up to this length the array for a frame is made in one piece. */
    private static final int SMALL = 4096;

    private final boolean binary;
    private byte[] bytes = NOTHING;
    private int length;
    private int frames;

    PartialMessage(boolean binary) {
        this.binary = binary;
    }

    boolean isBinary() {
        return binary;
    }

    int length() {
        return length;
    }

    /** Counts one more frame, and returns how many there are. */
    int nextFrame() {
        return ++frames;
    }

    /**
     * Takes some bytes of a frame, and removes the mask from them.
     *
     * @param frameRemaining how many are missing of the frame, with these
     * @param most how long the message can become
     */
    void take(ByteBuf in, int count, int mask, int frameRemaining, int most) {
        int needed = length + count;
        if (needed > bytes.length) {
            int endOfFrame = length + frameRemaining;
            int atOnce = endOfFrame <= SMALL ? endOfFrame : needed;
            bytes = Arrays.copyOf(bytes, Math.min(Math.max(atOnce, 2 * bytes.length), most));
        }
        in.readBytes(bytes, length, count);
        FrameReader.unmask(bytes, length, needed, mask);
        length = needed;
    }

    /** What is here, cut to size: whoever keeps the message keeps the array. */
    byte[] bytes() {
        return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Lets go of what is here; how the message goes on is still of interest. */
    void drop() {
        bytes = NOTHING;
        length = 0;
    }
}
