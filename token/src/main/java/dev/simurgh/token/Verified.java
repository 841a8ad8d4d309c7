package dev.simurgh.token;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
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
     * Returns the value if the token is valid and its value is of that type, else empty. An integer that fits is given
     * as whichever of {@code Integer}, {@code Long} and {@code BigInteger} is asked for; the {@code byte[]} of a string
     * are its UTF-8. A value of {@code nil} is always empty.
     *
     * @throws IllegalArgumentException if the type is a primitive one
     */
    default <T> Optional<T> as(Class<T> type) {
        if (type.isPrimitive()) {
            throw new IllegalArgumentException("type: " + type + " (expected: its wrapper class)");
        }
        if (!(this instanceof Valid valid) || valid.value() == null) {
            return Optional.empty();
        }
        return Optional.of(convert(valid.value(), type))
                .filter(type::isInstance)
                .map(type::cast);
    }

    private static Object convert(Object value, Class<?> type) {
        if (value instanceof Long number && type == BigInteger.class) {
            return BigInteger.valueOf(number);
        }
        if (value instanceof Long number && type == Integer.class && number == number.intValue()) {
            return number.intValue();
        }
        if (value instanceof String text && type == byte[].class) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        return value;
    }
}
