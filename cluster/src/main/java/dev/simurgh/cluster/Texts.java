package dev.simurgh.cluster;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Topics and the like as bytes: UTF-8, and a lone surrogate, which has no UTF-8 form, in the three bytes that its number would have
 * (WTF-8). JSON can write one down, and a topic with one shall not become another topic on another node.
 */
final class Texts {
    private Texts() {}

    static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isLone(text, i)) {
                return encodeLone(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isLone(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    private static byte[] encodeLone(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() * 3);
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isLone(text, i)) {
                bytes.writeBytes(text.substring(from, i).getBytes(StandardCharsets.UTF_8));
                char c = text.charAt(i);
                bytes.write(0xE0 | (c >> 12));
                bytes.write(0x80 | ((c >> 6) & 0x3F));
                bytes.write(0x80 | (c & 0x3F));
                from = i + 1;
            }
        }
        bytes.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    static String decode(byte[] array, int offset, int length) {
        String text = new String(array, offset, length, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : decodeLone(array, offset, offset + length);
    }

    private static String decodeLone(byte[] array, int offset, int end) {
        StringBuilder text = new StringBuilder();
        int from = offset;
        for (int i = offset; i + 2 < end; i++) {
            if (array[i] == (byte) 0xED && (array[i + 1] & 0xE0) == 0xA0 && (array[i + 2] & 0xC0) == 0x80) {
                text.append(new String(array, from, i - from, StandardCharsets.UTF_8));
                text.append((char) (0xD000 | ((array[i + 1] & 0x3F) << 6) | (array[i + 2] & 0x3F)));
                from = i + 3;
                i += 2;
            }
        }
        return text.append(new String(array, from, end - from, StandardCharsets.UTF_8))
                .toString();
    }
}
