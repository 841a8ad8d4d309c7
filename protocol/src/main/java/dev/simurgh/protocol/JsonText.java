package dev.simurgh.protocol;

import java.nio.charset.StandardCharsets;

/** Reads the content of JSON strings that {@link JsonScanner} has found to be well-formed. */
final class JsonText {
    private JsonText() {}

    /** Returns the characters of a string, given the bytes between its quotes. */
    static String content(byte[] bytes, int from, int to) {
        int escape = indexOfEscape(bytes, from, to);
        if (escape == to) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder(to - from);
        int start = from;
        while (escape < to) {
            text.append(new String(bytes, start, escape - start, StandardCharsets.UTF_8));
            byte kind = bytes[escape + 1];
            if (kind == 'u') {
                text.append((char) hex(bytes, escape + 2));
                start = escape + 6;
            } else {
                text.append(unescape(kind));
                start = escape + 2;
            }
            escape = indexOfEscape(bytes, start, to);
        }
        return text.append(new String(bytes, start, to - start, StandardCharsets.UTF_8))
                .toString();
    }

    private static int indexOfEscape(byte[] bytes, int from, int to) {
        int pos = from;
        while (pos < to && bytes[pos] != '\\') {
            pos++;
        }
        return pos;
    }

    private static char unescape(byte kind) {
        return switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) kind; // quote, backslash, slash
        };
    }

    /** Returns the value of the four hex digits at {@code pos}, or a negative number if they are not. */
    static int hex(byte[] bytes, int pos) {
        int value = 0;
        for (int i = pos; i < pos + 4; i++) {
            value = value << 4 | Character.digit(bytes[i], 16);
        }
        return value;
    }
}
