package dev.simurgh.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Finds the ends of JSON strings, numbers and literals, checking them on the way. Every method returns the place after the token, or the
 * complement ({@code ~}) of the place where it is broken.
 *
 * <p>Inside strings, where most bytes of a message are, eight bytes are looked at together. Subtracting 1 from each byte of a {@code long}
 * sets the top bit of those that were 0, so {@code word ^ quotes} shows quotes, and likewise for backslashes; subtracting 0x20 shows
 * control characters; bytes beyond ASCII have their top bit set already. Borrows disturb only bytes above the first hit, and the first
 * is all that is asked for (Warren, Hacker's Delight, section 6-1). UTF-8 is checked where a byte beyond ASCII turns up.
 */
final class JsonTokens {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;

    // A number with fewer digits before its point, and in its exponent, is far from the largest double.
    private static final int SHORT_INTEGER = 200;
    private static final int SHORT_EXPONENT = 2;

    private static final byte[] QUESTION_MARK = {'0', '0', '3', 'F'}; // as an escape has it

    private JsonTokens() {}

    /** Passes the string whose opening quote is at {@code at}. */
    static int endOfString(byte[] bytes, int at, int end) {
        int pos = endOfPlain(bytes, at + 1, end);
        while (pos < end) {
            byte b = bytes[pos];
            if (b == '"') {
                return pos + 1;
            }
            int length = b == '\\' ? escapeLength(bytes, pos, end) : b < 0 ? Utf8.characterLength(bytes, pos, end) : 0;
            if (length == 0) {
                return ~pos;
            }
            pos = endOfPlain(bytes, pos + length, end);
        }
        return ~pos;
    }

    /** Returns the first place that is no plain character: a quote, a backslash, a control character, beyond ASCII, or the end. */
    static int endOfPlain(byte[] bytes, int from, int end) {
        int pos = from;
        while (pos <= end - Long.BYTES) {
            long word = (long) WORD.get(bytes, pos);
            long hits = zeros(word ^ ONES * '"') | zeros(word ^ ONES * '\\') | (word - ONES * ' ') | word;
            hits &= TOPS;
            if (hits != 0) {
                return pos + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
            pos += Long.BYTES;
        }
        while (pos < end && bytes[pos] >= ' ' && bytes[pos] != '"' && bytes[pos] != '\\') {
            pos++;
        }
        return pos;
    }

    /** Sets the top bit of the lowest byte that is zero, if any; bits above it mean nothing. */
    private static long zeros(long word) {
        return (word - ONES) & ~word;
    }

    private static int escapeLength(byte[] bytes, int at, int end) {
        if (end - at < 2) {
            return 0;
        }
        return switch (bytes[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> unicodeEscapeLength(bytes, at, end);
            default -> 0;
        };
    }

    /** Half of a surrogate pair is no character, and has no form in UTF-8. */
    private static int unicodeEscapeLength(byte[] bytes, int at, int end) {
        int unit = unicodeEscape(bytes, at, end);
        if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) {
            return unit < 0 ? 0 : 6;
        }
        int next = unicodeEscape(bytes, at + 6, end);
        return unit <= Character.MAX_HIGH_SURROGATE
                        && next >= Character.MIN_LOW_SURROGATE
                        && next <= Character.MAX_LOW_SURROGATE
                ? 12
                : 0;
    }

    /**
     * Makes question marks of the halves of surrogate pairs that a codec has escaped, in place: a reader that is strict would refuse the whole
     * message, and texts that were cut in the middle of a character are common.
     */
    static void replaceHalfPairs(byte[] json) {
        int end = json.length;
        for (int pos = indexOfBackslash(json, 0); pos < end; pos = indexOfBackslash(json, pos)) {
            int length = escapeLength(json, pos, end);
            if (length == 0 && unicodeEscape(json, pos, end) >= 0) {
                System.arraycopy(QUESTION_MARK, 0, json, pos + 2, QUESTION_MARK.length);
            }
            pos += Math.max(length, 2);
        }
    }

    private static int indexOfBackslash(byte[] bytes, int from) {
        int pos = from;
        while (pos <= bytes.length - Long.BYTES) {
            long hits = zeros((long) WORD.get(bytes, pos) ^ ONES * '\\') & TOPS;
            if (hits != 0) {
                return pos + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
            pos += Long.BYTES;
        }
        while (pos < bytes.length && bytes[pos] != '\\') {
            pos++;
        }
        return pos;
    }

    private static int unicodeEscape(byte[] bytes, int at, int end) {
        return end - at >= 6 && bytes[at] == '\\' && bytes[at + 1] == 'u' ? JsonText.hex(bytes, at + 2) : -1;
    }

    /**
     * Passes the number that begins at {@code at} with a digit or a minus. One that is broken in itself, because no double can hold it, is
     * broken at its beginning: most readers of JSON would take it for infinity, which has no form in JSON.
     */
    static int endOfNumber(byte[] bytes, int at, int end) {
        int pos = bytes[at] == '-' ? at + 1 : at;
        pos = is(bytes, pos, end, '0') ? pos + 1 : endOfDigits(bytes, pos, end);
        int integer = pos - at;
        if (pos >= 0 && is(bytes, pos, end, '.')) {
            pos = endOfDigits(bytes, pos + 1, end);
        }
        int exponent = 0;
        if (pos >= 0 && (is(bytes, pos, end, 'e') || is(bytes, pos, end, 'E'))) {
            int digits = is(bytes, pos + 1, end, '+') || is(bytes, pos + 1, end, '-') ? pos + 2 : pos + 1;
            pos = endOfDigits(bytes, digits, end);
            exponent = pos - digits;
        }
        boolean mayBeTooBig = exponent > SHORT_EXPONENT || (integer > SHORT_INTEGER && pos - at > integer);
        return pos >= 0 && mayBeTooBig && isInfinite(bytes, at, pos) ? ~at : pos;
    }

    private static boolean isInfinite(byte[] bytes, int from, int to) {
        return Double.isInfinite(Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)));
    }

    private static boolean is(byte[] bytes, int at, int end, char c) {
        return at < end && bytes[at] == c;
    }

    private static int endOfDigits(byte[] bytes, int from, int end) {
        int pos = from;
        while (pos < end && bytes[pos] >= '0' && bytes[pos] <= '9') {
            pos++;
        }
        return pos == from ? ~pos : pos;
    }

    /** Passes the given literal at {@code at}. */
    static int endOfLiteral(byte[] bytes, int at, int end, byte[] literal) {
        for (int i = 0; i < literal.length; i++) {
            if (at + i == end || bytes[at + i] != literal[i]) {
                return ~(at + i);
            }
        }
        return at + literal.length;
    }
}
