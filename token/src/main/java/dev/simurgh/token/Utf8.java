package dev.simurgh.token;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Turns text into bytes without replacing anything: two texts never become the same bytes. */
final class Utf8 {
    private Utf8() {}

    /**
     * Encodes a text.
     *
     * @param what what the text is, for the message
     * @throws IllegalArgumentException if it has an unpaired surrogate
     */
    static byte[] encode(String what, String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " with an unpaired surrogate (expected: valid Unicode)", e);
        }
    }
}
