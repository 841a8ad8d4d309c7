package dev.simurgh.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The signed form of a token: {@code header.payload.signature}, each in base64url. The signature is an HMAC over the
 * text of the first two parts; the header names its digest. Phoenix always signs with SHA-256, but verifies the other
 * two.
 */
final class SignedMessage {
    private static final String HEADER = "SFMyNTY";

    /** By base64url of their JOSE names: HS256, HS384, HS512. */
    private static final Map<String, Digest> DIGESTS =
            Map.of(HEADER, Digest.SHA256, "SFMzODQ", Digest.SHA384, "SFM1MTI", Digest.SHA512);

    private SignedMessage() {}

    static String sign(byte[] payload, byte[] key) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = HEADER + "." + base64.encodeToString(payload);
        return signed + "." + base64.encodeToString(mac(Digest.SHA256, key, signed));
    }

    /** Returns the payload if the signature is genuine. */
    static Optional<byte[]> verify(String token, byte[] key) {
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        if (first == last || token.indexOf('.', first + 1) != last) {
            return Optional.empty();
        }
        Digest digest = DIGESTS.get(token.substring(0, first));
        if (digest == null) {
            return Optional.empty();
        }
        return verify(digest, key, token.substring(0, last), token.substring(last + 1))
                .flatMap(genuine -> decodeBase64(token.substring(first + 1, last)));
    }

    private static Optional<byte[]> verify(Digest digest, byte[] key, String signed, String signature) {
        return decodeBase64(signature).filter(claimed -> MessageDigest.isEqual(mac(digest, key, signed), claimed));
    }

    private static byte[] mac(Digest digest, byte[] key, String signed) {
        return digest.mac(key).doFinal(signed.getBytes(StandardCharsets.UTF_8));
    }

    /** Decodes base64url with or without padding. */
    static Optional<byte[]> decodeBase64(String text) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
