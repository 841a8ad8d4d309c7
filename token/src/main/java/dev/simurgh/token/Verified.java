package dev.simurgh.token;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of verifying or decrypting a token: its value, or why it was refused. */
public sealed interface Verified {

    /**
     * The token is genuine and not too old.
     *
     * @param value what was signed or encrypted, in the types that the package documentation lists; {@code null} is
     *     Elixir's {@code nil}
     */
    record Valid(@Nullable Object value) implements Verified {
        /** Names the value's type only: an encrypted value must not reach a log by accident. */
        @Override
        public String toString() {
            return "Valid[" + (value == null ? "null" : value.getClass().getSimpleName()) + "]";
        }
    }

    /** Why a token was refused. */
    enum Refused implements Verified {
        /** The token is genuine but older than its max age. */
        EXPIRED,
        /**
         * The token was not made with this secret, salt and options, is damaged, was signed in the future, or holds
         * something that no Java value here stands for.
         */
        INVALID,
        /** There was no token: it was {@code null}. */
        MISSING
    }

    /**
     * Returns the value, or empty if the token was refused, and only then. An integer is given as whichever of
     * {@code Integer}, {@code Long} and {@code BigInteger} is asked for, since Erlang has one kind of integer; the
     * {@code byte[]} of a string are its UTF-8.
     *
     * <p>A value of another type is no fault of the client: what is signed and what is asked for do not agree, here or in
     * the application that signs. So it throws, and the message says what to ask for, but not the value.
     *
     * @throws ClassCastException if the token is valid, but its value is of another type, is an integer that does not fit,
     *     or is {@code nil}; where {@code nil} may come, look into {@link Valid}
     * @throws IllegalArgumentException if the type is a primitive one
     */
    default <T> Optional<T> as(Class<T> type) {
        if (type.isPrimitive()) {
            throw new IllegalArgumentException("type: " + type + " (expected: its wrapper class)");
        }
        return this instanceof Valid valid ? Optional.of(AskedFor.cast(valid.value(), type)) : Optional.empty();
    }
}
