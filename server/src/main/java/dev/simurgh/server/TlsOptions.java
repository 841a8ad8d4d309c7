package dev.simurgh.server;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The certificate of a server, as files in PEM form. TLS 1.3 and 1.2 are spoken, by the JDK's own implementation.
 * Immutable.
 *
 * <p>The files are looked at again from time to time, and by {@link Server#reloadCertificate}. When they have changed,
 * new connections get the new certificate, and those that are open keep theirs. If the new files are broken, such as a
 * certificate whose key has not been written yet, the server goes on with the old ones and logs a warning.
 */
public final class TlsOptions {
    private final Path certificateChain;
    private final Path privateKey;
    private final Duration checkInterval;

    private TlsOptions(Builder builder) {
        this.certificateChain = builder.certificateChain;
        this.privateKey = builder.privateKey;
        this.checkInterval = builder.checkInterval;
    }

    /**
     * Takes a certificate and its key.
     *
     * @param certificateChain the server's own certificate, and behind it those that lead from it to a root
     * @param privateKey its key, of the kind RSA, EC or Ed25519, in PKCS #8 ({@code BEGIN PRIVATE KEY}), without a
     *     password
     */
    public static TlsOptions of(Path certificateChain, Path privateKey) {
        return builder(certificateChain, privateKey).build();
    }

    /** Starts from {@link #of}. */
    public static Builder builder(Path certificateChain, Path privateKey) {
        return new Builder(certificateChain, privateKey);
    }

    /** Returns the file of the certificate, and of those that lead from it to a root. */
    public Path certificateChain() {
        return certificateChain;
    }

    /** Returns the file of the key. */
    public Path privateKey() {
        return privateKey;
    }

    /** Returns how often to look for renewed files. */
    public Duration checkInterval() {
        return checkInterval;
    }

    /** Collects the options; each method says what holds without it. */
    public static final class Builder {
        private final Path certificateChain;
        private final Path privateKey;
        private Duration checkInterval = Duration.ofMinutes(1);

        private Builder(Path certificateChain, Path privateKey) {
            this.certificateChain = certificateChain;
            this.privateKey = privateKey;
        }

        /**
         * Sets how often to look for renewed files; default 1 min.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder checkInterval(Duration interval) {
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("checkInterval: " + interval + " (expected: more than zero)");
            }
            this.checkInterval = interval;
            return this;
        }

        /** Makes the options. */
        public TlsOptions build() {
            return new TlsOptions(this);
        }
    }
}
