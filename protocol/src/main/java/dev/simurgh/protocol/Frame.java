package dev.simurgh.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An encoded message, ready for any number of connections of the same {@code vsn}.
 *
 * <p>Its array is shared by all that hold the frame and must not be changed.
 */
public final class Frame {
    private final byte[] bytes;
    private final boolean binary;

    private Frame(byte[] bytes, boolean binary) {
        this.bytes = bytes;
        this.binary = binary;
    }

    /** Returns a text frame over the given UTF-8, which is not copied. */
    public static Frame text(byte[] utf8) {
        return new Frame(utf8, false);
    }

    /** Returns a text frame. */
    public static Frame text(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8), false);
    }

    /** Returns a binary frame over the given array, which is not copied. */
    public static Frame binary(byte[] bytes) {
        return new Frame(bytes, true);
    }

    /** Tells a binary frame from a text frame. */
    public boolean binary() {
        return binary;
    }

    /** Returns the content: the whole of a shared array, which must not be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns the length of the content in bytes. */
    public int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame that && binary == that.binary && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns the text, or a binary frame in hex. */
    @Override
    public String toString() {
        return binary ? HexFormat.of().formatHex(bytes) : new String(bytes, StandardCharsets.UTF_8);
    }
}
