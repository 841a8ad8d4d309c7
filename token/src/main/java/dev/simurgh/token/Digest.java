package dev.simurgh.token;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Names a hash function for {@link Tokens.Builder#keyDigest}. */
public enum Digest {
    /** SHA-256, the default of Phoenix. */
    SHA256("HmacSHA256", "SFMyNTY"),
    /** SHA-384. */
    SHA384("HmacSHA384", "SFMzODQ"),
    /** SHA-512. */
    SHA512("HmacSHA512", "SFM1MTI");

    private final String algorithm;
    private final String header;

    Digest(String algorithm, String header) {
        this.algorithm = algorithm;
        this.header = header;
    }

    /** Returns the first part of a token signed with this digest: base64url of the JOSE names HS256, HS384, HS512. */
    String header() {
        return header;
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
