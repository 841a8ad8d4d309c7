package dev.simurgh.protocol;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The type of payloads where a class says too little: {@code new PayloadType<List<Item>>() {}}, with the braces, is that of lists of items. Where a class says it, such as
 * {@code Item[].class}, that is shorter. Immutable.
 *
 * @param <P> what it is the type of
 */
public abstract class PayloadType<P> {
    private final Type type;

    /**
     * Makes the type that the subclass says.
     *
     * @throws IllegalArgumentException if it says none, or one with a type variable, of which nobody knows at run time what it is
     */
    protected PayloadType() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType said)
                || said.getRawType() != PayloadType.class) {
            throw new IllegalArgumentException(
                    "payload type: none (expected: such as new PayloadType<List<Item>>() {})");
        }
        type = known(said.getActualTypeArguments()[0]);
    }

    private PayloadType(Type type) {
        this.type = known(type);
    }

    /**
     * Returns a type that was found at run time, as that of a method's parameter is.
     *
     * @throws IllegalArgumentException if it has a type variable
     */
    public static PayloadType<Object> of(Type type) {
        return new PayloadType<>(type) {};
    }

    private static Type known(Type type) {
        if (hasVariable(type)) {
            throw new IllegalArgumentException(
                    "payload type: " + type.getTypeName() + " (expected: one without a type variable)");
        }
        return type;
    }

    private static boolean hasVariable(@Nullable Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return hasVariable(parameterized.getOwnerType())
                    || Stream.of(parameterized.getActualTypeArguments()).anyMatch(PayloadType::hasVariable);
        }
        if (type instanceof GenericArrayType array) {
            return hasVariable(array.getGenericComponentType());
        }
        if (type instanceof WildcardType wildcard) {
            return Stream.of(wildcard.getUpperBounds()).anyMatch(PayloadType::hasVariable)
                    || Stream.of(wildcard.getLowerBounds()).anyMatch(PayloadType::hasVariable);
        }
        return type instanceof TypeVariable<?>;
    }

    /** The type, as codecs take it. */
    public final Type type() {
        return type;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof PayloadType<?> that && type.equals(that.type);
    }

    @Override
    public final int hashCode() {
        return type.hashCode();
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }
}
