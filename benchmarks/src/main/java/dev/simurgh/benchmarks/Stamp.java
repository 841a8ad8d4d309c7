package dev.simurgh.benchmarks;

import java.util.Arrays;

/**
 * What a push carries, so that its deliveries can be told apart and timed: {@code {"t":1234,"p":"00002a000000000fxxx"}}, which is the time
 * it was due, in nanoseconds, then six hexadecimal digits for the publisher and ten for its sequence number, and filling.
 *
 * <p>Servers may decode and encode the object anew, so its keys may come back in another order.
 */
final class Stamp {
    static final int LENGTH = 16;

    private static final int PUBLISHER_DIGITS = 6;
    private static final byte[] TIME_KEY = {'"', 't', '"', ':'};
    private static final byte[] STAMP_KEY = {'"', 'p', '"', ':'};

    private long time;
    private int publisher;
    private long sequence;

    long time() {
        return time;
    }

    int publisher() {
        return publisher;
    }

    long sequence() {
        return sequence;
    }

    /** Reads a stamp; returns false if there is none. */
    boolean read(byte[] in, int from, int to) {
        int at = after(TIME_KEY, in, from, to);
        int quote = after(STAMP_KEY, in, from, to);
        int stamp = quote + 1;
        if (at < 0 || quote < 0 || in[quote] != '"' || stamp + LENGTH > to) {
            return false;
        }
        time = Envelope.number(in, at, to);
        long who = hex(in, stamp, PUBLISHER_DIGITS);
        sequence = hex(in, stamp + PUBLISHER_DIGITS, LENGTH - PUBLISHER_DIGITS);
        publisher = (int) who;
        return who >= 0 && sequence >= 0;
    }

    /** Finds a key, and returns where its value begins, or -1. */
    static int after(byte[] key, byte[] in, int from, int to) {
        for (int i = from; i + key.length < to; i++) {
            if (in[i] == key[0] && in[i + 1] == key[1] && Arrays.equals(in, i, i + key.length, key, 0, key.length)) {
                int at = i + key.length;
                while (at < to - 1 && in[at] == ' ') {
                    at++;
                }
                return at;
            }
        }
        return -1;
    }

    private static long hex(byte[] in, int from, int digits) {
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(in[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    static void putHex(byte[] out, int at, long value, int digits) {
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            out[i] = (byte) Character.forDigit((int) (rest & 15), 16);
            rest >>>= 4;
        }
    }
}
