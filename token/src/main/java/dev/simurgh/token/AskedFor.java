package dev.simurgh.token;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives the value of a token in the class that is asked for, or says which class to ask for. */
final class AskedFor {
    private AskedFor() {}

    static <T> T cast(@Nullable Object value, Class<T> type) {
        Object converted = convert(value, type);
        if (type.isInstance(converted)) {
            return type.cast(converted);
        }
        throw new ClassCastException(
                "as(" + type.getSimpleName() + ".class): the token is valid, but its value is " + found(value, type));
    }

    private static @Nullable Object convert(@Nullable Object value, Class<?> type) {
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

    /** What the value is, and what to write. */
    private static String found(@Nullable Object value, Class<?> type) {
        if (value == null) {
            return "null, Elixir's nil (expected: another value signed, or Verified.Valid.value() where it may be nil)";
        }
        if (value instanceof Long) {
            return type == Integer.class
                    ? "a Long of more than 32 bits (expected: as(Long.class) or as(BigInteger.class))"
                    : "a Long (expected: as(Long.class), as(Integer.class) or as(BigInteger.class), as Erlang has one kind"
                            + " of integer)";
        }
        if (value instanceof BigInteger) {
            return "a BigInteger of more than 64 bits (expected: as(BigInteger.class))";
        }
        if (value instanceof byte[]) {
            return "a byte[] that is not UTF-8 (expected: as(byte[].class))";
        }
        if (value instanceof String) {
            return "a String (expected: as(String.class) or as(byte[].class))";
        }
        String name = name(value);
        return (name.equals("Atom") ? "an " : "a ") + name + " (expected: as(" + name + ".class))";
    }

    private static String name(Object value) {
        if (value instanceof Map) {
            return "Map";
        }
        return value instanceof List ? "List" : value.getClass().getSimpleName();
    }
}
