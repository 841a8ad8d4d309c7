package dev.simurgh.token;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Derives the key of an XChaCha20 message from the long-lived key and the first 16 bytes of its 24-byte nonce. The rest
 * of XChaCha20-Poly1305 is the ChaCha20-Poly1305 of the JDK under the derived key, with the remaining 8 bytes as its
 * nonce. A nonce of 24 bytes can be drawn at random for any number of messages, one of 12 bytes cannot.
 *
 * <p>HChaCha20 is the ChaCha20 block function (RFC 8439, section 2.3) on a state of four constants, eight words of key
 * and four of nonce, after 20 rounds, but without adding the initial state; the result is the first and the last row of
 * the state. No branch and no table index depends on the key.
 *
 * @see <a href="https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03#section-2.2">The draft's HChaCha20</a>
 */
final class HChaCha20 {
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"

    private HChaCha20() {}

    static byte[] subkey(byte[] key, byte[] nonce) {
        int[] state = new int[16];
        System.arraycopy(CONSTANTS, 0, state, 0, 4);
        ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(state, 4, 8);
        ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(state, 12, 4);
        for (int i = 0; i < 10; i++) {
            quarterRound(state, 0, 4, 8, 12);
            quarterRound(state, 1, 5, 9, 13);
            quarterRound(state, 2, 6, 10, 14);
            quarterRound(state, 3, 7, 11, 15);
            quarterRound(state, 0, 5, 10, 15);
            quarterRound(state, 1, 6, 11, 12);
            quarterRound(state, 2, 7, 8, 13);
            quarterRound(state, 3, 4, 9, 14);
        }
        byte[] subkey = new byte[32];
        ByteBuffer.wrap(subkey)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .put(state, 0, 4)
                .put(state, 12, 4);
        return subkey;
    }

    private static void quarterRound(int[] x, int a, int b, int c, int d) {
        x[a] += x[b];
        x[d] = Integer.rotateLeft(x[d] ^ x[a], 16);
        x[c] += x[d];
        x[b] = Integer.rotateLeft(x[b] ^ x[c], 12);
        x[a] += x[b];
        x[d] = Integer.rotateLeft(x[d] ^ x[a], 8);
        x[c] += x[d];
        x[b] = Integer.rotateLeft(x[b] ^ x[c], 7);
    }
}
