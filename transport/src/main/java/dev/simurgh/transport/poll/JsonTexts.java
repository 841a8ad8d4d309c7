package dev.simurgh.transport.poll;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Texts, each given as its UTF-8, in a JSON array. */
final class JsonTexts {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private JsonTexts() {}

    /** Writes the array. What JSON need not escape stands as it is. */
    static byte[] array(List<byte[]> texts) {
        int length = 2 + Math.max(0, texts.size() - 1);
        for (byte[] text : texts) {
            length = Math.addExact(length, 2 + escapedLength(text));
        }
        byte[] json = new byte[length];
        int at = 0;
        json[at++] = '[';
        for (byte[] text : texts) {
            if (at > 1) {
                json[at++] = ',';
            }
            json[at++] = '"';
            at = escape(text, json, at);
            json[at++] = '"';
        }
        json[at] = ']';
        return json;
    }

    private static int escapedLength(byte[] text) {
        int length = text.length;
        for (byte b : text) {
            if (b == '"' || b == '\\') {
                length++;
            } else if (b >= 0 && b < ' ') {
                length += 5;
            }
        }
        return length;
    }

    private static int escape(byte[] text, byte[] json, int from) {
        int at = from;
        for (byte b : text) {
            if (b == '"' || b == '\\') {
                json[at++] = '\\';
                json[at++] = b;
            } else if (b >= 0 && b < ' ') {
                json[at++] = '\\';
                json[at++] = 'u';
                json[at++] = '0';
                json[at++] = '0';
                json[at++] = HEX[b >> 4];
                json[at++] = HEX[b & 0xF];
            } else {
                json[at++] = b;
            }
        }
        return at;
    }
}
