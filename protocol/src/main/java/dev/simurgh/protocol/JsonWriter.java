package dev.simurgh.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds JSON in one byte array.
 *
 * <p>The capacity counts one byte per character of a string. That is exact for plain ASCII, in which case the array is allocated once and
 * handed out as it is; a string that needs more makes room for itself.
 *
 * <p>Escaped is what must be: the quote, the backslash and control characters. Half a surrogate pair is no character, and readers that are
 * strict refuse it in any form: it goes out as a question mark. For one thread, and for those who put JSON together from parts that are JSON already: it
 * does not look at what it is given.
 */
public final class JsonWriter {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REASON = "{\"reason\":".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_ESCAPE = 6;

    private byte[] buffer;
    private int length;

    /** Starts with room for so many bytes. */
    public JsonWriter(int capacity) {
        buffer = new byte[capacity];
    }

    /** Returns the response of a reply that gives a reason for its error. */
    static Payload.Json reason(String reason) {
        byte[] json = new JsonWriter(REASON.length + reason.length() + 3)
                .raw(REASON)
                .string(reason)
                .raw('}')
                .toBytes();
        return Payload.Json.trusted(json);
    }

    /** Appends bytes that are JSON already. */
    public JsonWriter raw(byte[] json) {
        return raw(json, 0, json.length);
    }

    /** Appends a payload. */
    public JsonWriter raw(Payload.Json json) {
        return raw(json.array(), json.offset(), json.length());
    }

    /** Appends some bytes of an array, which are JSON already. */
    public JsonWriter raw(byte[] json, int offset, int count) {
        reserve(count);
        System.arraycopy(json, offset, buffer, length, count);
        length += count;
        return this;
    }

    /** Appends one character of JSON's own syntax. */
    public JsonWriter raw(char c) {
        reserve(1);
        buffer[length++] = (byte) c;
        return this;
    }

    /** Appends a text as a string, or as it is if it is JSON text already. */
    JsonWriter value(String text, boolean isString) {
        return isString ? string(text) : raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a string with its quotes. */
    public JsonWriter string(String text) {
        int chars = text.length();
        reserve(chars + 2);
        byte[] out = buffer;
        int pos = length;
        out[pos++] = '"';
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (!isPlain(c)) {
                length = pos;
                return escaped(text, i);
            }
            out[pos++] = (byte) c;
        }
        out[pos++] = '"';
        length = pos;
        return this;
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
    }

    private JsonWriter escaped(String text, int from) {
        reserve((text.length() - from) * LONGEST_ESCAPE + 1);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                buffer[length++] = (byte) c;
            } else if (c < 0x80) {
                escape(c);
            } else if (c < 0x800) {
                buffer[length++] = (byte) (0xC0 | c >> 6);
                continuation(c);
            } else if (!Character.isSurrogate(c)) {
                buffer[length++] = (byte) (0xE0 | c >> 12);
                continuation(c >> 6);
                continuation(c);
            } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                supplementary(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                buffer[length++] = '?';
            }
        }
        buffer[length++] = '"';
        return this;
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> shortEscape(c);
            case '\b' -> shortEscape('b');
            case '\f' -> shortEscape('f');
            case '\n' -> shortEscape('n');
            case '\r' -> shortEscape('r');
            case '\t' -> shortEscape('t');
            default -> unicodeEscape(c);
        }
    }

    private void shortEscape(char kind) {
        buffer[length++] = '\\';
        buffer[length++] = (byte) kind;
    }

    private void unicodeEscape(char c) {
        shortEscape('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[length++] = HEX[c >> shift & 0xF];
        }
    }

    private void supplementary(int codePoint) {
        buffer[length++] = (byte) (0xF0 | codePoint >> 18);
        continuation(codePoint >> 12);
        continuation(codePoint >> 6);
        continuation(codePoint);
    }

    private void continuation(int bits) {
        buffer[length++] = (byte) (0x80 | (bits & 0x3F));
    }

    private void reserve(int count) {
        if (count > buffer.length - length) {
            buffer = Arrays.copyOf(buffer, Math.max(length + count, buffer.length + (buffer.length >> 1)));
        }
    }

    /** How many bytes were written. */
    public int length() {
        return length;
    }

    /** Returns what was written, and ends the use of this writer. */
    public byte[] toBytes() {
        return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
    }
}
