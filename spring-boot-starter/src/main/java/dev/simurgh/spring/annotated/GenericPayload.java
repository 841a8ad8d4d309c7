package dev.simurgh.spring.annotated;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;

/** Which types say more than their class does. */
final class GenericPayload {
    private GenericPayload() {}

    /** Whether a class is not enough to decode it: {@code List<Item>} is generic, {@code Map<String, Object>} is what {@code Map.class} gives. */
    static boolean isGeneric(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            boolean map = parameterized.getRawType() == java.util.Map.class;
            Type[] arguments = parameterized.getActualTypeArguments();
            return !Arrays.stream(arguments, map && arguments[0] == String.class ? 1 : 0, arguments.length)
                    .allMatch(GenericPayload::isAnything);
        }
        return type instanceof GenericArrayType || type instanceof TypeVariable<?>;
    }

    private static boolean isAnything(Type type) {
        return type == Object.class
                || (type instanceof WildcardType wildcard
                        && wildcard.getLowerBounds().length == 0
                        && wildcard.getUpperBounds()[0] == Object.class);
    }
}
