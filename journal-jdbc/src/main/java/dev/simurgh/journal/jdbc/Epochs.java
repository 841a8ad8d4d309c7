package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.Position;
import java.security.SecureRandom;

/** Epochs as they are stored, and as positions show them: 48 random bits, which clients see in base 36. */
final class Epochs {
    private static final int BITS = 48;
    private static final int BASE = 36;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What no epoch is. */
    static final long NONE = -1;

    private Epochs() {}

    static long random() {
        return RANDOM.nextLong() >>> (Long.SIZE - BITS);
    }

    static Position position(long epoch, long offset) {
        return new Position(Long.toString(epoch, BASE), offset);
    }

    /** The epoch of a position, or none if it is no epoch of such a store: the text is a client's. */
    static long of(Position position) {
        String text = position.epoch();
        if (text.length() > 10) {
            return NONE;
        }
        long epoch = Long.parseLong(text, BASE);
        return Long.toString(epoch, BASE).equals(text) ? epoch : NONE;
    }
}
