package dev.simurgh.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encrypted form of a token: {@code XCP.} and base64url of nonce, tag and ciphertext, by XChaCha20-Poly1305. The
 * associated data {@code A128GCM} is the name of an older form, which Phoenix kept; the older form itself is not read.
 */
final class EncryptedMessage {
    static final int KEY_BYTES = 32;
    static final int NONCE_BYTES = 24;

    private static final String PREFIX = "XCP.";
    private static final byte[] ASSOCIATED_DATA = "A128GCM".getBytes(StandardCharsets.US_ASCII);
    private static final int TAG_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private EncryptedMessage() {}

    static String encrypt(byte[] payload, byte[] key) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return encrypt(payload, key, nonce);
    }

    static String encrypt(byte[] payload, byte[] key, byte[] nonce) {
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(payload);
            byte[] message = ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed, payload.length, TAG_BYTES)
                    .put(sealed, 0, payload.length)
                    .array();
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(message);
        } catch (GeneralSecurityException e) {
            throw noCipher(e);
        }
    }

    /** Returns the payload if the tag is genuine. */
    static Optional<byte[]> decrypt(String token, byte[] key) {
        if (!token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return SignedMessage.decodeBase64(token.substring(PREFIX.length()))
                .filter(message -> message.length >= NONCE_BYTES + TAG_BYTES)
                .flatMap(message -> open(message, key));
    }

    private static Optional<byte[]> open(byte[] message, byte[] key) {
        byte[] nonce = Arrays.copyOf(message, NONCE_BYTES);
        int textBytes = message.length - NONCE_BYTES - TAG_BYTES;
        byte[] sealed = ByteBuffer.allocate(textBytes + TAG_BYTES)
                .put(message, NONCE_BYTES + TAG_BYTES, textBytes)
                .put(message, NONCE_BYTES, TAG_BYTES)
                .array();
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce).doFinal(sealed));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw noCipher(e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce) throws GeneralSecurityException {
        byte[] subkey = HChaCha20.subkey(key, Arrays.copyOf(nonce, 16));
        byte[] shortNonce = ByteBuffer.allocate(12).putInt(0).put(nonce, 16, 8).array();
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(mode, new SecretKeySpec(subkey, "ChaCha20"), new IvParameterSpec(shortNonce));
        cipher.updateAAD(ASSOCIATED_DATA);
        return cipher;
    }

    private static IllegalStateException noCipher(GeneralSecurityException cause) {
        return new IllegalStateException("no ChaCha20-Poly1305 (expected: a JDK that has it)", cause);
    }
}
