package dev.simurgh.protocol;

/**
 * Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF, nothing cut short.
 *
 * @see <a href="https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf">Unicode 15, table 3-7</a>
 */
public final class Utf8 {
    private Utf8() {}

    /** Returns the length in bytes of the character that begins at {@code pos}, or 0 if it is ill-formed. */
    static int characterLength(byte[] bytes, int pos, int end) {
        int lead = bytes[pos] & 0xFF;
        if (lead < 0x80) {
            return 1;
        }
        int length = lengthByLead(lead);
        if (length == 0 || end - pos < length) {
            return 0;
        }
        int second = bytes[pos + 1] & 0xFF;
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return 0;
        }
        for (int i = pos + 2; i < pos + length; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    private static int lengthByLead(int lead) {
        if (lead < 0xC2) {
            return 0;
        }
        if (lead < 0xE0) {
            return 2;
        }
        if (lead < 0xF0) {
            return 3;
        }
        return lead < 0xF5 ? 4 : 0;
    }

    /** Tells whether a slice is UTF-8 throughout. */
    public static boolean isValid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int pos = offset;
        while (pos < end) {
            int character = characterLength(bytes, pos, end);
            if (character == 0) {
                return false;
            }
            pos += character;
        }
        return true;
    }
}
