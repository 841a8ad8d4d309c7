package dev.simurgh.spring.annotated;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import org.springframework.core.ResolvableType;

/** Which types say more than their class does, and which are those of no payload. */
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

    /** Why it cannot be a payload, or a message, if it cannot. */
    static Optional<String> problem(Type type, Class<?> plain, HandlerKind kind) {
        if (plain == Optional.class) {
            return Optional.of(
                    " (expected: the type in it, since there always is a payload; what may be missing is in a record)");
        }
        if (BaseStream.class.isAssignableFrom(plain)
                || CompletionStage.class.isAssignableFrom(plain)
                || Future.class.isAssignableFrom(plain)) {
            return Optional.of(" (expected: a record, a list, a map or another type that is all there)");
        }
        if (!isGeneric(type)) {
            return Optional.empty();
        }
        if (type instanceof TypeVariable<?> || ResolvableType.forType(type).hasUnresolvableGenerics()) {
            return Optional.of(
                    ", of which nobody says what it is (expected: a type that the class, or its subclass, names)");
        }
        return kind == HandlerKind.HANDLE_INFO
                ? Optional.of(
                        " in @HandleInfo (expected: a class without type arguments, by which messages are told apart)")
                : Optional.empty();
    }
}
