package dev.simurgh.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Signs, verifies, encrypts and decrypts tokens as {@code Phoenix.Token} does. The holder of a signed token can read
 * its value, though not change it; that of an encrypted one cannot read it either.
 *
 * <p>All methods may be called on any thread. The first use of a salt derives its key, which takes about a millisecond;
 * keys are remembered after that.
 *
 * @see <a href="https://hexdocs.pm/phoenix/Phoenix.Token.html">Phoenix.Token</a>
 */
public final class Tokens {
    /** The max age of tokens that never expire: Phoenix's {@code :infinity}. */
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    static final Duration DEFAULT_MAX_AGE = Duration.ofDays(1);

    /** A term of the largest size in base64, and room for the rest of a token. */
    private static final int MAX_TOKEN_CHARS = Etf.MAX_TERM_BYTES / 3 * 4 + 256;

    private static final int MIN_SECRET_BYTES = 20;
    private static final int MAX_KEY_BYTES = 64 * 1024;

    private final DerivedKeys keys;
    private final Duration maxAge;
    private final Clock clock;

    private Tokens(DerivedKeys keys, Duration maxAge, Clock clock) {
        this.keys = keys;
        this.maxAge = maxAge;
        this.clock = clock;
    }

    /**
     * Returns tokens with Phoenix's default options.
     *
     * @param secretKeyBase the secret that all nodes share, at least 20 bytes of UTF-8; Phoenix generates 64
     * @throws IllegalArgumentException if the secret is too short, or has an unpaired surrogate
     */
    public static Tokens of(String secretKeyBase) {
        return builder(secretKeyBase).build();
    }

    /**
     * Returns tokens with Phoenix's default options, by a secret that need not be text.
     *
     * @param secretKeyBase the secret that all nodes share, at least 20 bytes, of which a copy is kept
     * @throws IllegalArgumentException if the secret is too short
     */
    public static Tokens of(byte[] secretKeyBase) {
        return builder(secretKeyBase).build();
    }

    /**
     * Starts building tokens with other options.
     *
     * @param secretKeyBase the secret that all nodes share, at least 20 bytes of UTF-8; Phoenix generates 64
     * @throws IllegalArgumentException if the secret is too short, or has an unpaired surrogate
     */
    public static Builder builder(String secretKeyBase) {
        return new Builder(Utf8.encode("secretKeyBase", secretKeyBase));
    }

    /**
     * Starts building tokens with other options, by a secret that need not be text.
     *
     * @param secretKeyBase the secret that all nodes share, at least 20 bytes, of which a copy is kept
     * @throws IllegalArgumentException if the secret is too short
     */
    public static Builder builder(byte[] secretKeyBase) {
        return new Builder(secretKeyBase.clone());
    }

    /**
     * Returns these tokens with the clock stopped at that instant: it is written into what they sign, and age is judged
     * by it. Phoenix's {@code signed_at} is {@code tokens.at(instant).sign(salt, value)}.
     *
     * @throws IllegalArgumentException if the instant is too far away for a number of milliseconds
     */
    public Tokens at(Instant instant) {
        try {
            return new Tokens(keys, maxAge, Clock.fixed(Instant.ofEpochMilli(instant.toEpochMilli()), ZoneOffset.UTC));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("instant: " + instant + " (expected: 64 bits of milliseconds)", e);
        }
    }

    /**
     * Signs a value, with the default max age.
     *
     * @param salt what the token is for, such as {@code "user socket"}; not secret, but the same when verifying
     * @param value a value of the types that the package documentation lists
     * @throws IllegalArgumentException if the value is of another type, or too large
     */
    public String sign(String salt, @Nullable Object value) {
        return sign(salt, value, maxAge);
    }

    /**
     * Signs a value, with a max age that holds where {@code verify} is given none.
     *
     * @param maxAge zero or more, or {@link #FOREVER}; with zero the token has expired from the start
     * @throws IllegalArgumentException if the max age is negative, or the value of another type, or too large
     */
    public String sign(String salt, @Nullable Object value, Duration maxAge) {
        return SignedMessage.sign(payload(value, maxAge), keys.forSalt(salt));
    }

    /**
     * Verifies a signed token by the max age that it was signed with.
     *
     * <p>Whatever the token is, nothing is thrown and memory is bounded: what cannot be read is
     * {@link Verified.Refused#INVALID}, even where Elixir would raise.
     *
     * @param salt what the token is for, as given to {@code sign}
     */
    public Verified verify(String salt, @Nullable String token) {
        return open(token, null, verifier(salt));
    }

    /**
     * Verifies a signed token by this max age instead of its own.
     *
     * @param maxAge none passes if it is zero or less; {@link #FOREVER} also lets a token from the future pass
     */
    public Verified verify(String salt, @Nullable String token, Duration maxAge) {
        return open(token, Objects.requireNonNull(maxAge, "maxAge"), verifier(salt));
    }

    /**
     * Encrypts a value, with the default max age. No two results are the same.
     *
     * @param salt what the token is for; not secret, but the same when decrypting
     * @param value a value of the types that the package documentation lists
     * @throws IllegalArgumentException if the value is of another type, or too large
     * @throws IllegalStateException if the key length is not 32 bytes
     */
    public String encrypt(String salt, @Nullable Object value) {
        return encrypt(salt, value, maxAge);
    }

