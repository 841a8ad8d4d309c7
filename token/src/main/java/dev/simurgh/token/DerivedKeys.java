package dev.simurgh.token;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;

/**
 * Derives a key for each salt from the secret key base, with PBKDF2 (RFC 8018, section 5.2), and remembers it: deriving
 * takes a thousand rounds, about a thousand times as long as the signature that is made with the key. At most
 * {@value #MAX_KEYS} keys are kept; one more pushes out any other. A hit takes no lock.
 *
 * <p>PBKDF2 is written out because the JDK's refuses the empty salt, which Phoenix allows.
 */
final class DerivedKeys {
    static final int MAX_KEYS = 256;

    private final byte[] secret;
    private final int iterations;
    private final int length;
    private final Digest digest;
    private final ConcurrentHashMap<String, byte[]> keys = new ConcurrentHashMap<>();

    DerivedKeys(byte[] secret, int iterations, int length, Digest digest) {
        this.secret = secret;
        this.iterations = iterations;
        this.length = length;
        this.digest = digest;
    }

    /**
     * Returns the key for that salt; the array is shared and must not be changed.
     *
     * @throws IllegalArgumentException if the salt has an unpaired surrogate
     */
    byte[] forSalt(String salt) {
        byte[] known = keys.get(salt);
        if (known != null) {
            return known;
        }
        byte[] derived = derive(Utf8.encode("salt", salt));
        remember(salt, derived);
        return derived;
    }

    int length() {
        return length;
    }

    int remembered() {
        return keys.size();
    }

    private synchronized void remember(String salt, byte[] key) {
        if (keys.size() >= MAX_KEYS && !keys.containsKey(salt)) {
            keys.remove(keys.keys().nextElement());
        }
        keys.put(salt, key);
    }

    private byte[] derive(byte[] salt) {
        Mac mac = digest.mac(secret);
        ByteBuffer key = ByteBuffer.allocate(length);
        for (int block = 1; key.hasRemaining(); block++) {
            mac.update(salt);
            byte[] round =
                    mac.doFinal(ByteBuffer.allocate(Integer.BYTES).putInt(block).array());
            byte[] sum = round.clone();
            for (int i = 1; i < iterations; i++) {
                round = mac.doFinal(round);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] ^= round[j];
                }
            }
            key.put(sum, 0, Math.min(sum.length, key.remaining()));
        }
        return key.array();
    }

    @Override
    public String toString() {
        return "keyIterations=" + iterations + ", keyLength=" + length + ", keyDigest=" + digest;
    }
}
