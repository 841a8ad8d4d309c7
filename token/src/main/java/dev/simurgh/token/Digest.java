package dev.simurgh.token;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Names a hash function for {@link Tokens.Builder#keyDigest}: those that Erlang derives keys with. */
public enum Digest {
    /** SHA-1, Phoenix's {@code :sha}. For applications that have derived their keys with it already. */
    SHA1("HmacSHA1"),
    /** SHA-224. */
    SHA224("HmacSHA224"),
    /** SHA-256, the default of Phoenix. */
    SHA256("HmacSHA256"),
    /** SHA-384. */
    SHA384("HmacSHA384"),
    /** SHA-512. */
    SHA512("HmacSHA512");

    private final String algorithm;

    Digest(String algorithm) {
        this.algorithm = algorithm;
    }

    Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no " + algorithm + " (expected: a JDK that has it)", e);
        }
    }
}