    /**
     * Encrypts a value, with a max age that holds where {@code decrypt} is given none.
     *
     * @param maxAge zero or more, or {@link #FOREVER}; with zero the token has expired from the start
     * @throws IllegalArgumentException if the max age is negative, or the value of another type, or too large
     * @throws IllegalStateException if the key length is not 32 bytes
     */
    public String encrypt(String salt, @Nullable Object value, Duration maxAge) {
        byte[] key = encryptionKey(salt);
        return EncryptedMessage.encrypt(payload(value, maxAge), key);
    }

    /**
     * Decrypts a token and judges it by the max age that it was encrypted with. What cannot be read is
     * {@link Verified.Refused#INVALID}, as for {@link #verify(String, String)}.
     *
     * @param salt what the token is for, as given to {@code encrypt}
     * @throws IllegalStateException if the key length is not 32 bytes
     */
    public Verified decrypt(String salt, @Nullable String token) {
        return open(token, null, decrypter(salt));
    }

    /**
     * Decrypts a token and judges it by this max age instead of its own.
     *
     * @param maxAge none passes if it is zero or less; {@link #FOREVER} also lets a token from the future pass
     * @throws IllegalStateException if the key length is not 32 bytes
     */
    public Verified decrypt(String salt, @Nullable String token, Duration maxAge) {
        return open(token, Objects.requireNonNull(maxAge, "maxAge"), decrypter(salt));
    }

    /** Names the options, not the secret. */
    @Override
    public String toString() {
        return "Tokens[" + keys + ", maxAge=" + (maxAge.equals(FOREVER) ? "forever" : maxAge) + "]";
    }

    private byte[] payload(@Nullable Object value, Duration maxAge) {
        return TokenTerm.encode(value, clock.millis(), requireMaxAge(maxAge));
    }

    private Verified open(
            @Nullable String token, @Nullable Duration maxAge, Function<String, Optional<byte[]>> genuine) {
        if (token == null) {
            return Verified.Refused.MISSING;
        }
        if (token.length() > MAX_TOKEN_CHARS) {
            return Verified.Refused.INVALID;
        }
        return genuine.apply(token)
                .map(payload -> TokenTerm.open(payload, maxAge, clock.millis()))
                .orElse(Verified.Refused.INVALID);
    }

    private Function<String, Optional<byte[]>> verifier(String salt) {
        return token -> SignedMessage.verify(token, keys.forSalt(salt));
    }

    private Function<String, Optional<byte[]>> decrypter(String salt) {
        byte[] key = encryptionKey(salt);
        return token -> EncryptedMessage.decrypt(token, key);
    }

    private byte[] encryptionKey(String salt) {
        if (keys.length() != EncryptedMessage.KEY_BYTES) {
            throw new IllegalStateException("keyLength: " + keys.length() + " (expected: 32 to encrypt or decrypt)");
        }
        return keys.forSalt(salt);
    }

    private static Duration requireMaxAge(Duration maxAge) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: zero or more)");
        }
        return maxAge;
    }

    /** Collects the options of {@link Tokens}. */
    public static final class Builder {
        private final byte[] secretKeyBase;
        private int keyIterations = 1000;
        private int keyLength = EncryptedMessage.KEY_BYTES;
        private Digest keyDigest = Digest.SHA256;
        private Duration maxAge = DEFAULT_MAX_AGE;
        private Clock clock = Clock.systemUTC();

        private Builder(byte[] secretKeyBase) {
            if (secretKeyBase.length < MIN_SECRET_BYTES) {
                throw new IllegalArgumentException("secretKeyBase of " + secretKeyBase.length
                        + " bytes (expected: at least " + MIN_SECRET_BYTES + ")");
            }
            this.secretKeyBase = secretKeyBase;
        }

        /**
         * Sets how many rounds the derivation of a key takes. Default 1000.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder keyIterations(int keyIterations) {
            if (keyIterations < 1) {
                throw new IllegalArgumentException("keyIterations: " + keyIterations + " (expected: at least 1)");
            }
            this.keyIterations = keyIterations;
            return this;
        }

        /**
         * Sets the length of derived keys in bytes. Default 32, which is also the only one that can encrypt.
         *
         * @throws IllegalArgumentException if it is not within 1 and 65,536
         */
        public Builder keyLength(int keyLength) {
            if (keyLength < 1 || keyLength > MAX_KEY_BYTES) {
                throw new IllegalArgumentException(
                        "keyLength: " + keyLength + " (expected: 1 to " + MAX_KEY_BYTES + " bytes)");
            }
            this.keyLength = keyLength;
            return this;
        }

        /** Sets the digest that keys are derived with; signatures stay SHA-256. Default {@link Digest#SHA256}. */
        public Builder keyDigest(Digest keyDigest) {
            this.keyDigest = Objects.requireNonNull(keyDigest, "keyDigest");
            return this;
        }

        /**
         * Sets the max age that is written into tokens. Default 86,400 seconds.
         *
         * @param maxAge zero or more, or {@link #FOREVER}
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxAge(Duration maxAge) {
            this.maxAge = requireMaxAge(maxAge);
            return this;
        }

        /** Sets the clock that tokens are signed by and their age is judged by. Default {@link Clock#systemUTC()}. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Builds the tokens. */
        public Tokens build() {
            return new Tokens(new DerivedKeys(secretKeyBase, keyIterations, keyLength, keyDigest), maxAge, clock);
        }
    }
}
