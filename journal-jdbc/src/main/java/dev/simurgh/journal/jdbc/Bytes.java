package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.spi.Write;
import dev.simurgh.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Payloads and digests as they are stored. */
final class Bytes {
    static final int JSON = 0;
    static final int BINARY = 1;
    private static final int DIGEST_BYTES = 16;

    private Bytes() {}

    static int kind(Payload payload) {
        return payload instanceof Payload.Binary ? BINARY : JSON;
    }

    static byte[] of(Payload payload) {
        if (payload instanceof Payload.Json json) {
            return exact(json.array(), json.offset(), json.length());
        }
        if (payload instanceof Payload.Binary binary) {
            return exact(binary.array(), binary.offset(), binary.length());
        }
        throw new IllegalArgumentException(
                "payload: a value (expected: payload.encoded(codec) before it is given to a store)");
    }

    static Payload payload(int kind, byte[] bytes) {
        return kind == BINARY ? Payload.binary(bytes) : Payload.json(bytes, 0, bytes.length);
    }

    private static byte[] exact(byte[] array, int offset, int length) {
        return offset == 0 && length == array.length ? array : Arrays.copyOfRange(array, offset, offset + length);
    }

    /** What stands for a key of a scope and a stream: always of the same size, whatever clients make up. */
    static byte[] digest(String stream, Write.Once once) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {stream, once.scope(), once.key()}) {
                byte[] bytes = Texts.stored(part).getBytes(StandardCharsets.UTF_8);
                sha.update(new byte[] {
                    (byte) (bytes.length >> 24),
                    (byte) (bytes.length >> 16),
                    (byte) (bytes.length >> 8),
                    (byte) bytes.length
                });
                sha.update(bytes);
            }
            return Arrays.copyOf(sha.digest(), DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
